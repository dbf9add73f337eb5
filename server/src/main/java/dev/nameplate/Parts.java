package dev.nameplate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What a server has started, in the order of the start.
final class Parts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /// For everything that drains; what is left of five seconds is for the store.
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(4);

    private final Deque<Part> parts = new ArrayDeque<>();

    /// @param drains whether its stop waits for work under way
    private record Part(String name, AutoCloseable closing, boolean drains) {
        void stop() {
            try {
                closing.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", name, e);
            }
        }
    }

    <T extends AutoCloseable> T started(String name, T part) {
        parts.push(new Part(name, part, false));
        return part;
    }

    <T extends AutoCloseable> T draining(String name, T part) {
        parts.push(new Part(name, part, true));
        return part;
    }

    /// First what drains, all at once, so that the whole stop keeps within five seconds; then the rest in the opposite order of
    /// the start. A part that fails to stop does not keep the others up.
    @Override
    public void close() {
        List<Thread> draining =
                parts.stream()
                        .filter(Part::drains)
                        .map(part ->
                                Thread.ofVirtual().name("stop " + part.name()).start(part::stop))
                        .toList();
        parts.removeIf(Part::drains);
        try {
            for (Thread each : draining) {
                each.join(DRAIN_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        while (!parts.isEmpty()) {
            parts.pop().stop();
        }
    }
}
