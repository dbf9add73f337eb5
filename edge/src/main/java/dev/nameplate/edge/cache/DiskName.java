package dev.nameplate.edge.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Under which name an answer's file stands: hashes of whose it is and of its key. The key itself is in the file, so that two
/// keys with one name would only displace each other.
///
/// @param owner of the distribution's id, up to a `/`
record DiskName(long owner, long high, long low) {
    private static final HexFormat HEX = HexFormat.of();
    private static final int LENGTH = 48;

    static DiskName of(CacheKey key) {
        MessageDigest digest = sha256();
        long owner = owner(key.distributionId());
        update(digest, key.distributionId());
        update(digest, key.target());
        update(digest, key.rest());
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new DiskName(owner, hash.getLong(), hash.getLong());
    }

    static long owner(String distributionId) {
        int slash = distributionId.indexOf('/');
        String whose = slash < 0 ? distributionId : distributionId.substring(0, slash);
        return ByteBuffer.wrap(sha256().digest(whose.getBytes(StandardCharsets.UTF_8))).getLong();
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Empty for a file that is not ours.
    static Optional<DiskName> parse(String file) {
        if (file.length() != LENGTH || !file.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        return Optional.of(
                new DiskName(
                        HexFormat.fromHexDigitsToLong(file, 0, 16),
                        HexFormat.fromHexDigitsToLong(file, 16, 32),
                        HexFormat.fromHexDigitsToLong(file, 32, 48)));
    }

    /// In one of [#FOLDERS] folders.
    Path in(Path root) {
        return root.resolve(folder((int) (high >>> 56)))
                .resolve(HEX.toHexDigits(owner) + HEX.toHexDigits(high) + HEX.toHexDigits(low));
    }

    static final int FOLDERS = 256;

    static String folder(int number) {
        return HEX.toHexDigits((byte) number);
    }

    /// One of `count` numbers.
    int stripe(int count) {
        return (int) Long.remainderUnsigned(low, count);
    }
}
