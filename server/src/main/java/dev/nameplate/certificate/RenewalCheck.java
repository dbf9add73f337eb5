package dev.nameplate.certificate;

import dev.nameplate.certificate.RenewalRows.Candidate;
import dev.nameplate.certificate.ServingCheck.Seen;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;

/// Steps 7 to 8' of [RenewalWork]: looks whether visitors get the new certificate, and has it count or serves the old again.
record RenewalCheck(
        Database database,
        Announcements announcements,
        ServingCheck serving,
        Spares spares,
        ConcurrentCalls calls,
        InstantSource clock) {
    private static final Logger LOG = LoggerFactory.getLogger(RenewalCheck.class);

    record Checking(Certificate certificate, State.Issued issued, Candidate candidate) {}

    void check(List<Checking> checks) {
        if (checks.isEmpty()) {
            return;
        }
        List<Seen> seen =
                calls.all(checks.stream().<Callable<Seen>>map(each -> () -> look(each)).toList());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        database.write(write -> {
            for (int i = 0; i < checks.size(); i++) {
                Checking each = checks.get(i);
                switch (seen.get(i)) {
                    case Seen.Everywhere(), Seen.NothingToSee() -> promote(write, each, now);
                    case Seen.Not(String words) -> wait(write, each, words, now);
                }
            }
            return checks;
        });
    }

    /// The rim of a virtual thread: a check that breaks, by whatever a handshake with a stranger's configuration throws, has seen
    /// nothing. Let through, it would keep all others of its batch from being promoted, again and again.
    private Seen look(Checking each) {
        try {
            return serving.look(each.certificate().id(), each.candidate().issued().serial());
        } catch (RuntimeException e) {
            LOG.warn(
                    "looking at what is served of certificate {} failed",
                    each.certificate().id(),
                    e);
            return new Seen.Not("The look failed: " + e.getMessage());
        }
    }

    private void promote(Write write, Checking each, Instant now) {
        Certificate certificate = each.certificate();
        if (RenewalRows.promote(
                write.handle(),
                certificate.id(),
                each.candidate().version(),
                each.issued(),
                each.candidate().issued())) {
            spares.firstChanged(write, certificate.id());
            RenewalReports.succeeded(write, certificate, each.candidate().issued(), now);
        }
    }

    private void wait(Write write, Checking each, String words, Instant now) {
        Certificate certificate = each.certificate();
        Instant from = each.candidate().servedFrom();
        Duration limit = RenewalTiming.servingLimit(from, each.issued().notAfter());
        if (now.isBefore(from.plus(limit))) {
            RenewalRows.lookAgain(
                    write.handle(),
                    certificate.id().toString(),
                    RenewalTiming.nextCheck(from, now));
            return;
        }
        if (!RenewalRows.dropCandidate(
                write.handle(), certificate.id(), each.candidate().version())) {
            return;
        }
        spares.notTaken(write, certificate.id(), each.candidate().issued().serial());
        announcements.changed(write, certificate);
        RenewalReports.postponed(
                write,
                certificate,
                each.issued(),
                RenewalReports.Delay.ofOurs(
                        certificate,
                        each.issued(),
                        "The new certificate was not seen at the edge within %d minutes, so the current one serves again. %s"
                                .formatted(Math.max(1, limit.toMinutes()), words),
                        now),
                now);
    }
}
