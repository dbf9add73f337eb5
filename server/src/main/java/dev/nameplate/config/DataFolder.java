package dev.nameplate.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The folder of one server: readable by its owner alone, and held by one server at a time.
public final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataFolder(Path path, FileChannel lockFile, FileLock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Makes the folder if it is missing and takes it for this process. The lock ends with the process, however it ends.
    ///
    /// @throws InUse if another server runs on it
    public static DataFolder take(Path path) {
        try {
            Files.createDirectories(path);
            // Also where the operator made it: the store's own files are as readable as their umask
            // says.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("server.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                channel.close();
                throw new InUse(path, e);
            }
            if (lock == null) {
                channel.close();
                throw new InUse(path, null);
            }
            return new DataFolder(path, channel, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + path + " as the data folder: " + e, e);
        }
    }

    public Path path() {
        return path;
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /// This node's name in the cluster: made once, so that a restarted node recognises its own unfinished work.
    public String nodeName(RandomGenerator random) {
        Path file = path.resolve("node-name");
        try {
            if (Files.exists(file)) {
                return Files.readString(file).strip();
            }
            byte[] bytes = new byte[6];
            random.nextBytes(bytes);
            String name = "node-" + HexFormat.of().formatHex(bytes);
            Files.writeString(file, name + "\n");
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static final class InUse extends RuntimeException {
        InUse(Path path, @Nullable Throwable cause) {
            super(
                    "another server is running on "
                            + path
                            + "; stop it, or choose another folder with NAMEPLATE_DATA_DIR",
                    cause);
        }
    }
}
