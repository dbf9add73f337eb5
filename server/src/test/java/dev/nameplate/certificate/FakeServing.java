package dev.nameplate.certificate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// An edge as the test says it is: it shows at once what it is told to serve, or does not.
final class FakeServing implements ServingCheck {
    /// The serials that were looked for.
    final List<String> looks = new ArrayList<>();

    volatile BiFunction<CertificateId, String, Seen> answer = (_, _) -> new Seen.Everywhere();

    @Override
    public synchronized Seen look(CertificateId id, String serial) {
        looks.add(serial);
        return answer.apply(id, serial);
    }
}
