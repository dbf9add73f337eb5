package dev.nameplate.domain;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.AliasHolders;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Progress;
import dev.nameplate.saas.RequestKey;
import dev.nameplate.saas.SaasJobs;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The door to the feature: on-boards, off-boards and takes over domains, and tells how they stand.
///
/// The record of a domain and the job that carries it out are stored in one transaction, and so are the order to remove it and the
/// mark that it was given: whenever the process ends, both are there or neither.
public final class Domains {
    /// Owners of domains do not go to their DNS every day; what nobody set in a week nobody will.
    public static final Duration PROOF_LASTS = Duration.ofDays(7);

    /// 160 bits, as many as nobody guesses.
    private static final int VALUE_BYTES = 20;

    private final Database database;
    private final SaasJobs jobs;
    private final AliasHolders holders;
    private final DomainNotices notices;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Wakeup wakeup;

    public Domains(
            Database database,
            SaasJobs jobs,
            AliasHolders holders,
            DomainNotices notices,
            InstantSource clock,
            SecureRandom random,
            Wakeup wakeup) {
        this.database = database;
        this.jobs = jobs;
        this.holders = holders;
        this.notices = notices;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
    }

    /// Names that go over to the job's distribution once their owners prove it, for the engine's [AliasHolders].
    public static Set<DomainName> awaited(Handle handle, JobId job) {
        return Set.copyOf(TakeOverRows.waiting(handle, job));
    }

    /// The domain made by the request that had this key.
    ///
    /// @throws SaasJobs.KeyReused if that was another request
    /// @throws Conflict if it was off-boarded since
    public Optional<Standing> madeUnder(AccountId account, RequestKey key) {
        return jobs.madeUnder(account, key)
                .map(job ->
                        database.read(handle -> DomainRows.byJob(handle, account, job))
                                .map(this::standing)
                                .orElseThrow(() ->
                                        new Conflict(
                                                "what was made under this key is no domain, or was off-boarded since")));
    }

    /// On-boards names that nobody has.
    ///
    /// @param request of one entry
    /// @throws Conflict if a name is taken
    public Standing onboard(AccountId account, JobRequest request, Optional<RequestKey> key) {
        List<DomainName> names = names(request);
        Map<DomainName, AliasHolders.Holder> held = holders.of(account, names);
        held.forEach((name, holder) -> {
            throw new Conflict(
                    name
                            + " "
                            + holder.sentence()
                            + (holder.distributionId().isEmpty()
                                    ? ""
                                    : "; or POST /v1/domains/" + name + "/take-over"));
        });
        return begin(account, request, key, Set.of());
    }

    /// On-boards names some of which others have. Certificate and distribution are made ready at once; each of those names moves
    /// when the DNS shows its record.
    ///
    /// @param request of one entry, which has the name
    /// @throws Conflict if nobody has the name
    public Standing takeOver(
            AccountId account, DomainName name, JobRequest request, Optional<RequestKey> key) {
        List<DomainName> names = names(request);
        if (!names.contains(name)) {
            throw new Conflict("the names to be served must have " + name + " among them");
        }
        Map<DomainName, AliasHolders.Holder> held = holders.of(account, names);
        if (!held.containsKey(name)) {
            throw new Conflict("nobody has " + name + "; POST /v1/domains on-boards it");
        }
        held.forEach((each, holder) -> {
            if (holder.distributionId().isEmpty()) {
                throw new Conflict(each + " " + holder.sentence());
            }
        });
        return begin(account, request, key, held.keySet());
    }

    /// Goes on with the take-over that was asked for already: one that waits is looked at now; one that expired, or was called off
    /// with a cancelled job, gets a new value and begins again.
    public Optional<Standing> takeOverAgain(AccountId account, DomainName name) {
        Optional<Standing> found =
                database.read(handle -> DomainRows.named(handle, account, name)).stream()
                        .filter(domain -> domain.removingAt().isEmpty())
                        .map(this::standing)
                        .filter(standing ->
                                standing.state() != DomainState.REMOVED
                                        && standing.state() != DomainState.REMOVING)
                        .filter(standing ->
                                standing.takeOvers().stream()
                                        .filter(each -> each.name().equals(name))
                                        .anyMatch(each ->
                                                switch (each.state()) {
                                                    case WAITING, EXPIRED, CALLED_OFF -> true;
                                                    case TAKEN -> false;
                                                }))
                        .findFirst();
        return found.map(Standing::domain)
                .flatMap(domain ->
                        database.write(write -> askAnew(write, domain.id()))
                                .map(_ -> standing(domain)));
    }

