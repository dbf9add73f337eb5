package dev.nameplate.saas;

import dev.nameplate.names.AccountId;

import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A job and its entries. Counters and stages are computed from the entries, never kept.
///
/// @param input the request, without key material
public record Job(
        JobId id,
        AccountId account,
        Operation operation,
        boolean autoCreation,
        Instant createdAt,
        String input,
        List<Entry> entries) {
    public Job {
        entries = List.copyOf(entries);
    }

    /// Entries whose certificate is issued.
    public long certificatesIssued() {
        return progress().stream().filter(entry -> entry.serial().isPresent()).count();
    }

    /// Entries whose distribution has its certificate and was seen serving it.
    public long distributionsServed() {
        return autoCreation
                ? progress().stream().filter(entry -> entry.state() == EntryState.DONE).count()
                : 0;
    }

    public int distributionsWanted() {
        return autoCreation ? entries.size() : 0;
    }

    /// Each once, in the entries' order.
    public List<String> certificateArns() {
        return progress().stream()
                .map(Progress::certificateArn)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    public List<String> distributionArns() {
        return progress().stream()
                .map(Progress::distribution)
                .flatMap(Optional::stream)
                .map(Progress.Clone::arn)
                .toList();
    }

    public boolean ended() {
        return progress().stream().allMatch(entry -> entry.state().ended());
    }

    /// A stage is done when every entry has left it. An entry that failed before a stage will never pass it, so a stage that
    /// not all entries passed ends as FAILED: who polls one stage only is never left waiting, nor told of a success that is
    /// partial.
    public Stage.Status status(Stage stage) {
        if (stage == Stage.DISTRIBUTION && !autoCreation) {
            return Stage.Status.NONEED;
        }
        Map<Position, Long> count = new EnumMap<>(Position.class);
        for (Progress entry : progress()) {
            count.merge(position(entry, stage), 1L, Long::sum);
        }
        if (count.containsKey(Position.INSIDE)) {
            return Stage.Status.INPROGRESS;
        }
        if (count.containsKey(Position.BEFORE)) {
            return count.containsKey(Position.PASSED)
                    ? Stage.Status.INPROGRESS
                    : Stage.Status.NOTSTART;
        }
        return count.containsKey(Position.LOST) ? Stage.Status.FAILED : Stage.Status.SUCCESS;
    }

    /// SUCCESS when all is done, FAILED when all has ended and something failed.
    public Stage.Status overall() {
        if (!ended()) {
            return Stage.Status.INPROGRESS;
        }
        return progress().stream().anyMatch(entry -> entry.state() == EntryState.FAILED)
                ? Stage.Status.FAILED
                : Stage.Status.SUCCESS;
    }

    private enum Position {
        BEFORE,
        INSIDE,
        PASSED,
        LOST
    }

    private static Position position(Progress entry, Stage stage) {
        Optional<Failure> failure = entry.failure();
        if (failure.isPresent()) {
            // A clone that failed never got a certificate, although its stage is the last.
            boolean passed =
                    switch (stage) {
                        case CERTIFICATE_CREATION -> entry.certificateArn().isPresent();
                        case CERTIFICATE_VALIDATION -> entry.serial().isPresent();
                        case DISTRIBUTION -> false;
                    };
            return passed ? Position.PASSED : Position.LOST;
        }
        return switch (stage) {
            case CERTIFICATE_CREATION ->
                    switch (entry.state()) {
                        case CLONE, CERTIFICATE -> Position.INSIDE;
                        case PROOF, BIND, VERIFY, DONE, FAILED -> Position.PASSED;
                    };
            case CERTIFICATE_VALIDATION ->
                    switch (entry.state()) {
                        case CLONE, CERTIFICATE -> Position.BEFORE;
                        case PROOF -> Position.INSIDE;
                        case BIND, VERIFY, DONE, FAILED -> Position.PASSED;
                    };
            case DISTRIBUTION ->
                    switch (entry.state()) {
                        case CLONE, CERTIFICATE, PROOF -> Position.BEFORE;
                        case BIND, VERIFY -> Position.INSIDE;
                        case DONE, FAILED -> Position.PASSED;
                    };
        };
    }

    private Collection<Progress> progress() {
        return entries.stream().map(Entry::progress).toList();
    }
}
