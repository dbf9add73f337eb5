package dev.nameplate.edge.cache;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that wait for the disk. Platform threads, since a virtual one would hold its carrier meanwhile; reads and
/// writes apart, since a visitor waits for the former only.
final class DiskWork implements AutoCloseable {
    private static final int READERS = 4;
    private static final int WRITERS = 2;
    private static final int CLOSING_SECONDS = 2;

    private final ThreadPoolExecutor reads = pool("edge-disk-read", READERS);
    private final ThreadPoolExecutor writes = pool("edge-disk-write", WRITERS);

    private static ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name(name + "-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    Executor reads() {
        return reads;
    }

    Executor writes() {
        return writes;
    }

    /// Lets what waits finish within a moment.
    @Override
    public void close() {
        reads.shutdown();
        writes.shutdown();
        try {
            if (!writes.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                writes.shutdownNow();
            }
            if (!reads.awaitTermination(1, TimeUnit.SECONDS)) {
                reads.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
