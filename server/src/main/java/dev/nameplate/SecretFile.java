package dev.nameplate;

import dev.nameplate.client.CommandFailed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Files that subcommands are given, and those with keys that they write.
final class SecretFile {
    /// No chain and no key comes near it.
    private static final int LARGEST = 1 << 20;

    private SecretFile() {}

    static byte[] read(Path path) {
        try {
            if (Files.size(path) > LARGEST) {
                throw new CommandFailed(path + " is too large to be a key or a chain");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new CommandFailed("there is no file " + e.getFile());
        } catch (IOException e) {
            throw new CommandFailed(path + " cannot be read: " + e.getMessage());
        }
    }

    /// For its owner's eyes only, on the disk when this returns, and never over another file.
    static void write(Path path, String text) {
        try {
            Path made =
                    Files.createFile(
                            path,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    made,
                    text,
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed(path + " exists already; nothing was written");
        } catch (IOException e) {
            throw new CommandFailed(path + " cannot be written: " + e.getMessage());
        }
    }
}