    /// Has the take-overs of a domain looked at, and those that are over begin anew, with the domain's job where that ended.
    ///
    /// @return empty if the domain is gone, or going
    private Optional<Domain> askAnew(Write write, DomainId id) {
        Optional<Domain> found =
                DomainRows.find(write.handle(), id).filter(domain -> domain.removingAt().isEmpty());
        found.ifPresent(domain -> {
            TakeOverRows.lookNow(write.handle(), id, now());
            boolean anew =
                    askAnew(
                            write,
                            domain,
                            Set.of(TakeOver.State.EXPIRED, TakeOver.State.CALLED_OFF));
            // In this transaction: who looks meanwhile would call them off again with the job.
            if (anew
                    && (progress(domain).state().ended()
                            || jobs.isStopped(write.handle(), domain.account(), domain.job()))) {
                jobs.retry(write, domain.account(), domain.job());
            }
            write.afterCommit(() -> wakeup.wake(DomainWork.NAME));
        });
        return found;
    }

    /// @return whether any was over so
    private boolean askAnew(Write write, Domain domain, Set<TakeOver.State> over) {
        List<TakeOver> asked =
                TakeOverRows.of(write.handle(), domain.id()).stream()
                        .filter(each -> over.contains(each.state()))
                        .toList();
        asked.forEach(each -> ask(write, domain, each.name(), now()));
        return !asked.isEmpty();
    }

    private Standing begin(
            AccountId account,
            JobRequest request,
            Optional<RequestKey> key,
            Set<DomainName> takenOver) {
        List<DomainName> names = names(request);
        List<Domain> gone =
                names.stream()
                        .flatMap(name ->
                                database
                                        .read(handle -> DomainRows.named(handle, account, name))
                                        .stream())
                        .filter(each -> standing(each).state() == DomainState.REMOVED)
                        .distinct()
                        .toList();
        Instant now = now();
        JobId job =
                jobs.create(
                        account,
                        request,
                        key,
                        (write, id) -> {
                            gone.forEach(each -> DomainRows.delete(write.handle(), each.id()));
                            Domain domain =
                                    new Domain(
                                            DomainId.random(random),
                                            account,
                                            names,
                                            Map.of(),
                                            id,
                                            now,
                                            Optional.empty());
                            refuseDoubles(write.handle(), domain, takenOver);
                            DomainRows.insert(write.handle(), domain);
                            names.forEach(name ->
                                    tell(
                                            write,
                                            domain,
                                            name,
                                            DomainEvent.Kind.ONBOARDING_BEGAN,
                                            "carried out by job " + id));
                            takenOver.forEach(name -> ask(write, domain, name, now));
                        });
        return database.read(handle -> DomainRows.byJob(handle, account, job))
                .map(this::standing)
                .orElseThrow(() -> new Conflict("what was made under this key is no domain"));
    }

    /// The account may have a name twice only while one domain takes it over from the other.
    private static void refuseDoubles(Handle handle, Domain domain, Set<DomainName> takenOver) {
        for (DomainName name : domain.names()) {
            List<Domain> having =
                    DomainRows.named(handle, domain.account(), name).stream()
                            .filter(each -> !each.lost().containsKey(name))
                            .toList();
            boolean underWay =
                    having.stream()
                            .flatMap(each -> TakeOverRows.of(handle, each.id()).stream())
                            .anyMatch(each ->
                                    each.name().equals(name)
                                            && each.state() == TakeOver.State.WAITING);
            if (!having.isEmpty() && (underWay || !takenOver.contains(name))) {
                throw new Conflict(
                        name
                                + " is on-boarded already, or being off-boarded: GET /v1/domains/"
                                + name);
            }
        }
    }

