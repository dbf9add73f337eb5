package dev.nameplate.edge.warm;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.edge.net.Transport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/// Drives full handshakes, cached answers and proxied ones, over HTTP/1.1 and HTTP/2, through an edge of its own, until the
/// given time is used up. Beside real visitors it takes a small share of the time only.
public final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /// Short, so that a real visitor who comes meanwhile hardly waits.
    private static final Duration BURST = Duration.ofMillis(50);

    /// After each burst while there are visitors: nine tenths of the time are theirs.
    private static final Duration PAUSE = Duration.ofMillis(450);

    /// On a machine that has no time for it, it ends after this many times what was meant for it.
    private static final int PATIENCE = 4;

    private static final long CACHE_BYTES = 1 << 20;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /// An edge to rehearse with.
    ///
    /// @param https where it listens
    /// @param end closes it
    public record Stage(InetSocketAddress https, Runnable end) {}

    private WarmUp(
            EdgeSettings like,
            InstantSource clock,
            BiFunction<EdgeSettings, EdgeSource, Stage> stages,
            BooleanSupplier visited) {
        thread =
                Thread.ofPlatform()
                        .name("edge-warm-up")
                        .daemon()
                        .unstarted(() -> run(like, clock, stages, visited));
    }

    /// Begins, and goes on by itself.
    ///
    /// @param like how the real edge runs, and how long this may go on
    /// @param stages starts an edge
    /// @param visited whether the real edge has visitors at the moment
    public static WarmUp start(
            EdgeSettings like,
            InstantSource clock,
            BiFunction<EdgeSettings, EdgeSource, Stage> stages,
            BooleanSupplier visited) {
        WarmUp warmUp = new WarmUp(like, clock, stages, visited);
        warmUp.thread.start();
        return warmUp;
    }

    public boolean isOver() {
        return ended.getCount() == 0;
    }

    public void await() throws InterruptedException {
        ended.await();
    }

    private void run(
            EdgeSettings like,
            InstantSource clock,
            BiFunction<EdgeSettings, EdgeSource, Stage> stages,
            BooleanSupplier visited) {
        Duration time = like.warmUp();
        long began = System.nanoTime();
        Duration before = cpu();
        long rehearsed = 0;
        Transport transport = Transport.best(like.ioUring());
        try (Props props = Props.set(transport, clock)) {
            Stage stage = stages.apply(settings(like), props.source());
            try (Rehearsal rehearsal = Rehearsal.of(transport, stage.https(), clock)) {
                long last = began + time.multipliedBy(PATIENCE).toNanos();
                while (!stopped(visited.getAsBoolean() ? PAUSE : Duration.ZERO)
                        && System.nanoTime() - last < 0
                        && cpu().minus(before).compareTo(time) < 0) {
                    rehearsed += rehearsal.burst(BURST);
                }
            } finally {
                stage.end().run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // the rim of a thread whose failure costs speed only
            LOG.warn("the warm-up ended early: {}", e.toString());
        } finally {
            ended.countDown();
        }
        LOG.info(
                "warmed up with {} requests in {} ms",
                rehearsed,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    private boolean stopped(Duration pause) throws InterruptedException {
        return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Zero where the system does not tell: then the clock alone ends it.
    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static EdgeSettings settings(EdgeSettings like) {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return EdgeSettings.standard(free, free).toBuilder()
                .eventLoops(1)
                .ioUring(like.ioUring())
                .nodeName(like.nodeName())
                .location(like.location())
                .contentCache(CACHE_BYTES, CACHE_BYTES)
                .certificateCacheBytes(CACHE_BYTES)
                .originPolicy(OriginPolicy.STANDARD)
                .tls(TlsSettings.STANDARD)
                .countries(Optional.empty())
                .drain(Duration.ZERO)
                .build();
    }

    /// Ends it, if it has not ended yet.
    @Override
    public void close() {
        stop.countDown();
        try {
            if (!ended.await(2, TimeUnit.SECONDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
