package dev.nameplate.certificate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The second certificate for the same names: from another issuer, with a key of its own, kept ready to take the first one's place.
///
/// @param chosen its issuers where they were chosen for this certificate
/// @param asked who is asked for it, and whose turn it is
/// @param message why it is not there, or not renewed
/// @param nextLook when something is done about it next; empty: when something changes
public record Spare(
        Optional<List<IssuerName>> chosen,
        Optional<IssuerChoice> asked,
        Optional<Ready> ready,
        Optional<String> message,
        Optional<Instant> nextLook,
        int failures,
        Optional<Switched> switched,
        Optional<Look> look) {
    /// What is there.
    ///
    /// @param serial as in [State.Issued#serial]
    public record Ready(
            IssuerName issuer,
            String serial,
            String version,
            Instant issuedAt,
            Instant notBefore,
            Instant notAfter) {}

    /// The last time one was put in the first one's place.
    public record Switched(Instant at, Why why) {}

    /// The last look at whether the first one still counts.
    public record Look(Instant at, String status, String words) {}

    /// Why a spare takes the first one's place.
    public enum Why {
        /// Its authority has revoked it.
        REVOKED,
        /// Its authority wants it replaced at once.
        UNWANTED,
        /// It is about to be revoked by our own order.
        EMERGENCY,
        /// Its end is near, and its renewal has not succeeded.
        ENDING,
        /// Somebody wanted it so.
        ORDERED;

        /// Whether another first one is asked for as soon as the spare is in its place.
        boolean wantsAnother() {
            return this != ORDERED;
        }
    }

    public State state() {
        return ready.isPresent()
                ? State.READY
                : asked.isPresent() && nextLook.isPresent() ? State.ASKED_FOR : State.RESTING;
    }

    public enum State {
        READY,
        ASKED_FOR,
        /// None is wanted now; the message says why.
        RESTING
    }
}
