package dev.nameplate.saas;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What changes about an entry. Each method answers the entry's progress after one event.
///
/// @param due when the next step is taken; empty once ended
/// @param since when the state was reached
/// @param attempts failed attempts at the state's step
/// @param tried whether an earlier attempt may have made the certificate without our having learnt its ARN
/// @param sharesWith the entry whose certificate is used
/// @param serial of the issued certificate
/// @param note something to know about an entry that is done
public record Progress(
        EntryState state,
        Optional<Instant> due,
        Instant since,
        int attempts,
        boolean tried,
        Optional<Integer> sharesWith,
        Optional<Clone> distribution,
        Optional<String> certificateArn,
        Optional<String> serial,
        List<WantedRecord> records,
        Optional<Failure> failure,
        Optional<String> note) {
    public Progress {
        records = List.copyOf(records);
    }

    /// A distribution made for an entry.
    public record Clone(String id, String arn, String domainName) {}

    static Progress start(EntryState state, Optional<Integer> sharesWith, Instant now) {
        return new Progress(
                state,
                Optional.of(now),
                now,
                0,
                false,
                sharesWith,
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
                false,
                sharesWith);
    }

    /// Nothing is wrong; the time has not come.
    Progress lookAgain(Instant at) {
        return change(state, Optional.of(at), since, attempts, tried, sharesWith);
    }

    Progress retry(Instant at, boolean mayHaveWorked) {
        return change(
                state, Optional.of(at), since, attempts + 1, tried && mayHaveWorked, sharesWith);
    }

    Progress aboutToTry() {
        return change(state, due, since, attempts, true, sharesWith);
    }

    /// Goes back to asking for a certificate of its own.
    Progress unshared(Instant now) {
        return new Progress(
                EntryState.CERTIFICATE,
                Optional.of(now),
                now,
                0,
                false,
                Optional.empty(),
                distribution,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    Progress failed(Failure why, Instant now) {
        Progress ended = reached(EntryState.FAILED, now);
        return ended.describe(
                distribution, certificateArn, serial, records, Optional.of(why), note);
    }

    Progress cloned(Clone made) {
        return describe(Optional.of(made), certificateArn, serial, records, failure, note);
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
            boolean newTried,
            Optional<Integer> newSharesWith) {
        return new Progress(
                newState,
                newDue,
                newSince,
                newAttempts,
                newTried,
                newSharesWith,
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
                sharesWith,
                newDistribution,
                newCertificateArn,
                newSerial,
                newRecords,
                newFailure,
                newNote);
    }
}
