package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// Writes a body to its file, step by step in order, on whichever thread is free. A disk that cannot keep up with the origin
/// loses the answer instead of filling memory.
final class FileSink implements BodySink {
    private final DiskStore store;
    private final Executor disk;
    private final long maxBytes;
    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger undone = new AtomicInteger();
    private final KeptFile.Checks checks = new KeptFile.Checks();

    /// Set by any thread.
    private volatile boolean failed;

    /// Counted on the loop.
    private long length;

    /// Touched by the steps alone, one after the other.
    private DiskFiles.@Nullable Beginning file;

    FileSink(DiskStore store, Executor disk, long maxBytes) {
        this.store = store;
        this.disk = disk;
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean add(ByteBuf data) {
        int size = data.readableBytes();
        length += size;
        if (failed || length > maxBytes || !store.queue(size)) {
            failed = true;
            return false;
        }
        ByteBuf kept = data.retainedDuplicate();
        step(() -> {
            try {
                write(kept);
            } finally {
                store.dequeue(size);
                kept.release();
            }
        });
        return true;
    }

    private void write(ByteBuf data) {
        if (failed) {
            return;
        }
        try {
            DiskFiles.Beginning into = file;
            if (into == null) {
                into = store.begin(data.readableBytes());
                file = into;
            } else {
                store.looked(data.readableBytes());
            }
            for (ByteBuffer part : data.nioBuffers()) {
                checks.add(part.duplicate());
                DiskStore.writeFully(into.channel(), part);
            }
        } catch (IOException e) {
            failed = true;
            store.failed(e);
        }
    }

    @Override
    public void keep(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            int status,
            HttpHeaders headers,
            long storedAtMillis,
            Freshness freshness,
            Optional<Uncompressed> uncompressed,
            long generation) {
        if (!store.worthKeeping(freshness)) {
            drop();
            return;
        }
        DiskStore.Place place = store.place(key, vary, forwarded, generation);
        long whole = length;
        step(() ->
                end(beginning -> {
                    if (!failed) {
                        KeptHead head =
                                new KeptHead(
                                        store.settle(place),
                                        List.of(),
                                        status,
                                        headers,
                                        storedAtMillis,
                                        freshness,
                                        uncompressed);
                        store.finish(beginning, whole, checks, head, place);
                    }
                }));
    }

    @Override
    public void drop() {
        failed = true;
        step(() -> end(_ -> {}));
    }

    @FunctionalInterface
    private interface Ending {
        void end(DiskFiles.Beginning file) throws IOException;
    }

    private void end(Ending ending) {
        DiskFiles.Beginning ended = file;
        file = null;
        if (ended == null) {
            return;
        }
        try (ended) {
            ending.end(ended);
        } catch (IOException e) {
            store.failed(e);
        }
    }

    private void step(Runnable next) {
        steps.add(next);
        if (undone.getAndIncrement() == 0) {
            try {
                disk.execute(this::run);
            } catch (RejectedExecutionException _) {
                failed = true; // closing: what is left only lets go
                run();
            }
        }
    }

    private void run() {
        do {
            Runnable next = steps.poll();
            if (next != null) {
                next.run();
            }
        } while (undone.decrementAndGet() > 0);
    }
}
