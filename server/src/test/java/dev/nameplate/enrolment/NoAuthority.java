package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Write;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Signs nothing.
final class NoAuthority implements CertificateAuthority {
    @Override
    public Answer sign(CertificateId id, List<DomainName> names, PublicKey key) {
        return new Answer.Unavailable("there is no authority");
    }

    @Override
    public Map<DomainName, Caa> caa(List<DomainName> names) {
        return Map.of();
    }

    @Override
    public void revoke(Write write, String serial, RevocationReason reason, Instant at) {
        throw new IllegalArgumentException("nothing was signed");
    }

    @Override
    public Optional<Revoked> revoked(Handle handle, String serial) {
        return Optional.empty();
    }
}
