package dev.nameplate.certificate;

import dev.nameplate.certificate.RenewalRows.Candidate;
import dev.nameplate.certificate.RenewalRows.Due;

import java.time.Instant;

/// What has to be done about a certificate now. Decides only; [RenewalWork] acts.
sealed interface RenewalStep {
    /// It is not issued any more.
    record Nothing() implements RenewalStep {}

    record Later(Instant at) implements RenewalStep {}

    /// Nothing renews it.
    record Unsaved(State.Issued issued, String why) implements RenewalStep {}

    /// Its end has come.
    record Ended(State.Issued issued) implements RenewalStep {}

    /// Its proofs are looked for and a new one is signed.
    record Look(State.Issued issued) implements RenewalStep {}

    /// Whether the new one is served.
    record Check(State.Issued issued, Candidate candidate) implements RenewalStep {}

    static RenewalStep of(Due due, Instant now) {
        Certificate certificate = due.certificate();
        if (!(certificate.state() instanceof State.Issued issued)) {
            return new Nothing();
        }
        if (due.candidate().isPresent()) {
            return new Check(issued, due.candidate().get());
        }
        if (!issued.notAfter().isAfter(now)) {
            return new Ended(issued);
        }
        if (certificate.origin() == Origin.IMPORTED) {
            return new Unsaved(
                    issued,
                    "it was imported; whoever manages it must import its successor under the same ARN");
        }
        Instant start = start(due, issued);
        if (due.lost().isPresent()) {
            return start.isAfter(now) ? new Later(start) : new Unsaved(issued, due.lost().get());
        }
        if (due.asked()) {
            return new Look(issued);
        }
        if (start.isAfter(now)) {
            return new Later(start);
        }
        if (!due.used() && certificate.export().firstAt().isEmpty()) {
            return new Unsaved(
                    issued,
                    "it is neither in use nor exported, so it is not renewed; its owner must attach it or may delete it");
        }
        return new Look(issued);
    }

    /// By our rule, or sooner if its authority wants it so.
    private static Instant start(Due due, State.Issued issued) {
        Instant rule = RenewalTiming.start(due.certificate().id(), issued);
        return due.suggested().filter(rule::isAfter).orElse(rule);
    }
}
