package dev.nameplate.certificate;

import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.time.Instant;

/// Keys that others are known to have: nothing is certified or imported with them any more.
public final class CompromisedKeys {
    private CompromisedKeys() {}

    /// @param keyDigest as of [IssuedLeaves#keyDigest]
    public static void add(Write write, String keyDigest, Instant now) {
        write.handle()
                .execute(
                        """
                        INSERT INTO compromised_key (key_digest, since) VALUES (?, ?)
                        ON CONFLICT (key_digest) DO NOTHING
                        """,
                        keyDigest,
                        now.toEpochMilli());
    }

    /// @param keyDigest as of [IssuedLeaves#keyDigest]
    public static boolean contains(Handle handle, String keyDigest) {
        return handle.createQuery("SELECT 1 FROM compromised_key WHERE key_digest = :key")
                .bind("key", keyDigest)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }
}
