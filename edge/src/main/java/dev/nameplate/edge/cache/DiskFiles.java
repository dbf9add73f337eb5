package dev.nameplate.edge.cache;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;

/// The folder of a disk store:
///
/// - `kept-2/00` … `kept-2/ff`: answers, a [KeptFile] each under its [DiskName]. The number changes with the format.
/// - `new/`: what is being written. Nothing there survives a start.
/// - `position`: how far in the order of invalidations everything kept has been searched.
/// - whatever else begins with `kept-` or `old-` is being deleted.
///
/// No write waits for the disk: a file that a power cut tore is noticed when it is read.
final class DiskFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFiles.class);
    private static final String KEPT = "kept-2";

    private final Path root;
    private final Path kept;
    private final Path beginnings;
    private final Path position;
    private final AtomicLong numbers = new AtomicLong();

    private DiskFiles(Path root) {
        this.root = root;
        this.kept = root.resolve(KEPT);
        this.beginnings = root.resolve("new");
        this.position = root.resolve("position");
    }

    static DiskFiles in(Path root) {
        DiskFiles files = new DiskFiles(root);
        try {
            Files.createDirectories(root);
            files.setAside(files.beginnings);
            Files.createDirectories(files.beginnings);
            if (files.position().isEmpty()) {
                files.setAside(files.kept);
            }
            files.makeFolders();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep cached content in %s: %s; name another folder or turn it off"
                            .formatted(root, e.getMessage()),
                    e);
        }
        return files;
    }

    private void makeFolders() throws IOException {
        for (int i = 0; i < DiskName.FOLDERS; i++) {
            Files.createDirectories(kept.resolve(DiskName.folder(i)));
        }
    }

    private void setAside(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Files.move(folder, Files.createTempDirectory(root, "old-").resolve("it"));
        }
    }

    /// Forgets all answers at once; deletes nothing yet.
    void forgetAll() throws IOException {
        Files.deleteIfExists(position);
        setAside(kept);
        makeFolders();
    }

    /// Deletes what was set aside.
    void deleteOld() {
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(root, path -> isOld(path.getFileName().toString()))) {
            for (Path old : all) {
                Files.walkFileTree(old, DELETING);
            }
        } catch (IOException e) {
            LOG.warn("old cached content in {} is not all deleted", root, e);
        }
    }

    private static boolean isOld(String name) {
        return name.startsWith("old-") || (name.startsWith("kept-") && !name.equals(KEPT));
    }

    private static final SimpleFileVisitor<Path> DELETING =
            new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                        throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path folder, java.io.@org.jspecify.annotations.Nullable IOException e)
                        throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            };

    /// Tells name and size of each answer's file, without opening it.
    void list(ObjLongConsumer<DiskName> found) throws IOException {
        for (int i = 0; i < DiskName.FOLDERS; i++) {
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(kept.resolve(DiskName.folder(i)))) {
                for (Path file : files) {
                    var name = DiskName.parse(file.getFileName().toString());
                    if (name.isPresent()) {
                        size(file).ifPresent(size -> found.accept(name.get(), size));
                    }
                }
            }
        }
    }

    private static OptionalLong size(Path file) throws IOException {
        try {
            return OptionalLong.of(Files.size(file));
        } catch (NoSuchFileException _) {
            return OptionalLong.empty(); // deleted since it was listed
        }
    }

    /// @throws NoSuchFileException when there is none
    FileChannel open(DiskName name) throws IOException {
        return FileChannel.open(name.in(kept), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    void delete(DiskName name) {
        try {
            Files.deleteIfExists(name.in(kept));
        } catch (IOException e) {
            LOG.warn("cached content is not deleted", e);
        }
    }

    /// A file being written.
    final class Beginning implements AutoCloseable {
        private final Path path = beginnings.resolve(Long.toString(numbers.incrementAndGet()));
        private final FileChannel channel;
        private boolean done;

        private Beginning() throws IOException {
            channel =
                    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        FileChannel channel() {
            return channel;
        }

        /// Makes the file an answer's, in place of an older one.
        void becomes(DiskName name) throws IOException {
            Files.move(
                    path,
                    name.in(kept),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            done = true;
        }

        /// Closes the file, and deletes it unless it became an answer's.
        @Override
        public void close() throws IOException {
            channel.close();
            if (!done) {
                Files.deleteIfExists(path);
            }
        }
    }

    Beginning begin() throws IOException {
        return new Beginning();
    }

    /// Empty when nothing was kept, or nothing is known about what was.
    OptionalLong position() {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(position).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    void position(long newPosition) throws IOException {
        Path next = beginnings.resolve("position");
        Files.writeString(next, newPosition + "\n");
        Files.move(
                next,
                position,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /// Whether so little is left that others on the same disk may soon miss it.
    boolean nearlyFull() throws IOException {
        var disk = Files.getFileStore(root);
        return disk.getUsableSpace() < Math.min(RESERVE, disk.getTotalSpace() / 20);
    }

    private static final long RESERVE = 1L << 30;

    @Override
    public String toString() {
        return root.toString();
    }
}
