package dev.nameplate.vault;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The file that holds the master keys, the one that seals first:
/// ```
/// nameplate-master-key-2
/// clear <since, epoch ms> <64 hex digits: the key> <8 hex digits: the start of the key's SHA-256>
/// wrapped <since, epoch ms> <hex: what the key service made of the key> <8 hex digits: as above>
/// ```
/// A file of version 1, which is what a first start writes, has one key and a line without its first two words. The check makes
/// damage a clear error at the start, instead of secrets that do not open one by one.
///
/// The file is only ever replaced as a whole, so that a reader sees the old keys or the new ones.
final class MasterKeyFile {
    private static final Logger LOG = LoggerFactory.getLogger(MasterKeyFile.class);

    private static final String VERSION_1 = "nameplate-master-key-1";
    private static final String VERSION_2 = "nameplate-master-key-2";
    private static final int CHECK_LENGTH = 4;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Optional<KeyWrapping> wrapping;
    private final SecureRandom random;
    private volatile @Nullable Read read;

    MasterKeyFile(Path file, Optional<KeyWrapping> wrapping, SecureRandom random) {
        this.file = file;
        this.wrapping = wrapping;
        this.random = random;
    }

    /// A line of the file beside what it stands for.
    private record Entry(String line, MasterKey key) {}

