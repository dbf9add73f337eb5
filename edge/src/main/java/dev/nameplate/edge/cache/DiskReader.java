package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/// Reads answers from their files. What is damaged or purged is dropped on the way.
final class DiskReader {
    private static final Logger LOG = LoggerFactory.getLogger(DiskReader.class);

    /// Longer bodies are read part by part.
    private static final int WHOLE = 1 << 20;

    private final DiskFiles files;
    private final DiskIndex index;
    private final Purges purges;
    private final Executor disk;

    /// @param disk reads the parts of long bodies
    DiskReader(DiskFiles files, DiskIndex index, Purges purges, Executor disk) {
        this.files = files;
        this.index = index;
        this.purges = purges;
        this.disk = disk;
    }

    /// @param vary as with [CacheStore#put]
    /// @param right the newest purge that left the answer alone
    record Found(StoredResponse response, List<String> vary, long right) {}

    Optional<Found> read(CacheKey key, RequestHeaders forwarded) {
        Optional<Opened> first = open(key);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        KeptHead head = first.get().file.head();
        if (head.vary().isEmpty()) {
            return found(first.get(), List.of());
        }
        close(first.get().channel);
        return open(Variants.key(key, Variants.asciiNames(head.vary()), head.edition(), forwarded))
                .flatMap(opened -> found(opened, head.vary()));
    }

    /// The head of the file of exactly this key.
    Optional<KeptHead> head(CacheKey key) {
        return open(key)
                .map(opened -> {
                    close(opened.channel);
                    return opened.file.head();
                });
    }

    /// Whether the file of this entry was purged between the purge that left it alone and `latest`, or is no answer's any
    /// more.
    boolean isPurged(DiskName name, DiskIndex.Entry entry) {
        try (FileChannel channel = files.open(name)) {
            return purges.hit(KeptFile.read(channel).head().key(), entry.right);
        } catch (NoSuchFileException _) {
            return true;
        } catch (IOException e) {
            dropped(e);
            return true;
        }
    }

    private record Opened(DiskName name, FileChannel channel, KeptFile file, long right) {}

    /// The file of exactly this key, not purged.
    private Optional<Opened> open(CacheKey key) {
        DiskName name = DiskName.of(key);
        if (index.isAbsent(name)) {
            return Optional.empty();
        }
        Optional<DiskIndex.Entry> entry = index.find(name);
        FileChannel channel;
        try {
            channel = files.open(name);
        } catch (NoSuchFileException _) {
            entry.ifPresent(known -> index.missing(name, known)); // not what was put since
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("cached content cannot be read", e);
            return Optional.empty();
        }
        try {
            KeptFile file = KeptFile.read(channel);
            long right = entry.map(known -> known.right).orElse(0L);
            long latest = purges.latest();
            if (!file.head().key().equals(key)) {
                close(channel);
                return Optional.empty();
            }
            if (purges.hit(key, right)) {
                close(channel);
                index.remove(name);
                return Optional.empty();
            }
            entry.ifPresent(known -> known.right = latest);
            return Optional.of(new Opened(name, channel, file, latest));
        } catch (IOException e) {
            dropped(e);
            close(channel);
            index.remove(name);
            return Optional.empty();
        }
    }

    private Optional<Found> found(Opened opened, List<String> vary) {
        KeptHead head = opened.file.head();
        if (!head.vary().isEmpty()) {
            close(opened.channel);
            return Optional.empty();
        }
        if (opened.file.length() > WHOLE) {
            FileBody body =
                    new FileBody(
                            opened.channel, opened.file, disk, () -> index.remove(opened.name));
            return Optional.of(new Found(StoredResponse.of(head, body), vary, opened.right));
        }
        try {
            ByteBuf body =
                    opened.file.body(
                            UnpooledByteBufAllocator.DEFAULT, 0, (int) opened.file.length());
            return Optional.of(new Found(StoredResponse.of(head, body), vary, opened.right));
        } catch (IOException e) {
            dropped(e);
            index.remove(opened.name);
            return Optional.empty();
        } finally {
            close(opened.channel);
        }
    }

    private static void dropped(IOException e) {
        LOG.warn("cached content is dropped: {}", e.getMessage());
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("cached content does not close", e);
        }
    }
}
