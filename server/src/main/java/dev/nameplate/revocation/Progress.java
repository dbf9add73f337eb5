package dev.nameplate.revocation;

import dev.nameplate.certificate.AuthorityRevocations;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.State;
import dev.nameplate.names.AccountId;
import dev.nameplate.revocation.RevocationRun.Item;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.Optional;

/// What can be done about one leaf now. Decides only; [MassRevocationWork] acts.
sealed interface Progress {
    /// As it is.
    record Stay() implements Progress {}

    /// Nobody is served it: its certificate has another, or is gone.
    record Revoke() implements Progress {}

    /// Its end came first.
    record Ended() implements Progress {}

    /// Somebody else has revoked it.
    record Revoked() implements Progress {}

    /// @param certificate empty if it is gone
    static Progress of(Optional<Certificate> certificate, Item item, Instant now) {
        if (certificate.isEmpty()) {
            return new Revoke();
        }
        return switch (certificate.get().state()) {
            case State.Issued issued -> {
                if (!issued.serial().equals(item.serial())) {
                    yield new Revoke();
                }
                yield issued.isExpired(now) ? new Ended() : new Stay();
            }
            case State.Revoked(State.Issued issued, _, _) ->
                    issued.serial().equals(item.serial()) ? new Revoked() : new Revoke();
            case State.Pending _, State.Failed _, State.TimedOut _ -> new Revoke();
        };
    }

    /// With what it waits for, as its renewal or its authority tells it.
    static Item told(Handle handle, Certificates certificates, AccountId account, Item item) {
        Optional<String> message =
                switch (item.state()) {
                    case REPLACING ->
                            certificates
                                    .find(handle, account, item.certificate())
                                    .flatMap(Certificate::renewal)
                                    .flatMap(Renewal::reason);
                    case REVOKING ->
                            AuthorityRevocations.status(handle, item.certificate(), item.serial())
                                    .flatMap(AuthorityRevocations.Status::problem);
                    case WAITING, REVOKED, ENDED, FAILED, CANCELLED -> item.message();
                };
        return new Item(item.certificate(), item.serial(), item.issuer(), item.state(), message);
    }
}
