package dev.nameplate.certificate;

import dev.nameplate.db.Write;

import java.time.Instant;

/// Tells the world that a certificate no longer counts; the issuer's side of [Certificates#revoke].
@FunctionalInterface
public interface Revoker {
    /// Records the revocation in the caller's transaction. Takes the same time however many were revoked before.
    ///
    /// @param serial as in [State.Issued#serial]
    /// @throws IllegalArgumentException if this issuer has never signed that serial
    void revoke(Write write, String serial, RevocationReason reason, Instant at);
}
