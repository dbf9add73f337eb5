package dev.nameplate.domain;

import dev.nameplate.db.Database;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.job.DueWork;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.Progress;
import dev.nameplate.saas.SaasJobs;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// Looks for the records of take-overs and moves the names, and forgets domains of which nothing is left.
///
/// A name moves only when the job's distribution has its certificate and waits for nothing but names, and the record was seen just
/// before: in one transaction the holder loses it and the distribution has it, so that at every moment one of them serves it.
public final class DomainWork implements DueWork {
    static final String NAME = "domains";

    private static final int BATCH = 32;
    private static final Duration SOONEST = Duration.ofSeconds(1);
    private static final Duration LATEST = Duration.ofMinutes(5);

    /// The record is there; what the move waits for is on its way.
    private static final Duration LATEST_WHEN_SHOWN = Duration.ofSeconds(10);

    private static final Duration LATEST_OF_REMOVALS = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(DomainWork.class);

    private final Database database;
    private final Domains domains;
    private final SaasJobs jobs;
    private final TextLookup dns;
    private final NameMoves moves;
    private final InstantSource clock;

    public DomainWork(
            Database database,
            Domains domains,
            SaasJobs jobs,
            TextLookup dns,
            NameMoves moves,
            InstantSource clock) {
        this.database = database;
        this.domains = domains;
        this.jobs = jobs;
        this.dns = dns;
        this.moves = moves;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<TakeOver> waiting = database.read(handle -> TakeOverRows.due(handle, now, BATCH));
        List<Domain> removing = database.read(handle -> DomainRows.due(handle, now, BATCH));
        // The DNS of one domain may be slow; the others' do not wait for it.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Stream.concat(
                            waiting.stream().<Runnable>map(each -> () -> guarded(each)),
                            removing.stream().<Runnable>map(each -> () -> forget(each)))
                    .forEach(threads::execute);
        }
        return database.read(TakeOverRows::nextDue);
    }

    /// A fault of ours must not stop the other take-overs.
    private void guarded(TakeOver asked) {
        try {
            look(asked);
        } catch (RuntimeException e) {
            LOG.warn("the take-over of {} met an unexpected fault", asked.name(), e);
            database.write(write ->
                    TakeOverRows.looked(
                            write.handle(),
                            after(
                                    asked,
                                    asked.shown(),
                                    Optional.of("an unexpected fault; it is tried again"),
                                    clock.instant().plus(LATEST_OF_REMOVALS))));
        }
    }

    private void look(TakeOver asked) {
        Optional<Domain> found = database.read(handle -> DomainRows.find(handle, asked.domain()));
        if (found.isEmpty()) {
            // Off-boarded since it was read. What is left of it would stay due for ever.
            database.write(write -> TakeOverRows.delete(write.handle(), asked.domain()));
            return;
        }
        Domain domain = found.get();
        if (database.read(handle -> jobs.isStopped(handle, domain.account(), domain.job()))) {
            callOff(domain);
            return;
        }
        if (!domains.now().isBefore(asked.expiresAt())) {
            expire(domain, asked);
            return;
        }
        boolean shown = dns.shows(asked.record(), asked.value());
        Optional<String> reason = Optional.empty();
        if (shown) {
            try {
                if (move(domain, asked)) {
                    return;
                }
            } catch (NameMoves.NotMovable e) {
                reason = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        Instant now = domains.now();
        Duration pause =
                within(
                        Duration.between(asked.askedAt(), now).dividedBy(20),
                        SOONEST,
                        shown ? LATEST_WHEN_SHOWN : LATEST);
        TakeOver after = after(asked, shown, reason, now.plus(pause));
        database.write(write -> TakeOverRows.looked(write.handle(), after));
    }

    /// @return false if what is to have the name is not ready, or the take-over does not wait any more
    private boolean move(Domain domain, TakeOver asked) {
        return database.write(write -> {
            Instant now = domains.now();
            // Read here: a look at the DNS takes its time, and the job may have been rolled back
            // meanwhile.
            Optional<Entry> ready = jobs.waitsToBeBound(write, domain.account(), domain.job());
            if (ready.isEmpty()
                    || !now.isBefore(asked.expiresAt())
                    || !TakeOverRows.looked(write.handle(), taken(asked, now))) {
                return false;
            }
            Entry taker = ready.get();
            Optional<NameMoves.Loser> loser = moves.move(write, taker, asked.name());
            String proof = asked.record() + " TXT " + asked.value() + ", seen at " + now;
            List<DomainId> losing =
                    loser.map(each ->
                                    DomainRows.lose(
                                            write.handle(),
                                            each.account(),
                                            asked.name(),
                                            domain.id(),
                                            now))
                            .orElse(List.of());
            loser.ifPresent(each ->
                    domains.tell(
                            write,
                            each.account(),
                            losing.stream().findFirst(),
                            asked.name(),
                            DomainEvent.Kind.NAME_LOST,
                            "it went from "
                                    + each.holder()
                                    + " to another holder, as its owner proved by "
                                    + proof));
            domains.tell(
                    write,
                    domain,
                    asked.name(),
                    DomainEvent.Kind.TAKEN_OVER,
                    "it came to " + words(taker) + " by " + proof);
            jobs.namesChanged(write, domain.job());
            return true;
        });
    }

    private static String words(Entry taker) {
        return taker.progress()
                .distribution()
                .map(made -> (made.isTenant() ? "tenant " : "distribution ") + made.id())
                .orElse("the domain's tenant");
    }

    /// Nobody is going to have the names. Who lets the domain's job run again asks for them again.
    private void callOff(Domain domain) {
        database.write(write -> {
            // It may have been let run again since it was read.
            if (!jobs.isStopped(write.handle(), domain.account(), domain.job())) {
                return false;
            }
            TakeOverRows.of(write.handle(), domain.id()).stream()
                    .filter(each -> each.state() == TakeOver.State.WAITING)
                    .forEach(each ->
                            domains.tell(
                                    write,
                                    domain,
                                    each.name(),
                                    DomainEvent.Kind.TAKE_OVER_CALLED_OFF,
                                    "job "
                                            + domain.job()
                                            + " was cancelled or rolled back before "
                                            + each.record()
                                            + " was seen"));
            return TakeOverRows.callOff(write.handle(), domain.id()) > 0;
        });
    }

    private void expire(Domain domain, TakeOver asked) {
        database.write(write -> {
            TakeOver expired =
                    new TakeOver(
                            asked.domain(),
                            asked.name(),
                            asked.account(),
                            asked.job(),
                            asked.value(),
                            TakeOver.State.EXPIRED,
                            asked.askedAt(),
                            asked.expiresAt(),
                            asked.lookedAt(),
                            false,
                            Optional.of(
                                    "the record was not shown in time; ask again for a new one"),
                            Optional.empty());
            if (TakeOverRows.looked(write.handle(), expired)) {
                domains.tell(
                        write,
                        domain,
                        asked.name(),
                        DomainEvent.Kind.TAKE_OVER_EXPIRED,
                        asked.record() + " did not show its value until " + asked.expiresAt());
                jobs.namesChanged(write, domain.job());
            }
            return true;
        });
    }

    private TakeOver taken(TakeOver asked, Instant now) {
        return new TakeOver(
                asked.domain(),
                asked.name(),
                asked.account(),
                asked.job(),
                asked.value(),
                TakeOver.State.TAKEN,
                asked.askedAt(),
                asked.expiresAt(),
                Optional.of(now),
                true,
                Optional.empty(),
                Optional.empty());
    }

    private TakeOver after(TakeOver asked, boolean shown, Optional<String> reason, Instant next) {
        return new TakeOver(
                asked.domain(),
                asked.name(),
                asked.account(),
                asked.job(),
                asked.value(),
                TakeOver.State.WAITING,
                asked.askedAt(),
                asked.expiresAt(),
                Optional.of(domains.now()),
                shown,
                reason,
                Optional.of(next.isBefore(asked.expiresAt()) ? next : asked.expiresAt()));
    }

    /// The engine of jobs removes; when nothing is left the record goes too.
    private void forget(Domain domain) {
        Progress progress = domains.progress(domain);
        Instant now = domains.now();
        database.write(write -> {
            if (progress.state() == EntryState.REMOVED) {
                DomainRows.delete(write.handle(), domain.id());
                domain.names()
                        .forEach(name ->
                                domains.tell(
                                        write,
                                        domain,
                                        name,
                                        DomainEvent.Kind.REMOVED,
                                        progress.note().orElse("nothing of it is left")));
            } else {
                Duration waited = Duration.between(domain.removingAt().orElse(now), now);
                DomainRows.lookAgain(
                        write.handle(),
                        domain.id(),
                        now.plus(
                                within(
                                        waited.dividedBy(4),
                                        Duration.ofMillis(250),
                                        LATEST_OF_REMOVALS)));
            }
            return true;
        });
    }

    private static Duration within(Duration pause, Duration least, Duration most) {
        return pause.compareTo(least) < 0 ? least : pause.compareTo(most) > 0 ? most : pause;
    }
}
