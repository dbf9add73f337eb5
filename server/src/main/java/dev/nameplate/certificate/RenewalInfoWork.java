package dev.nameplate.certificate;

import dev.nameplate.certificate.RenewalSuggestions.Answer;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Asks authorities again and again when they want their certificates renewed (RFC 9773), and has a renewal begin sooner if they
/// want it sooner than our own rule does; at once, if what they want has passed. Where an authority says nothing, or nothing that
/// can be used, the rule stands.
public final class RenewalInfoWork implements DueWork, AutoCloseable {
    static final String NAME = "renewal-info";

    static final Duration SHORTEST = Duration.ofMinutes(1);
    static final Duration LONGEST = Duration.ofDays(1);
    static final Duration USUAL = Duration.ofHours(6);

    /// How soon is asked again after a failure, doubled each time up to [#LONGEST].
    static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

    /// Asked at once, of all authorities together.
    private static final int BATCH = 32;

    private static final int LONGEST_TEXT = 500;
    private static final Logger LOG = LoggerFactory.getLogger(RenewalInfoWork.class);

    private final Database database;
    private final RenewalSuggestions suggestions;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public RenewalInfoWork(
            Database database, RenewalSuggestions suggestions, InstantSource clock, Wakeup wakeup) {
        this.database = database;
        this.suggestions = suggestions;
        this.clock = clock;
        this.wakeup = wakeup;
    }

    @Override
    public String name() {
        return NAME;
    }

