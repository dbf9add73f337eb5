package dev.nameplate.domain;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.JobId;

import java.time.Instant;
import java.util.Optional;

/// A name on its way from whoever holds it to a domain's distribution. The name's owner lets it go by a TXT record.
///
/// @param value unguessable, and made for this take-over alone: what a record showed for another proves nothing
/// @param lookedAt when the DNS was asked last
/// @param shown whether it showed the record then
/// @param reason why the last look did not lead to the move
/// @param due the next look; empty once it is decided
public record TakeOver(
        DomainId domain,
        DomainName name,
        AccountId account,
        JobId job,
        String value,
        State state,
        Instant askedAt,
        Instant expiresAt,
        Optional<Instant> lookedAt,
        boolean shown,
        Optional<String> reason,
        Optional<Instant> due) {

    public enum State {
        /// The record is not shown yet, or the certificate is not ready.
        WAITING,
        /// The name moved.
        TAKEN,
        /// The record was not shown in time; its value proves nothing any more.
        EXPIRED,
        /// The domain was off-boarded first, or its job cancelled or rolled back.
        CALLED_OFF
    }

    /// Where the record stands, without a trailing dot. A wildcard's stands at its base, whose owner owns what is below.
    public String record() {
        return "_nameplate-takeover." + name.base().ascii();
    }
}
