package dev.nameplate.api.acm;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Write;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Remembers for an hour which certificate an idempotency token and a request's parameters led to.
final class RequestTokens {
    static final Duration REMEMBERED = Duration.ofHours(1);

    static String digest(List<String> parameters) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(
                                            String.join("\n", parameters)
                                                    .getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    Optional<CertificateId> find(
            Write write, Call call, String token, String parameters, Instant now) {
        return write.handle()
                .createQuery(
                        """
                        SELECT certificate FROM acm_request_token
                        WHERE account = :account AND region = :region AND token = :token
                          AND parameters = :parameters AND used_at > :oldest
                        """)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("token", token)
                .bind("parameters", parameters)
                .bind("oldest", now.minus(REMEMBERED).toEpochMilli())
                .mapTo(String.class)
                .findOne()
                .map(id -> new CertificateId(UUID.fromString(id)));
    }

    void remember(
            Write write,
            Call call,
            String token,
            String parameters,
            CertificateId certificate,
            Instant now) {
        write.handle()
                .createUpdate("DELETE FROM acm_request_token WHERE used_at <= :oldest")
                .bind("oldest", now.minus(REMEMBERED).toEpochMilli())
                .execute();
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO acm_request_token
                            (account, region, token, parameters, certificate, used_at)
                        VALUES (:account, :region, :token, :parameters, :certificate, :now)
                        ON CONFLICT (account, region, token, parameters)
                        DO UPDATE SET certificate = excluded.certificate, used_at = excluded.used_at
                        """)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("token", token)
                .bind("parameters", parameters)
                .bind("certificate", certificate.toString())
                .bind("now", now.toEpochMilli())
                .execute();
    }
}
