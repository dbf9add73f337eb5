package dev.nameplate.certificate;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// What our own authority signed, as its own records tell it: certificates keep their last leaf alone.
@FunctionalInterface
public interface Signatures {
    /// @param serial as in [State.Issued#serial]
    /// @param at when it was recorded, which is before it was signed
    /// @param keyDigest as of [IssuedLeaves#keyDigest]
    record Signature(CertificateId certificate, String serial, Instant at, String keyDigest) {}

    /// Those for the given certificates that have not ended at `now` and are not revoked; at most a few for each.
    List<Signature> standing(Handle handle, Collection<CertificateId> certificates, Instant now);
}
