package dev.nameplate.notification;

import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where the secrets of webhooks rest, sealed to their subscription.
final class Secrets {
    static final SealedColumn PRESENT =
            new SealedColumn(
                    "notification_subscription",
                    List.of("id"),
                    "sealed_secret",
                    "notification-secret/{id}");
    static final SealedColumn PREVIOUS =
            new SealedColumn(
                    "notification_subscription",
                    List.of("id"),
                    "sealed_previous",
                    "notification-previous-secret/{id}");

    /// How long a receiver has to take up a new secret.
    static final Duration OVERLAP = Duration.ofHours(24);

    private final Vault vault;

    Secrets(Vault vault) {
        this.vault = vault;
    }

    record Sealed(Optional<byte[]> present, Optional<byte[]> previous) {}

    byte[] seal(Secret secret, String id) {
        return sealed(secret, PRESENT.contextOf(id));
    }

    /// @param present as it rests
    /// @return it as the previous one rests
    byte[] sealPrevious(byte[] present, String id) {
        return sealed(open(present, PRESENT.contextOf(id)), PREVIOUS.contextOf(id));
    }

    private byte[] sealed(Secret secret, String context) {
        byte[] key = secret.key();
        try {
            return vault.seal(key, context);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// Those that sign now, the present one first.
    List<Secret> signing(Subscription of, Sealed sealed, Instant now) {
        List<Secret> found = new ArrayList<>();
        sealed.present().ifPresent(bytes -> found.add(open(bytes, PRESENT.contextOf(of.id()))));
        if (of.previousUntil().filter(now::isBefore).isPresent()) {
            sealed.previous()
                    .ifPresent(bytes -> found.add(open(bytes, PREVIOUS.contextOf(of.id()))));
        }
        return found;
    }

    private Secret open(byte[] sealed, String context) {
        byte[] key = vault.open(sealed, context);
        try {
            return new Secret(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    static Sealed read(Handle handle, String id) {
        return handle.createQuery(
                        """
                        SELECT sealed_secret, sealed_previous FROM notification_subscription WHERE id = :id
                        """)
                .bind("id", id)
                .map((row, _) ->
                        new Sealed(
                                Optional.ofNullable(row.getBytes(1)),
                                Optional.ofNullable(row.getBytes(2))))
                .findOne()
                .orElse(new Sealed(Optional.empty(), Optional.empty()));
    }
}