    private void ask(Write write, Domain domain, DomainName name, Instant now) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        TakeOver asked =
                new TakeOver(
                        domain.id(),
                        name,
                        domain.account(),
                        domain.job(),
                        "nameplate-" + HexFormat.of().formatHex(value),
                        TakeOver.State.WAITING,
                        now,
                        now.plus(PROOF_LASTS),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.of(now));
        TakeOverRows.ask(write.handle(), asked);
        tell(
                write,
                domain,
                name,
                DomainEvent.Kind.TAKE_OVER_ASKED,
                "to be shown until "
                        + asked.expiresAt()
                        + ": "
                        + asked.record()
                        + " TXT "
                        + asked.value());
        write.afterCommit(() -> wakeup.wake(DomainWork.NAME));
    }

    void tell(Write write, Domain domain, DomainName name, DomainEvent.Kind kind, String detail) {
        tell(write, domain.account(), Optional.of(domain.id()), name, kind, detail);
    }

    void tell(
            Write write,
            AccountId account,
            Optional<DomainId> domain,
            DomainName name,
            DomainEvent.Kind kind,
            String detail) {
        DomainEvent event =
                new DomainEvent(
                        DomainId.random(random).value(),
                        account,
                        name,
                        domain,
                        now(),
                        kind,
                        detail);
        DomainRows.insert(write.handle(), event);
        notices.tell(write, event);
    }

    /// @param nameOrId a name finds the domain that has it, or had it last
    public Optional<Standing> find(AccountId account, String nameOrId) {
        return domain(account, nameOrId).map(this::standing);
    }

    private Optional<Domain> domain(AccountId account, String nameOrId) {
        if (nameOrId.indexOf('.') < 0) {
            return database.read(handle -> DomainRows.find(handle, new DomainId(nameOrId)))
                    .filter(found -> found.account().equals(account));
        }
        DomainName name = DomainName.parse(nameOrId);
        return database.read(handle -> DomainRows.named(handle, account, name)).stream()
                .findFirst();
    }

    /// A place in the order of [#page] and of [#events].
    public record Position(Instant at, String id) {}

    /// Newest first, from behind `after`.
    public List<Standing> page(AccountId account, Optional<Position> after, int limit) {
        return database.read(handle -> DomainRows.page(handle, account, after, limit)).stream()
                .map(this::standing)
                .toList();
    }

    /// What happened to the account's names, newest first, from behind `after`.
    public List<DomainEvent> events(
            AccountId account, Optional<DomainName> name, Optional<Position> after, int limit) {
        return database.read(handle -> DomainRows.events(handle, account, name, after, limit));
    }

    /// Takes away what on-boarding made, however far it is, and at last the record of the domain. Ordered again, it takes up what
    /// could not be taken away.
    public Optional<Standing> remove(AccountId account, String nameOrId) {
        return domain(account, nameOrId)
                .map(domain -> {
                    database.write(write -> {
                        TakeOverRows.callOff(write.handle(), domain.id());
                        DomainRows.remove(write.handle(), domain.id(), now());
                        jobs.remove(write, account, domain.job());
                        if (domain.removingAt().isEmpty()) {
                            domain.names()
                                    .forEach(name ->
                                            tell(
                                                    write,
                                                    domain,
                                                    name,
                                                    DomainEvent.Kind.OFF_BOARDING_BEGAN,
                                                    "ordered by the account"));
                        }
                        write.afterCommit(() -> wakeup.wake(DomainWork.NAME));
                        return true;
                    });
                    return standing(
                            database.read(handle -> DomainRows.find(handle, domain.id()))
                                    .orElse(domain));
                });
    }

    /// Begins again where it failed.
    ///
    /// @throws SaasJobs.NotNow if there is nothing to begin again
    public Optional<Standing> retry(AccountId account, String nameOrId) {
        return domain(account, nameOrId)
                .map(domain -> {
                    database.write(write -> {
                        if (jobs.retry(write, account, domain.job()) == 0) {
                            throw new Conflict(
                                    "the domain did not fail; there is nothing to begin again");
                        }
                        return askAnew(write, domain, Set.of(TakeOver.State.CALLED_OFF));
                    });
                    return standing(domain);
                });
    }

    Standing standing(Domain domain) {
        return new Standing(
                domain,
                progress(domain),
                database.read(handle -> TakeOverRows.of(handle, domain.id())));
    }

    Progress progress(Domain domain) {
        List<Entry> entries =
                jobs.entries(domain.account(), domain.job(), 0, Optional.<EntryState>empty(), 1);
        return entries.getFirst().progress();
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static List<DomainName> names(JobRequest request) {
        if (request.entries().size() != 1 || !request.autoCreation()) {
            throw new IllegalArgumentException("a domain is one entry with a distribution");
        }
        return request.entries().getFirst().names();
    }

    /// How things stand does not allow it; the message says what does.
    public static final class Conflict extends RuntimeException {
        Conflict(String message) {
            super(message);
        }
    }
}