    /// What tells that a file is another one than before.
    private record Stamp(FileTime changed, long size, @Nullable Object inode) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(seen.lastModifiedTime(), seen.size(), seen.fileKey());
        }
    }

    private record Read(Stamp stamp, List<Entry> entries, KeyRing ring) {
        static Read of(Stamp stamp, List<Entry> entries) {
            return new Read(stamp, entries, new KeyRing(entries.stream().map(Entry::key).toList()));
        }
    }

    KeyRing current() {
        Read known = read;
        if (known == null) {
            return reread();
        }
        try {
            if (known.stamp().equals(Stamp.of(file))) {
                return known.ring();
            }
            return reread();
        } catch (IOException | RuntimeException unreadable) {
            // A server that runs goes on with the keys it has: its secrets still open.
            LOG.error(
                    "the master key file {} was changed and cannot be read: {}",
                    file,
                    unreadable.getMessage());
            return known.ring();
        }
    }

    void requireKept() {
        if (!Files.exists(file)) {
            throw new MasterKeySource.Refused(
                    file
                            + " is missing, but the store was sealed under it: restore it from its backup, or set"
                            + " NAMEPLATE_MASTER_KEY again if the key came from there",
                    null);
        }
    }

    synchronized KeyRing reread() {
        try {
            if (!Files.exists(file)) {
                if (read != null) {
                    throw new NoSuchFileException(file.toString());
                }
                create();
            }
            Stamp stamp = Stamp.of(file);
            Read fresh = Read.of(stamp, parse());
            read = fresh;
            return fresh.ring();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot use the master key file " + file, failed);
        }
    }

    synchronized KeyRing add(Instant now) {
        reread();
        List<String> lines = new ArrayList<>();
        lines.add(newLine(now));
        entries().forEach(entry -> lines.add(entry.line()));
        replace(lines);
        return reread();
    }

    synchronized KeyRing remove(KeyId id) {
        if (reread().primary().id().equals(id)) {
            throw new MasterKeySource.Refused(
                    "the master key " + id + " is the one that seals: rotate first", null);
        }
        replace(linesWithout(id));
        return reread();
    }

    /// Whichever it is; the last key takes the file with it.
    synchronized void drop(KeyId id) {
        reread();
        List<String> left = linesWithout(id);
        if (!left.isEmpty()) {
            replace(left);
            return;
        }
        try {
            Files.delete(file);
            syncFolder();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot delete the master key file " + file, failed);
        }
    }

    private List<String> linesWithout(KeyId id) {
        return entries().stream()
                .filter(entry -> !entry.key().id().equals(id))
                .map(Entry::line)
                .toList();
    }

    private List<Entry> entries() {
        return Objects.requireNonNull(read).entries();
    }

    /// Linked into its place, so that a second process starting at the same time finds the first one's.
    private void create() throws IOException {
        String text;
        if (wrapping.isPresent()) {
            text = VERSION_2 + "\n" + newLine(Instant.EPOCH) + "\n";
        } else {
            byte[] key = newKey();
            HexFormat hex = HexFormat.of();
            text = VERSION_1 + "\n" + hex.formatHex(key) + " " + hex.formatHex(check(key)) + "\n";
            Arrays.fill(key, (byte) 0);
        }
        Path fresh = draft(text);
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException _) {
            return;
        } finally {
            Files.delete(fresh);
        }
        syncFolder();
    }

    private void replace(List<String> lines) {
        try {
            Path fresh = draft(VERSION_2 + "\n" + String.join("\n", lines) + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write the master key file " + file, failed);
        }
    }

    /// Written beside its place, so that no crash leaves half a key; durable before anything is sealed under it.
    private Path draft(String text) throws IOException {
        Path fresh =
                Files.createTempFile(
                        folder(),
                        "master",
                        ".new",
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return fresh;
    }

    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path folder() {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalStateException(file + " is not a file in a folder");
        }
        return folder;
    }

    private byte[] newKey() {
        byte[] key = new byte[MasterKey.LENGTH];
        random.nextBytes(key);
        return key;
    }

    private String newLine(Instant since) {
        byte[] key = newKey();
        HexFormat hex = HexFormat.of();
        try {
            String body =
                    wrapping.map(service -> "wrapped %s " + hex.formatHex(service.wrap(key)))
                            .orElseGet(() -> "clear %s " + hex.formatHex(key));
            return body.formatted(since.toEpochMilli()) + " " + hex.formatHex(check(key));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private List<Entry> parse() throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new MasterKeySource.Refused(
                    "the master key file "
                            + file
                            + " is open to others ("
                            + PosixFilePermissions.toString(permissions)
                            + "): run chmod 600 on it",
                    null);
        }
        List<String> lines =
                List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1));
        boolean whole = lines.size() >= 3 && lines.getLast().isEmpty();
        if (whole && lines.getFirst().equals(VERSION_1) && lines.size() == 3) {
            return List.of(entry("clear 0 " + lines.get(1)));
        }
        if (whole && lines.getFirst().equals(VERSION_2)) {
            List<Entry> entries = new ArrayList<>();
            for (String line : lines.subList(1, lines.size() - 1)) {
                entries.add(entry(line));
            }
            return entries;
        }
        throw damaged();
    }

    private Entry entry(String line) {
        Read known = read;
        if (known != null) {
            // A wrapped key is not asked of the key service again.
            for (Entry entry : known.entries()) {
                if (entry.line().equals(line)) {
                    return entry;
                }
            }
        }
        String[] words = line.split(" ", -1);
        if (words.length != 4) {
            throw damaged();
        }
        byte[] body;
        byte[] check;
        Instant since;
        try {
            since = Instant.ofEpochMilli(Long.parseLong(words[1]));
            body = HexFormat.of().parseHex(words[2]);
            check = HexFormat.of().parseHex(words[3]);
        } catch (IllegalArgumentException _) {
            // Not passed on as a cause: its message may quote the key.
            throw damaged();
        }
        byte[] key =
                switch (words[0]) {
                    case "clear" -> body;
                    case "wrapped" -> unwrapped(body);
                    default -> throw damaged();
                };
        try {
            if (key.length != MasterKey.LENGTH || !Arrays.equals(check, check(key))) {
                throw damaged();
            }
            return new Entry(line, MasterKey.of(key, since));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] unwrapped(byte[] body) {
        return wrapping.orElseThrow(() ->
                        new MasterKeySource.Refused(
                                "a key in "
                                        + file
                                        + " is wrapped by a key service: set vault.kmsKeyId to the key that wraps it",
                                null))
                .unwrap(body);
    }

    private MasterKeySource.Refused damaged() {
        return new MasterKeySource.Refused(
                "the master key file "
                        + file
                        + " is damaged: put back the copy from your backup. A new key cannot open what is stored here",
                null);
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
