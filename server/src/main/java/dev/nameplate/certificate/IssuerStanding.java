package dev.nameplate.certificate;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Which issuers a certificate has, and how far it is with them, for whoever asks.
///
/// @param issuers those it may come from, and whose turn it is
/// @param issuedBy from whom its own material is; empty before the first
/// @param servedBy from whom what visitors are shown is: while new material is tried out, that one's
/// @param nextLook when the one whose turn it is is asked or looked at next; empty while nothing is ordered
/// @param heldUntil a rate limit is all that is waited for until then, so that the time for proofs stands still
/// @param answers the last word of each
public record IssuerStanding(
        IssuerChoice issuers,
        Optional<IssuerName> issuedBy,
        Optional<IssuerName> servedBy,
        Optional<Instant> nextLook,
        Optional<Instant> heldUntil,
        List<IssuerAnswers.Said> answers) {
    public IssuerStanding {
        answers = List.copyOf(answers);
    }

    /// Empty for an import, which no issuer here has a part in.
    public static Optional<IssuerStanding> of(Handle handle, Certificate certificate) {
        if (certificate.origin() == Origin.IMPORTED) {
            return Optional.empty();
        }
        boolean material =
                switch (certificate.state()) {
                    case State.Issued _, State.Revoked _ -> true;
                    case State.Pending _, State.Failed _, State.TimedOut _ -> false;
                };
        Optional<IssuerName> own =
                material ? IssuerRows.issuedBy(handle, certificate.id()) : Optional.empty();
        IssuerRows.Due due = IssuerRows.due(handle, certificate.id());
        return Optional.of(
                new IssuerStanding(
                        certificate.issuers(),
                        own,
                        IssuerRows.triedOut(handle, certificate.id()).or(() -> own),
                        due.next(),
                        due.heldUntil(),
                        IssuerAnswers.of(handle, certificate.id())));
    }
}
