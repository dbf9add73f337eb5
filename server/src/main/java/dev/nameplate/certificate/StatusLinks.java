package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/// Links under which anyone who has one sees how far a certificate is, without a credential. A link is a keyed function of the
/// certificate and of how often its links were revoked, so none has to be stored.
public final class StatusLinks {
    private static final String PURPOSE = "status-link";

    /// 120 bits cannot be guessed, and give twenty characters.
    private static final int SECRET_BYTES = 15;

    private final Vault vault;

    public StatusLinks(Vault vault) {
        this.vault = vault;
    }

    /// The two segments of the link that is valid now.
    public Link of(Handle handle, CertificateId id) {
        return new Link(id.toString(), secret(id, revocations(handle, id)));
    }

    /// The certificate behind a link; empty if the link was never given out, or is revoked.
    public Optional<Certificate> find(Handle handle, Link link) {
        CertificateId id;
        try {
            id = new CertificateId(UUID.fromString(link.id()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        byte[] valid = of(handle, id).secret().getBytes(StandardCharsets.US_ASCII);
        // In constant time, so that the secret cannot be found out a character at a time.
        if (!MessageDigest.isEqual(valid, link.secret().getBytes(StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        return CertificateRows.select(
                        handle, "c.id = :id", "", query -> query.bind("id", id.toString()))
                .stream()
                .findFirst();
    }

    /// The links given out so far lead nowhere from now on.
    public Link revoke(Write write, CertificateId id) {
        write.handle()
                .execute(
                        """
                        INSERT INTO certificate_link (certificate_id, revocations) VALUES (?, 1)
                        ON CONFLICT (certificate_id) DO UPDATE SET revocations = certificate_link.revocations + 1
                        """,
                        id.toString());
        return of(write.handle(), id);
    }

    private static int revocations(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT revocations FROM certificate_link WHERE certificate_id = :id")
                .bind("id", id.toString())
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    private String secret(CertificateId id, int revocations) {
        byte[] derived = vault.derive(PURPOSE, id + "/" + revocations);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOf(derived, SECRET_BYTES));
    }

    public record Link(String id, String secret) {
        /// Whoever reads a log must not be able to open the page.
        @Override
        public String toString() {
            return "Link[" + id + "]";
        }
    }
}