    /// @param current whether it is what its certificate has now, or its spare
    private record Due(
            CertificateId id,
            String serial,
            IssuerName issuer,
            byte[] leaf,
            Instant notAfter,
            int failures,
            boolean current) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Due> due = database.read(handle -> due(handle, now));
        List<Due> ask =
                due.stream()
                        .filter(each -> each.current() && each.notAfter().isAfter(now))
                        .toList();
        List<Callable<Answer>> calls = new ArrayList<>();
        for (Due each : ask) {
            calls.add(() -> ask(each));
        }
        List<Answer> answers = new ConcurrentCalls(threads).all(calls);
        Instant then = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        database.write(write -> {
            for (Due each : due) {
                int asked = ask.indexOf(each);
                if (asked < 0) {
                    askNoMore(write.handle(), each);
                } else {
                    keep(write, each, answers.get(asked), then);
                }
            }
            forgetEnded(write.handle(), then);
            return due;
        });
        return due.size() == BATCH
                ? Optional.of(now)
                : database.read(handle ->
                        handle.createQuery(
                                        "SELECT MIN(ari_due) FROM issued_leaf WHERE ari_due IS NOT NULL")
                                .mapTo(Long.class)
                                .findOne()
                                .map(Instant::ofEpochMilli));
    }

    private static List<Due> due(Handle handle, Instant now) {
        return handle.createQuery(
                        """
                        SELECT l.certificate_id, l.serial, l.signed_by, l.leaf, l.not_after, l.ari_failures,
                            CASE WHEN c.state = 'ISSUED' AND (c.serial = l.serial OR EXISTS (
                                SELECT 1 FROM certificate_spare s
                                WHERE s.certificate_id = l.certificate_id AND s.serial = l.serial))
                                THEN 1 ELSE 0 END
                        FROM issued_leaf l LEFT JOIN certificate c ON c.id = l.certificate_id
                        WHERE l.ari_due <= :now ORDER BY l.ari_due LIMIT :limit
                        """)
                .bind("now", now.toEpochMilli())
                .bind("limit", BATCH)
                .map((rs, _) ->
                        new Due(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                rs.getString(2),
                                new IssuerName(rs.getString(3)),
                                rs.getBytes(4),
                                Instant.ofEpochMilli(rs.getLong(5)),
                                rs.getInt(6),
                                rs.getInt(7) == 1))
                .list();
    }

    /// The rim of a virtual thread: whatever goes wrong for one harms no other.
    private Answer ask(Due due) {
        try {
            X509Certificate leaf = X509.parseOne(due.leaf());
            return suggestions.ask(due.issuer(), leaf);
        } catch (RuntimeException e) {
            LOG.warn("asking issuer {} about renewing {} failed", due.issuer(), due.id(), e);
            return new Answer.Failed("The question failed: " + e.getMessage(), Optional.empty());
        }
    }

    private void keep(Write write, Due due, Answer answer, Instant now) {
        switch (answer) {
            case Answer.Window(
                            Instant start,
                            Instant end,
                            Optional<URI> explanation,
                            Optional<Duration> askAgain) -> {
                if (!start.isBefore(end)) {
                    failed(
                            write.handle(),
                            due,
                            "It suggests the window %s to %s, which has no length."
                                    .formatted(start, end),
                            askAgain,
                            now);
                    return;
                }
                Instant at = new SuggestedRenewal.Window(start, end).moment(due.id());
                told(write.handle(), due, start, end, at, explanation, next(askAgain, now), now);
                renewBy(write, due, at.isBefore(now) ? now : at);
                if (!end.isAfter(now) && SpareRows.doubt(write.handle(), due.id(), due.serial())) {
                    write.afterCommit(() -> wakeup.wake(StatusWork.NAME));
                }
            }
            case Answer.NotOffered() -> askNoMore(write.handle(), due);
            case Answer.Failed(String message, Optional<Duration> askAgain) ->
                    failed(write.handle(), due, message, askAgain, now);
        }
    }

    static Instant next(Optional<Duration> askAgain, Instant now) {
        Duration wanted = askAgain.orElse(USUAL);
        if (wanted.compareTo(SHORTEST) < 0) {
            return now.plus(SHORTEST);
        }
        return now.plus(wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted);
    }

    private static void told(
            Handle handle,
            Due due,
            Instant start,
            Instant end,
            Instant at,
            Optional<URI> explanation,
            Instant next,
            Instant now) {
        handle.createUpdate(
                        """
                        UPDATE issued_leaf SET window_start = :start, window_end = :end, renew_at = :at,
                            explanation = :explanation, problem = NULL, ari_failures = 0, ari_due = :next,
                            asked_at = :now
                        WHERE certificate_id = :id AND serial = :serial
                        """)
                .bind("id", due.id().toString())
                .bind("serial", due.serial())
                .bind("start", start.toEpochMilli())
                .bind("end", end.toEpochMilli())
                .bind("at", at.toEpochMilli())
                .bind("explanation", explanation.map(uri -> cut(uri.toString())).orElse(null))
                .bind("next", next.toEpochMilli())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    private static void failed(
            Handle handle, Due due, String message, Optional<Duration> askAgain, Instant now) {
        Duration pause =
                askAgain.orElse(AFTER_FAILURE.multipliedBy(1L << Math.min(due.failures(), 10)));
        handle.createUpdate(
                        """
                        UPDATE issued_leaf SET problem = :problem, ari_failures = ari_failures + 1, ari_due = :next,
                            asked_at = :now
                        WHERE certificate_id = :id AND serial = :serial
                        """)
                .bind("id", due.id().toString())
                .bind("serial", due.serial())
                .bind("problem", cut(message))
                .bind("next", next(Optional.of(pause), now).toEpochMilli())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    private static void askNoMore(Handle handle, Due due) {
        handle.execute(
                "UPDATE issued_leaf SET ari_due = NULL WHERE certificate_id = ? AND serial = ?",
                due.id().toString(),
                due.serial());
    }

    /// One that is being renewed already goes on at its own pace.
    private void renewBy(Write write, Due due, Instant at) {
        int sooner =
                write.handle()
                        .createUpdate(
                                """
                                UPDATE certificate SET renew_due = :at
                                WHERE id = :id AND state = 'ISSUED' AND serial = :serial AND renew_due > :at
                                  AND NOT EXISTS (
                                    SELECT 1 FROM certificate_renewal r WHERE r.certificate_id = certificate.id
                                      AND r.status IN ('PENDING_AUTO_RENEWAL', 'PENDING_VALIDATION'))
                                """)
                        .bind("at", at.toEpochMilli())
                        .bind("id", due.id().toString())
                        .bind("serial", due.serial())
                        .execute();
        if (sooner == 1) {
            write.afterCommit(() -> wakeup.wake(RenewalWork.NAME));
        }
        if (SpareRows.renewBy(write.handle(), due.id(), due.serial(), at)) {
            write.afterCommit(() -> wakeup.wake(SpareWork.NAME));
        }
    }

    private static void forgetEnded(Handle handle, Instant now) {
        handle.execute("DELETE FROM issued_leaf WHERE not_after < ?", now.toEpochMilli());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
