package dev.nameplate.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/// The file that holds the master key, as two lines:
/// ```
/// nameplate-master-key-1
/// <64 hex digits: the key> <8 hex digits: the start of the key's SHA-256>
/// ```
/// The check makes damage a clear error at the start, instead of secrets that do not open one by one.
final class MasterKeyFile {
    private static final String HEADER = "nameplate-master-key-1";
    private static final int KEY_LENGTH = 32;
    private static final int CHECK_LENGTH = 4;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private MasterKeyFile() {}

    static byte[] readOrCreate(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file)) {
                create(file, random);
            }
            return read(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot use the master key file " + file, failed);
        }
    }

    /// Written beside its place and linked into it, so that no crash leaves half a key and a second process starting at
    /// the same time finds the first one's; durable before anything is sealed under it.
    private static void create(Path file, SecureRandom random) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalStateException(file + " is not a file in a folder");
        }
        byte[] key = new byte[KEY_LENGTH];
        random.nextBytes(key);
        HexFormat hex = HexFormat.of();
        String text = HEADER + "\n" + hex.formatHex(key) + " " + hex.formatHex(check(key)) + "\n";
        Arrays.fill(key, (byte) 0);
        Path fresh =
                Files.createTempFile(
                        folder, "master", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            try {
                Files.createLink(file, fresh);
            } catch (FileAlreadyExistsException _) {
                return;
            }
        } finally {
            Files.delete(fresh);
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static byte[] read(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new IllegalStateException(
                    "the master key file "
                            + file
                            + " is open to others ("
                            + PosixFilePermissions.toString(permissions)
                            + "): run chmod 600 on it");
        }
        String[] lines = Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1);
        try {
            if (lines.length == 3 && lines[0].equals(HEADER)) {
                HexFormat hex = HexFormat.of();
                int split = 2 * KEY_LENGTH;
                byte[] key = hex.parseHex(lines[1], 0, split);
                byte[] check = hex.parseHex(lines[1], split + 1, lines[1].length());
                if (Arrays.equals(check, check(key))) {
                    return key;
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            // Not passed on as a cause: its message may quote the key.
        }
        throw new IllegalStateException(
                "the master key file "
                        + file
                        + " is damaged: put back the copy from your backup. A new key cannot open what is stored here");
    }

    private static byte[] check(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return Arrays.copyOf(digest, CHECK_LENGTH);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
