package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
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
    private final DiskWriter writer;
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

    FileSink(DiskWriter writer, Executor disk, long maxBytes) {
        this.writer = writer;
        this.disk = disk;
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean add(ByteBuf data) {
        int size = data.readableBytes();
        length += size;
        if (failed || length > maxBytes || !writer.queue(size)) {
            failed = true;
            return false;
        }
        ByteBuf kept = data.retainedDuplicate();
        step(() -> {
            try {
                write(kept);
            } finally {
                writer.dequeue(size);
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
                into = writer.begin(data.readableBytes());
                file = into;
            } else {
                writer.looked(data.readableBytes());
            }
            DiskWriter.add(data, into, checks);
        } catch (IOException e) {
            failed = true;
            writer.failed(e);
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
        if (!writer.worthKeeping(freshness)) {
            drop();
            return;
        }
        DiskWriter.Place place = writer.place(key, vary, forwarded, generation);
        long whole = length;
        step(() ->
                end(beginning -> {
                    if (!failed) {
                        KeptHead head =
                                new KeptHead(
                                        writer.settle(place),
                                        List.of(),
                                        status,
                                        headers,
                                        storedAtMillis,
                                        freshness,
                                        uncompressed);
                        writer.finish(beginning, whole, checks, head, place);
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
            writer.failed(e);
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
