package dev.nameplate.saas;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Lets a test break in before and after the effect of any call.
public final class Interruptions {
    private final List<String> made = new CopyOnWriteArrayList<>();

    /// Given the operation and what it is about; may throw.
    public BiConsumer<String, String> before = (_, _) -> {};

    public BiConsumer<String, String> after = (_, _) -> {};

    public <T> T around(String operation, String subject, Supplier<T> effect) {
        before.accept(operation, subject);
        T result = effect.get();
        made.add(operation);
        after.accept(operation, subject);
        return result;
    }

    public long count(String operation) {
        return made.stream().filter(operation::equals).count();
    }

    /// As if the process ended here.
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }
}
