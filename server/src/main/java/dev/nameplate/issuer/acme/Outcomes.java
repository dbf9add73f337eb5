package dev.nameplate.issuer.acme;

import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.Progress.State;
import dev.nameplate.issuer.acme.Standing.Outcome;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What an issuer last did, and what last went wrong there. This process's own word is in memory; the store has it as well, where it
/// may be some seconds older: a thousand orders that end at once are not to meet in one row.
final class Outcomes {
    private static final Duration STORED_EVERY = Duration.ofSeconds(10);

    private final Database database;
    private final InstantSource clock;
    private final OrderWatch watch;
    private final AcmeCa ca;

    /// Guarded by this.
    private final Map<Kind, Outcome> last = new EnumMap<>(Kind.class);

    /// Guarded by this.
    private final Map<Kind, Outcome> stored = new EnumMap<>(Kind.class);

    private enum Kind {
        SUCCESS,
        FAILURE
    }

    Outcomes(AcmeParts parts, AcmeCa ca) {
        this.database = parts.database();
        this.clock = parts.clock();
        this.watch = parts.watch();
        this.ca = ca;
    }

    /// An order went a step, and that is stored.
    void saw(OrderRow before, OrderRow after) {
        Progress progress = after.progress();
        boolean givenUp = progress.state() == State.NEW && before.progress().placed().isPresent();
        if (progress.state() == State.VALID) {
            watch.ended(ca.name(), OrderWatch.Outcome.ISSUED);
            database.read(handle -> OrderRows.begun(handle, after.id()))
                    .ifPresent(begun ->
                            watch.issued(ca.name(), Duration.between(begun, clock.instant())));
            put(Kind.SUCCESS, after, Optional.empty());
            return;
        }
        if (progress.state() == State.FAILED) {
            watch.ended(ca.name(), OrderWatch.Outcome.REFUSED);
        } else if (givenUp) {
            watch.ended(ca.name(), OrderWatch.Outcome.GIVEN_UP);
        }
        boolean met =
                progress.state() == State.FAILED
                        || givenUp
                        || progress.trouble().failures() > before.progress().trouble().failures();
        if (met) {
            progress.problem()
                    .ifPresent(problem -> {
                        if (problem.type().equals("rateLimited")) {
                            watch.limited(ca.name());
                        }
                        put(Kind.FAILURE, after, Optional.of(problem));
                    });
        }
    }

    private void put(Kind kind, OrderRow order, Optional<AcmeProblem> problem) {
        Outcome outcome =
                new Outcome(
                        clock.instant(),
                        order.hosts().stream().map(DomainName::ascii).toList(),
                        problem);
        synchronized (this) {
            last.put(kind, outcome);
            Optional<Outcome> before = Optional.ofNullable(stored.get(kind));
            if (before.filter(each -> tellsAsMuch(each, outcome)).isPresent()) {
                return;
            }
            stored.put(kind, outcome);
        }
        database.write(write -> {
            store(write.handle(), kind, outcome);
            return ca;
        });
    }

    private static boolean tellsAsMuch(Outcome stored, Outcome now) {
        return now.at().isBefore(stored.at().plus(STORED_EVERY))
                && Objects.equals(
                        stored.problem().map(AcmeProblem::type),
                        now.problem().map(AcmeProblem::type));
    }

    Standing standing() {
        return database.read(handle ->
                new Standing(
                        OrderRows.open(handle, ca.name()),
                        newest(handle, Kind.SUCCESS),
                        newest(handle, Kind.FAILURE)));
    }

    private Optional<Outcome> newest(Handle handle, Kind kind) {
        Optional<Outcome> kept = find(handle, kind);
        Optional<Outcome> own;
        synchronized (this) {
            own = Optional.ofNullable(last.get(kind));
        }
        return own.filter(each -> kept.filter(other -> other.at().isAfter(each.at())).isEmpty())
                .or(() -> kept);
    }

    private Optional<Outcome> find(Handle handle, Kind kind) {
        return handle.createQuery(
                        "SELECT at, names, problem FROM acme_outcome WHERE issuer = :issuer AND outcome = :outcome")
                .bind("issuer", ca.name().text())
                .bind("outcome", kind.name())
                .map((row, _) ->
                        new Outcome(
                                Instant.ofEpochMilli(row.getLong("at")),
                                List.of(row.getString("names").split(" ")),
                                Optional.ofNullable(row.getString("problem"))
                                        .map(AcmeProblem::parse)))
                .findOne();
    }

    private void store(Handle handle, Kind kind, Outcome outcome) {
        handle.createUpdate(
                        """
                        INSERT INTO acme_outcome (issuer, outcome, at, names, problem)
                        VALUES (:issuer, :outcome, :at, :names, :problem)
                        ON CONFLICT (issuer, outcome) DO UPDATE SET
                            at = excluded.at, names = excluded.names, problem = excluded.problem
                        """)
                .bind("issuer", ca.name().text())
                .bind("outcome", kind.name())
                .bind("at", outcome.at().toEpochMilli())
                .bind("names", String.join(" ", outcome.names()))
                .bind("problem", outcome.problem().map(AcmeProblem::json).orElse(null))
                .execute();
    }
}
