package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A certificate as the doors show it.
///
/// @param names primary first, then in request order, without duplicates; for an import the leaf's DNS names
/// @param proofs one per name, in the same order; empty for an import
/// @param issuers where its next material comes from
/// @param renewal empty until its first renewal starts
public record Certificate(
        CertificateId id,
        AccountId account,
        Region region,
        Origin origin,
        List<DomainName> names,
        KeyAlgorithm keyAlgorithm,
        Instant createdAt,
        State state,
        List<Proof> proofs,
        Validation validation,
        Export export,
        IssuerChoice issuers,
        Optional<Renewal> renewal) {
    public Certificate {
        names = List.copyOf(names);
        proofs = List.copyOf(proofs);
    }

    public DomainName primaryName() {
        return names.getFirst();
    }

    /// The same, from other issuers.
    public Certificate from(IssuerChoice choice) {
        return new Certificate(
                id,
                account,
                region,
                origin,
                names,
                keyAlgorithm,
                createdAt,
                state,
                proofs,
                validation,
                export,
                choice,
                renewal);
    }

    /// Whether the certificate may serve `host`.
    public boolean covers(DomainName host) {
        return names.stream().anyMatch(name -> name.covers(host));
    }
}
