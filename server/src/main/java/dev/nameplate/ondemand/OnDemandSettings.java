package dev.nameplate.ondemand;

import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.NamePolicy;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Who is let in, and how fast.
///
/// @param ask answers with 2xx to `GET …?domain=<name>` for a name that may have a certificate; empty: nobody is asked
/// @param known whether names that a distribution or tenant holds, without a certificate so far, need no other permission
/// @param distribution answers for names that nobody holds; without it none of them is let in
/// @param account whose certificates they are, where nobody holds the name
/// @param issuers which the certificates may come from
/// @param perMinute new names in the whole cluster
/// @param perAddress new names that one address may bring in a minute, at each node
/// @param hold how long a handshake waits for its certificate
public record OnDemandSettings(
        Optional<URI> ask,
        boolean known,
        Optional<DistributionId> distribution,
        AccountId account,
        NamePolicy names,
        IssuerChoice issuers,
        int perMinute,
        int perAddress,
        Duration hold) {
    public OnDemandSettings {
        if (ask.isEmpty() && !known) {
            throw new IllegalArgumentException("certificates on demand need a permission");
        }
    }
}
