package dev.nameplate.saas;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What changes about an entry. Each method answers the entry's progress after one event.
///
/// @param due when the next step is taken; empty once ended
/// @param since when the state was reached
/// @param attempts failed attempts at the state's step
/// @param tried whether an earlier attempt may have made something without our having learnt its name
/// @param round how often the entry was begun anew after it had ended
/// @param target where visitors are to be led, where that is known before what serves them is made
/// @param sharesWith the entry whose certificate is used
/// @param serial of the issued certificate
/// @param note something to know about an entry that is done
public record Progress(
        EntryState state,
        Optional<Instant> due,
        Instant since,
        int attempts,
        boolean tried,
        int round,
        Optional<Integer> sharesWith,
        Optional<String> target,
        Optional<Clone> distribution,
        Optional<String> certificateArn,
        Optional<String> serial,
        List<WantedRecord> records,
        Optional<Failure> failure,
        Optional<String> note) {
    public Progress {
        records = List.copyOf(records);
    }

    /// A distribution or tenant made for an entry.
    ///
    /// @param domainName where visitors are led: its own, or the endpoint of the tenant's connection group
    public record Clone(String id, String arn, String domainName) {
        public boolean isTenant() {
            return arn.contains(":distribution-tenant/");
        }
    }

    /// Where the owner of the names points them.
    public Optional<String> trafficTarget() {
        return distribution.map(Clone::domainName).or(() -> target);
    }

    static Progress start(EntryState state, Optional<Integer> sharesWith, Instant now) {
        return new Progress(
                state,
                Optional.of(now),
                now,
                0,
                false,
                0,
                sharesWith,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    Progress reached(EntryState next, Instant now) {
        return change(
                next,
                next.ended() ? Optional.empty() : Optional.of(now),
                now,
                0,
                tried && next.makes());
    }

    /// Nothing is left to do.
    Progress rests() {
        return change(state, Optional.empty(), since, attempts, tried);
    }

    /// Nothing is wrong; the time has not come.
    Progress lookAgain(Instant at) {
        return change(state, Optional.of(at), since, attempts, tried);
    }

    /// @param mayHaveWorked whether the failed attempt may have had its effect
    Progress retry(Instant at, boolean mayHaveWorked) {
        return change(state, Optional.of(at), since, attempts + 1, mayHaveWorked);
    }

    /// Goes back to asking for a certificate of its own.
    Progress unshared(Instant now) {
        return new Progress(
                EntryState.CERTIFICATE,
                Optional.of(now),
                now,
                0,
                false,
                round,
                Optional.empty(),
                target,
                distribution,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    Progress failed(Failure why, boolean mayHaveWorked, Instant now) {
        return ended(EntryState.FAILED, why, mayHaveWorked, now);
    }

    Progress cancelled(Instant now) {
        Failure why =
                new Failure(
                        Stage.of(state),
                        "the job was cancelled before this entry was served",
                        Failure.Actor.REQUESTER);
        return ended(EntryState.CANCELLED, why, tried, now);
    }

    private Progress ended(EntryState end, Failure why, boolean mayHaveWorked, Instant now) {
        return change(end, Optional.empty(), now, 0, mayHaveWorked)
                .describe(distribution, certificateArn, serial, records, Optional.of(why), note);
    }

    /// Begins to take away what was made, where anything was.
    Progress removing(Instant now) {
        boolean nothing = distribution.isEmpty() && certificateArn.isEmpty() && !tried;
        return removes(nothing ? EntryState.REMOVED : EntryState.UNSERVE, now);
    }

    /// One step of the removal further. What was tried stays known: a later step looks for what it may have made.
    Progress removes(EntryState next, Instant now) {
        return change(next, next.ended() ? Optional.empty() : Optional.of(now), now, 0, tried);
    }

    Progress withoutDistribution() {
        return describe(Optional.empty(), certificateArn, serial, records, failure, note);
    }

    Progress withoutCertificate() {
        return describe(distribution, Optional.empty(), Optional.empty(), List.of(), failure, note);
    }

    /// Whether it ended because its certificate was refused, or while that one was being deleted to make another.
    private boolean refused() {
        return certificateArn.isPresent()
                && failure.map(Failure::stage)
                        .filter(stage ->
                                stage == Stage.CERTIFICATE_CREATION
                                        || (stage == Stage.CERTIFICATE_VALIDATION
                                                && state == EntryState.FAILED))
                        .isPresent();
    }

    /// Whether to begin again is to make a certificate.
    boolean wantsCertificate() {
        return certificateArn.isEmpty() || refused();
    }

    /// It ended, and is not begun again.
    Progress explained(Failure why) {
        return describe(distribution, certificateArn, serial, records, Optional.of(why), note);
    }

    /// Begins anew where it ended, keeping what was made. A certificate that was refused makes room for another.
    ///
    /// @param entry whose progress this is: a tenant is made after its certificate, a distribution before
    Progress again(Entry entry, Instant now) {
        boolean autoCreation = entry.autoCreation();
        boolean unmade =
                autoCreation
                        && (entry.byTenant() ? certificateArn.isEmpty() : distribution.isEmpty());
        boolean refused = refused();
        EntryState from;
        if (refused) {
            from = EntryState.DELETE_CERTIFICATE;
        } else if (unmade) {
            from = EntryState.VALIDATE;
        } else if (certificateArn.isEmpty()) {
            from = EntryState.CERTIFICATE;
        } else {
            from = serial.isEmpty() || !autoCreation ? EntryState.PROOF : EntryState.BIND;
        }
        return new Progress(
                from,
                Optional.of(now),
                now,
                0,
                tried,
                refused ? round + 1 : round,
                sharesWith,
                target,
                distribution,
                certificateArn,
                serial,
                records,
                Optional.empty(),
                Optional.empty());
    }

    Progress cloned(Clone made) {
        return describe(Optional.of(made), certificateArn, serial, records, failure, note);
    }

    Progress leadingTo(String endpoint) {
        return new Progress(
                state,
                due,
                since,
                attempts,
                tried,
                round,
                sharesWith,
                Optional.of(endpoint),
                distribution,
                certificateArn,
                serial,
                records,
                failure,
                note);
    }

    Progress certified(String arn) {
        return describe(distribution, Optional.of(arn), serial, records, failure, note);
    }

    Progress issued(String newSerial) {
        return describe(
                distribution, certificateArn, Optional.of(newSerial), records, failure, note);
    }

    Progress wanting(List<WantedRecord> wanted) {
        return describe(distribution, certificateArn, serial, wanted, failure, note);
    }

    Progress noted(String text) {
        return describe(distribution, certificateArn, serial, records, failure, Optional.of(text));
    }

    private Progress change(
            EntryState newState,
            Optional<Instant> newDue,
            Instant newSince,
            int newAttempts,
            boolean newTried) {
        return new Progress(
                newState,
                newDue,
                newSince,
                newAttempts,
                newTried,
                round,
                sharesWith,
                target,
                distribution,
                certificateArn,
                serial,
                records,
                failure,
                note);
    }

    private Progress describe(
            Optional<Clone> newDistribution,
            Optional<String> newCertificateArn,
            Optional<String> newSerial,
            List<WantedRecord> newRecords,
            Optional<Failure> newFailure,
            Optional<String> newNote) {
        return new Progress(
                state,
                due,
                since,
                attempts,
                tried,
                round,
                sharesWith,
                target,
                newDistribution,
                newCertificateArn,
                newSerial,
                newRecords,
                newFailure,
                newNote);
    }
}
