package dev.nameplate.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the stores of tests lie: in memory, on a machine that has a file system there with room, because every commit of theirs is
/// synced, and tests would wait for the disk for minutes. What a killed process had written is there as well as on a disk.
final class Scratch {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOM = 2L << 30;

    private Scratch() {}

    static Path folder(String prefix) throws IOException {
        if (Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM) {
            return Files.createTempDirectory(MEMORY, prefix);
        }
        return Files.createTempDirectory(prefix);
    }
}
