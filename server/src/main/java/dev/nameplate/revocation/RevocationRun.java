package dev.nameplate.revocation;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.names.AccountId;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One order to revoke everything in a scope, and how far it is.
///
/// @param searching whether there may be more in scope than was found yet
/// @param leaves those found, by how far they are
public record RevocationRun(
        String id,
        AccountId account,
        RevocationScope scope,
        RevocationReason reason,
        Instant startedAt,
        Optional<Instant> cancelledAt,
        boolean searching,
        Map<ItemState, Long> leaves) {
    public RevocationRun {
        leaves = Map.copyOf(leaves);
    }

    /// Nothing more happens by itself.
    public boolean finished() {
        return !searching && leaves.keySet().stream().allMatch(ItemState::isEnd);
    }

    public Status status() {
        if (!finished()) {
            return cancelledAt.isPresent() ? Status.CANCELLING : Status.RUNNING;
        }
        return cancelledAt.isPresent() ? Status.CANCELLED : Status.FINISHED;
    }

    public enum Status {
        RUNNING,
        /// What an authority has been told already cannot be taken back.
        CANCELLING,
        FINISHED,
        CANCELLED
    }

    /// How far one leaf is.
    public enum ItemState {
        /// Found; its replacement is not asked for yet.
        WAITING(false),
        /// Its replacement is being issued, or looked for at the edge.
        REPLACING(false),
        /// Nobody is served it any more; its authority is being told.
        REVOKING(false),
        REVOKED(true),
        /// It ended before it could be revoked.
        ENDED(true),
        /// Nothing here can replace or revoke it; the message says who can.
        FAILED(true),
        CANCELLED(true);

        private final boolean end;

        ItemState(boolean end) {
            this.end = end;
        }

        public boolean isEnd() {
            return end;
        }
    }

    /// @param serial as in [dev.nameplate.certificate.State.Issued#serial]
    /// @param message what it waits for, and who must act
    public record Item(
            CertificateId certificate,
            String serial,
            IssuerName issuer,
            ItemState state,
            Optional<String> message) {}
}
