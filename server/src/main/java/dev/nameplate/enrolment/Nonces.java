package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// Nonces against replays (RFC 8555 section 6.5): good once, at any node, also after a restart.
///
/// A nonce is its time, 18 random octets, and a keyed digest of both, so that giving one out costs nothing and a made-up one
/// is noticed without the store. The key is the same at all nodes. A nonce that is used leaves a row until it would have
/// ended anyway: whoever replays it, wherever, finds the row.
public final class Nonces {
    private static final String PURPOSE = "acme nonce";
    private static final Duration LIFE = Duration.ofHours(1);

    /// Nodes' clocks differ.
    private static final Duration SKEW = Duration.ofMinutes(5);

    /// With the rest a multiple of three, so that its base64 has no bits to spare: one nonce, one text.
    private static final int CHANCE = 18;

    private static final int DIGEST = 16;
    private static final int BODY = Long.BYTES + CHANCE;

    private final Database database;
    private final Vault vault;
    private final SecureRandom random;
    private final InstantSource clock;

    public Nonces(Database database, Vault vault, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.random = random;
        this.clock = clock;
    }

    public String fresh() {
        byte[] chance = new byte[CHANCE];
        random.nextBytes(chance);
        byte[] body =
                ByteBuffer.allocate(BODY)
                        .putLong(clock.instant().toEpochMilli())
                        .put(chance)
                        .array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        ByteBuffer.allocate(BODY + DIGEST).put(body).put(digest(body)).array());
    }

    /// Whether it is one of ours and its time has not ended. Whether it was used is not asked.
    public boolean isOurs(String nonce) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(nonce);
        } catch (IllegalArgumentException _) {
            return false;
        }
        if (bytes.length != BODY + DIGEST) {
            return false;
        }
        byte[] body = Arrays.copyOf(bytes, BODY);
        if (!MessageDigest.isEqual(digest(body), Arrays.copyOfRange(bytes, BODY, BODY + DIGEST))) {
            return false;
        }
        Instant made = Instant.ofEpochMilli(ByteBuffer.wrap(body).getLong());
        Instant now = clock.instant();
        return made.plus(LIFE).isAfter(now) && made.minus(SKEW).isBefore(now);
    }

    /// Uses it up; durable when this returns.
    ///
    /// @return whether it was still good
    public boolean use(String nonce) {
        if (!isOurs(nonce)) {
            return false;
        }
        byte[] bytes = Base64.getUrlDecoder().decode(nonce);
        String key = HexFormat.of().formatHex(bytes, Long.BYTES, BODY);
        long end = ByteBuffer.wrap(bytes).getLong() + LIFE.toMillis();
        return database.write(write ->
                write.handle()
                                .execute(
                                        "INSERT INTO enrolment_nonce (nonce, ends_at) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING",
                                        key,
                                        end)
                        == 1);
    }

    /// A node whose clock is behind may still take what has ended here.
    static int forget(Handle handle, Instant now, int most) {
        return handle.execute(
                """
                DELETE FROM enrolment_nonce WHERE nonce IN
                    (SELECT nonce FROM enrolment_nonce WHERE ends_at < ? ORDER BY ends_at LIMIT ?)
                """,
                now.minus(SKEW).toEpochMilli(),
                most);
    }

    private byte[] digest(byte[] body) {
        return Arrays.copyOf(vault.derive(PURPOSE, HexFormat.of().formatHex(body)), DIGEST);
    }
}
