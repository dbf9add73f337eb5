package dev.nameplate.certificate;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// An issuer that signs everything with a [TestCa], or does what the test says.
final class StandInIssuer implements Issuer {
    private final TestCa ca;
    private final InstantSource clock;
    final AtomicInteger signed = new AtomicInteger();
    volatile Function<Order, Answer> answer = this::sign;

    private final IssuerName name;

    StandInIssuer(InstantSource clock) {
        this(clock, IssuerName.EMBEDDED);
    }

    StandInIssuer(InstantSource clock, IssuerName name) {
        this.clock = clock;
        this.name = name;
        this.ca = TestCa.root("Stand-in CA", clock.instant());
    }

    @Override
    public IssuerName name() {
        return name;
    }

    @Override
    public List<String> caaNames() {
        return List.of("ca.test");
    }

    @Override
    public List<Answer> issue(List<Order> orders) {
        return orders.stream().map(order -> answer.apply(order)).toList();
    }

    Answer sign(Order order) {
        signed.incrementAndGet();
        TestCa.Spec spec =
                new TestCa.Spec(
                        "CN=" + order.hosts().getFirst(),
                        order.keys().getPublic(),
                        clock.instant());
        order.hosts().forEach(host -> spec.dns(host.ascii()));
        return new Answer.Signed(List.of(ca.sign(spec)), order.keys());
    }
}
