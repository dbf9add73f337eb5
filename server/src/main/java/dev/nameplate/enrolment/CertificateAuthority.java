package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Write;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who signs. Has linted and recorded whatever it signs.
public interface CertificateAuthority {
    Answer sign(CertificateId id, List<DomainName> names, PublicKey key);

    /// Whether the names' CAA records permit it to sign. Blocking; asks the DNS.
    ///
    /// @return the names that must not be signed for
    Map<DomainName, Caa> caa(List<DomainName> names);

    void revoke(Write write, String serial, RevocationReason reason, Instant at);

    /// Since when the certificate does not count any more, and why, whoever revoked it.
    Optional<Revoked> revoked(Handle handle, String serial);

    record Revoked(RevocationReason reason, Instant at) {}

    sealed interface Answer {
        /// @param chain leaf first; never the root
        record Signed(List<X509Certificate> chain) implements Answer {
            public Signed {
                chain = List.copyOf(chain);
            }
        }

        /// Asking again will not help.
        record Refused(String message) implements Answer {}

        /// Not now; ask again.
        record Unavailable(String message) implements Answer {}
    }

    /// Why a name must not be signed for.
    sealed interface Caa {
        /// Its owner does not want it.
        record Forbidden(String message) implements Caa {}

        /// Its records could not be read: RFC 8659 takes that for no permission, yet it may change.
        record Unknown(String message) implements Caa {}
    }
}
