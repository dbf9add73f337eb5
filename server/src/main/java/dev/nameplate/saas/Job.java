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
        Platform.Name platform,
        Operation operation,
        boolean autoCreation,
        Order order,
        Instant createdAt,
        String input,
        List<Entry> entries) {
    public Job {
        entries = List.copyOf(entries);
    }

    /// Entries whose certificate is issued and there.
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

    /// Entries that have ended still wait for the step that takes them away once a roll-back is ordered.
    public boolean ended() {
        return progress().stream()
                .allMatch(entry ->
                        entry.state().ended() && !(order.stops() && entry.due().isPresent()));
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

    /// SUCCESS when all is done, FAILED when all has ended and something failed or was taken away.
    public Stage.Status overall() {
        if (!ended()) {
            return Stage.Status.INPROGRESS;
        }
        return progress().stream().allMatch(entry -> entry.state() == EntryState.DONE)
                ? Stage.Status.SUCCESS
                : Stage.Status.FAILED;
    }

    private enum Position {
        BEFORE,
        INSIDE,
        PASSED,
        LOST
    }

    private static Position position(Progress entry, Stage stage) {
        if (entry.state().removal()) {
            return Position.LOST;
        }
        if (entry.failure().isPresent()) {
            // A clone that failed never got a certificate, although its stage is the last.
            boolean passed =
                    switch (stage) {
                        case CERTIFICATE_CREATION -> entry.certificateArn().isPresent();
                        case CERTIFICATE_VALIDATION -> entry.serial().isPresent();
                        case DISTRIBUTION -> false;
                    };
            return passed ? Position.PASSED : Position.LOST;
        }
        int at = steps(entry.state());
        return switch (stage) {
            case CERTIFICATE_CREATION -> at < 1 ? Position.INSIDE : Position.PASSED;
            case CERTIFICATE_VALIDATION -> at < 1 ? Position.BEFORE : insideUntil(2, at);
            case DISTRIBUTION -> at < 2 ? Position.BEFORE : insideUntil(3, at);
        };
    }

    private static Position insideUntil(int end, int at) {
        return at < end ? Position.INSIDE : Position.PASSED;
    }

    /// How many stages are behind an entry.
    private static int steps(EntryState state) {
        return switch (state) {
            case VALIDATE, CLONE, CERTIFICATE -> 0;
            case PROOF -> 1;
            case BIND, VERIFY -> 2;
            case DONE,
                    FAILED,
                    CANCELLED,
                    UNSERVE,
                    DELETE_DISTRIBUTION,
                    DELETE_CERTIFICATE,
                    REMOVED ->
                    3;
        };
    }

    private Collection<Progress> progress() {
        return entries.stream().map(Entry::progress).toList();
    }
}
