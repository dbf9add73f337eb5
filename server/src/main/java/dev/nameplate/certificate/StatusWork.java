package dev.nameplate.certificate;

import dev.nameplate.certificate.RevocationStatus.Answer;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.DueWork;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Asks authorities again and again whether what they signed still counts, of certificates that have a spare, and puts that in the
/// place of one that was revoked. An authority that has its certificates replaced at once (a window for renewal that is over long
/// before our rule would begin; RFC 9773 section 4.1) is taken by its word as well, where no status says the opposite.
public final class StatusWork implements DueWork, AutoCloseable {
    static final String NAME = "certificate-status";

    private static final int BATCH = 32;

    /// Between batches where many are due, so that no authority gets more than so many questions a second.
    private static final Duration PACE = Duration.ofSeconds(1);

    private static final int LONGEST_TEXT = 500;
    private static final Logger LOG = LoggerFactory.getLogger(StatusWork.class);

    private final Database database;
    private final Certificates certificates;
    private final RevocationStatus status;
    private final Duration every;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param every how often each is asked about
    public StatusWork(
            Database database,
            Certificates certificates,
            RevocationStatus status,
            Duration every,
            InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.status = status;
        this.every = every;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    /// @param chain empty where nobody else is to be asked: what the certificate has is of our own authority, or does not load
    private record Due(CertificateId id, List<X509Certificate> chain) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Due> due = database.read(handle -> due(handle, now));
        if (!due.isEmpty()) {
            List<Due> ask = due.stream().filter(each -> !each.chain().isEmpty()).toList();
            List<Callable<Answer>> calls = new ArrayList<>();
            ask.forEach(each -> calls.add(() -> ask(each)));
            List<Answer> answers = new ConcurrentCalls(threads).all(calls);
            Instant then = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            database.write(write -> {
                due.stream()
                        .filter(each -> each.chain().isEmpty())
                        .forEach(each -> SpareRows.lookNoMore(write.handle(), each.id()));
                for (int i = 0; i < ask.size(); i++) {
                    keep(write, ask.get(i), answers.get(i), then);
                }
                return due;
            });
        }
        return due.size() == BATCH
                ? Optional.of(now.plus(PACE))
                : database.read(handle ->
                        handle.createQuery(
                                        "SELECT MIN(status_due) FROM certificate_spare WHERE status_due IS NOT NULL")
                                .mapTo(Long.class)
                                .findOne()
                                .map(Instant::ofEpochMilli));
    }

    private List<Due> due(Handle handle, Instant now) {
        List<CertificateId> ids =
                handle.createQuery(
                                """
                                SELECT certificate_id FROM certificate_spare
                                WHERE status_due <= :now ORDER BY status_due LIMIT :limit
                                """)
                        .bind("now", now.toEpochMilli())
                        .bind("limit", BATCH)
                        .map((rs, _) -> SpareRows.id(rs))
                        .list();
        return ids.stream().map(id -> new Due(id, chain(handle, id))).toList();
    }

    private List<X509Certificate> chain(Handle handle, CertificateId id) {
        return IssuerRows.issuedBy(handle, id)
                .filter(signer -> !signer.equals(IssuerName.EMBEDDED))
                .flatMap(_ -> CertificateRows.material(handle, id))
                .flatMap(material -> StoredMaterial.chain(material, certificates.quarantine()))
                .orElse(List.of());
    }

    /// The rim of a virtual thread: whatever goes wrong for one harms no other.
    private Answer ask(Due due) {
        try {
            return status.ask(due.chain());
        } catch (RuntimeException e) {
            LOG.warn("asking for the status of certificate {} failed", due.id(), e);
            return new Answer.Unknown("The question failed: " + e.getMessage());
        }
    }

    private void keep(Write write, Due due, Answer answer, Instant now) {
        Spare.Look look =
                switch (answer) {
                    case Answer.Good(String words) -> new Spare.Look(now, "GOOD", cut(words));
                    case Answer.Unknown(String words) -> new Spare.Look(now, "UNKNOWN", cut(words));
                    case Answer.Revoked(String words) -> new Spare.Look(now, "REVOKED", cut(words));
                };
        SpareRows.looked(write.handle(), due.id(), look, now.plus(every));
        CertificateRows.select(
                        write.handle(),
                        "c.id = :id",
                        "",
                        query -> query.bind("id", due.id().toString()),
                        certificates.quarantine()::report)
                .forEach(certificate -> judge(write, certificate, due, answer, now));
    }

    private void judge(Write write, Certificate certificate, Due due, Answer answer, Instant now) {
        CertificateId id = certificate.id();
        if (!(certificate.state() instanceof State.Issued issued)) {
            SpareRows.lookNoMore(write.handle(), id);
            return;
        }
        if (!X509.serial(due.chain().getFirst()).equals(issued.serial())) {
            // It has something else by now, which is asked about at once.
            certificates.spares().firstChanged(write, id);
            return;
        }
        if (SpareRows.find(write.handle(), id)
                .filter(spare -> !SpareStep.switchedLately(spare, now))
                .isEmpty()) {
            return;
        }
        why(write.handle(), certificate, issued, answer, now)
                .ifPresent(why -> certificates.spares().switchTo(write, certificate, issued, why));
    }

    private static Optional<Spare.Why> why(
            Handle handle,
            Certificate certificate,
            State.Issued issued,
            Answer answer,
            Instant now) {
        return switch (answer) {
            case Answer.Good _ -> Optional.empty();
            case Answer.Revoked _ -> Optional.of(Spare.Why.REVOKED);
            case Answer.Unknown _ ->
                    isUnwanted(handle, certificate, issued, now)
                            ? Optional.of(Spare.Why.UNWANTED)
                            : Optional.empty();
        };
    }

    private static boolean isUnwanted(
            Handle handle, Certificate certificate, State.Issued issued, Instant now) {
        return RenewalTiming.start(certificate.id(), issued).isAfter(now)
                && IssuedLeaves.suggestion(handle, certificate.id(), issued.serial())
                        .flatMap(SuggestedRenewal::window)
                        .filter(window -> !window.end().isAfter(now))
                        .isPresent();
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
