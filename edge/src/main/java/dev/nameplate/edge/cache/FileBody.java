package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// A body that stays in its file and is read part by part, so that its size does not matter. The file may be deleted or
/// replaced meanwhile: this one is read to its end.
public final class FileBody extends AbstractReferenceCounted {
    private static final Logger LOG = LoggerFactory.getLogger(FileBody.class);

    /// Who hears of a part that was read.
    @FunctionalInterface
    public interface Reader {
        /// @param part to be released by the reader; null when the body cannot be read to its end
        void read(@Nullable ByteBuf part);
    }

    private final FileChannel channel;
    private final KeptFile file;
    private final Executor disk;
    private final Runnable whenDamaged;

    FileBody(FileChannel channel, KeptFile file, Executor disk, Runnable whenDamaged) {
        this.channel = channel;
        this.file = file;
        this.disk = disk;
        this.whenDamaged = whenDamaged;
    }

    public long length() {
        return file.length();
    }

    /// @return the file's size afterwards
    long change(KeptHead head) throws IOException {
        file.change(head);
        return channel.size();
    }

    /// Reads a part, on a thread that may wait for the disk; the reader is called on that thread.
    public void read(long from, int size, Reader reader) {
        retain();
        try {
            disk.execute(() -> {
                ByteBuf part = null;
                try {
                    part = file.body(PooledByteBufAllocator.DEFAULT, from, size);
                } catch (IOException e) {
                    LOG.warn("a kept answer breaks off at byte {} of its body", from, e);
                    whenDamaged.run();
                } finally {
                    release();
                }
                reader.read(part);
            });
        } catch (RejectedExecutionException _) {
            release();
            reader.read(null); // the edge is closing
        }
    }

    @Override
    protected void deallocate() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("a kept file does not close", e);
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
