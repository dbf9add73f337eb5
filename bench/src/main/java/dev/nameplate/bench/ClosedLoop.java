package dev.nameplate.bench;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// As many clients as connections, each sending its next call as soon as the last one is answered, until the calls or the time
/// run out.
final class ClosedLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ClosedLoop.class);

    private ClosedLoop() {}

    /// @param nanos how long each answered call took
    record Outcome(long[] nanos, int failures, Duration took) {
        double perSecond() {
            return nanos.length / (took.toNanos() / 1e9);
        }
    }

    static Outcome run(
            InetSocketAddress server, int connections, Queue<byte[]> calls, Duration time)
            throws InterruptedException {
        Queue<Long> times = new ConcurrentLinkedQueue<>();
        AtomicInteger failures = new AtomicInteger();
        long start = System.nanoTime();
        Thread[] clients =
                IntStream.range(0, connections)
                        .mapToObj(_ ->
                                Thread.ofPlatform()
                                        .start(() ->
                                                client(
                                                        server,
                                                        calls,
                                                        start + time.toNanos(),
                                                        times,
                                                        failures)))
                        .toArray(Thread[]::new);
        for (Thread client : clients) {
            client.join();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new Outcome(
                times.stream().mapToLong(Long::longValue).toArray(), failures.get(), took);
    }

    private static void client(
            InetSocketAddress server,
            Queue<byte[]> calls,
            long end,
            Queue<Long> times,
            AtomicInteger failures) {
        try (Connection connection = new Connection(server)) {
            while (System.nanoTime() < end) {
                byte[] call = calls.poll();
                if (call == null) {
                    return;
                }
                long sent = System.nanoTime();
                Connection.Answer answer = connection.exchange(call);
                if (answer.status() == 200) {
                    times.add(System.nanoTime() - sent);
                } else if (failures.incrementAndGet() == 1) {
                    LOG.warn("a call failed with {}: {}", answer.status(), answer.text());
                }
            }
        } catch (IOException e) {
            failures.incrementAndGet();
            LOG.warn("a client stopped", e);
        }
    }

    static double percentileMillis(long[] nanos, double percentile) {
        if (nanos.length == 0) {
            return Double.NaN;
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * percentile)] / 1e6;
    }
}
