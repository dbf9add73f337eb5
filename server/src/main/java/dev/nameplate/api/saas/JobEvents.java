package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.wire.StreamedResponse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/// A job's progress as server-sent events, until it has ended.
///
/// Each event says how the whole job stands, so a listener who was away, or reads slowly, has missed nothing once the next one
/// came: states in between are left out, and nothing is kept for anybody. An event's id is a digest of what it says, the same on
/// every node and after a restart. Listeners of one job share its looks at the store.
final class JobEvents {
    /// Between two looks at a job; longer where a look is slow, so that a look costs a tenth of the time at most.
    static final Duration LOOK = Duration.ofMillis(500);

    private static final int SLOWER = 10;

    /// Proxies close what is silent for a minute, or half.
    private static final int LOOKS_A_HEARTBEAT = 30;

    /// An hour of looks. Then the listener comes back, if there still is one, and shows its key again.
    private static final int MOST_LOOKS = 2 * 60 * 60;

    private final Places places;
    private final Runnable pause;
    private final Duration patience;
    private final Duration fresh;
    private final Map<String, Watched> watched = new HashMap<>();

    /// The account of each listener.
    private final List<AccountId> listeners = new ArrayList<>();

    /// How many may listen at a time.
    ///
    /// @param each of one account
    record Places(int all, int each) {}

    /// @param pause between two looks
    /// @param patience with a listener who does not take what is written
    JobEvents(Places places, Runnable pause, Duration patience) {
        this(places, pause, patience, LOOK.dividedBy(2));
    }

    /// @param fresh how long a look is good for all listeners
    JobEvents(Places places, Runnable pause, Duration patience, Duration fresh) {
        this.places = places;
        this.fresh = fresh;
        this.pause = pause;
        this.patience = patience;
    }

    /// How a job stands.
    ///
    /// @param id of the event that says so
    record Standing(String id, String json, boolean ended) {
        static Standing of(ObjectNode job, Function<byte[], String> digest) {
            String json = job.toString();
            return new Standing(
                    digest.apply(json.getBytes(StandardCharsets.UTF_8)),
                    json,
                    switch (job.path("status").asText()) {
                        case "RUNNING", "PAUSED", "CANCELLING", "ROLLING_BACK" -> false;
                        default -> true;
                    });
        }
    }

    /// Whether there is no place left for the account.
    boolean isFull(AccountId account) {
        synchronized (listeners) {
            return listeners.size() >= places.all()
                    || Collections.frequency(listeners, account) >= places.each();
        }
    }

    private boolean entered(AccountId account) {
        synchronized (listeners) {
            return !isFull(account) && listeners.add(account);
        }
    }

    private void gone(AccountId account) {
        synchronized (listeners) {
            listeners.remove(account);
        }
    }

    /// @param last the id of the last event that the listener had
    /// @param look at the job
    StreamedResponse.Body listening(
            AccountId account, String job, Optional<String> last, Supplier<Standing> look) {
        return out -> {
            if (!entered(account)) {
                out.write("retry: 5000\n\n".getBytes(StandardCharsets.UTF_8));
                return;
            }
            Watched shared = joined(job, look);
            try (ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
                follow(shared, last, text -> write(writer, out, text));
            } finally {
                left(job, shared);
                gone(account);
            }
        };
    }

    private Watched joined(String job, Supplier<Standing> look) {
        synchronized (watched) {
            Watched shared = watched.computeIfAbsent(job, _ -> new Watched(look, fresh));
            shared.listeners++;
            return shared;
        }
    }

    private void left(String job, Watched shared) {
        synchronized (watched) {
            if (--shared.listeners == 0) {
                watched.remove(job);
            }
        }
    }

    @FunctionalInterface
    private interface Line {
        void write(String text) throws IOException;
    }

    private void follow(Watched shared, Optional<String> last, Line line) throws IOException {
        String had = last.orElse("");
        int silent = 0;
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            Standing now = shared.standing();
            if (!now.id().equals(had) || now.ended()) {
                line.write(
                        "id: %s\nevent: %s\ndata: %s\n\n"
                                .formatted(now.id(), now.ended() ? "end" : "progress", now.json()));
                had = now.id();
                silent = 0;
            } else if (++silent % LOOKS_A_HEARTBEAT == 0) {
                line.write(": nothing new\n\n");
            }
            if (now.ended()) {
                return;
            }
            pause.run();
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("the server stops");
            }
        }
    }

    /// On a thread of its own, because nothing but an interrupt ends a write that nobody reads.
    private void write(ExecutorService writer, OutputStream out, String text) throws IOException {
        Future<?> written =
                writer.submit(() -> {
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    return true;
                });
        try {
            written.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            written.cancel(true);
            throw new IOException("a listener takes nothing", e);
        } catch (ExecutionException e) {
            throw new IOException("a listener went away", e.getCause());
        } catch (InterruptedException e) {
            written.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("the server stops", e);
        }
    }

    /// One job, for all its listeners, who are counted under the lock of the map.
    private static final class Watched {
        private final Supplier<Standing> look;
        private final Duration fresh;
        private int listeners;
        private Optional<Standing> seen = Optional.empty();
        private long freshUntil;

        Watched(Supplier<Standing> look, Duration fresh) {
            this.look = look;
            this.fresh = fresh;
        }

        synchronized Standing standing() {
            long begin = System.nanoTime();
            if (seen.isEmpty() || begin - freshUntil > 0) {
                Standing now = look.get();
                seen = Optional.of(now);
                long end = System.nanoTime();
                freshUntil =
                        fresh.isZero()
                                ? begin
                                : end + Math.max(fresh.toNanos(), SLOWER * (end - begin));
            }
            return seen.get();
        }
    }
}
