package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.AccountRows.Account;
import dev.nameplate.issuer.acme.AccountRows.Kept;
import dev.nameplate.job.Wakeup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// This installation's account at one authority; there is one for all nodes.
///
/// The key is stored before the authority hears of it, by whichever node comes first; asking for an account with a key it knows gives
/// that key's account, so it does not matter who asks, or how often. A change of keys stores the next one first; whoever finds a next
/// key, now or after a crash, asks the authority which of the two it goes by, and ends the change. Likewise with a deactivation.
public final class AcmeAccount {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeAccount.class);

    /// After what only a person can change.
    private static final Duration OPERATORS_TURN = Duration.ofMinutes(10);

    private static final Duration AUTHORITYS_TURN = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final AcmeCa ca;
    private final AccountKeys keys;
    private final AccountCalls calls;
    private final ReentrantLock lock = new ReentrantLock();

    /// Whether requests go out although the authority last wanted something of a person first.
    private volatile boolean trying;

    public enum Status {
        /// The authority has not given it yet.
        NEW,
        VALID,
        /// The authority is being asked to.
        DEACTIVATING,
        /// By us; orders wait for [#register].
        DEACTIVATED
    }

    /// @param url its name at the authority
    /// @param contacts that it was told
    /// @param terms what was agreed to
    /// @param termsAt when
    /// @param thumbprint of its key (RFC 7638)
    /// @param keyAt since when it has this key, if that was not its first
    /// @param keyChange whether a change of keys is under way
    /// @param keyProblem why the last change of keys was refused
    /// @param problem what is in the way of every order
    /// @param retryAt when that is tried again
    public record View(
            IssuerName issuer,
            URI directory,
            Status status,
            Instant createdAt,
            Optional<String> url,
            List<String> contacts,
            Optional<String> terms,
            Optional<Instant> termsAt,
            String thumbprint,
            Optional<Instant> keyAt,
            boolean keyChange,
            Optional<AcmeProblem> keyProblem,
            Optional<AcmeProblem> problem,
            Instant retryAt) {}

    AcmeAccount(AcmeParts parts, AcmeCa ca, AcmeClient client) {
        this.database = parts.database();
        this.clock = parts.clock();
        this.wakeup = parts.wakeup();
        this.ca = ca;
        this.keys = new AccountKeys(parts, ca);
        this.calls = new AccountCalls(parts, ca, client, keys);
    }

    /// As it is stored; nobody is asked. Empty until the first order.
    public Optional<View> view() {
        return find().map(this::view);
    }

    /// Makes the account if there is none, also after [#deactivate], and tells the authority of changed contacts, at once: whatever
    /// was in the way is tried again.
    ///
    /// @throws CallFailed if the authority refuses or does not answer
    public View register() {
        if (find().filter(row -> row.status() == Status.DEACTIVATING).isPresent()) {
            var _ = deactivate();
        }
        Kept fresh = keys.fresh();
        Instant now = clock.instant();
        database.write(write -> {
            AccountRows.insert(write.handle(), ca, fresh, now);
            AccountRows.renew(write.handle(), ca, fresh, now);
            return ca;
        });
        return after(this::ready);
    }

    /// Has the authority take another key of the account (RFC 8555 section 7.3.5).
    ///
    /// @throws CallFailed if it refuses, and the old key still counts; or does not answer, and the change is ended later
    public View rollKey() {
        existing();
        return after(() -> {
            ready();
            Kept next = keys.fresh();
            database.write(write -> AccountRows.begin(write.handle(), ca, next, clock.instant()));
            ready();
            find().flatMap(Account::keyProblem)
                    .ifPresent(refused -> {
                        throw new CallFailed(refused);
                    });
        });
    }

    /// For good: the authority refuses its key from then on.
    ///
    /// @throws CallFailed if the authority refuses or does not answer
    public View deactivate() {
        Account row = existing();
        if (row.status() == Status.DEACTIVATED) {
            return view(row);
        }
        return after(() -> {
            if (row.status() != Status.DEACTIVATING) {
                ready();
                boolean begun =
                        database.write(write ->
                                AccountRows.deactivating(write.handle(), ca, clock.instant()));
                if (!begun) {
                    throw CallFailed.operators(
                            "The account of issuer '%s' was changed meanwhile. The operator of this server must look at it, and try again."
                                    .formatted(ca.name()));
                }
            }
            ended();
        });
    }

    /// Ends what is under way, as far as nobody knows whether the authority did it.
    private void ended() {
        lock.lock();
        try {
            Optional<Account> row = find();
            if (row.filter(each -> each.status() == Status.DEACTIVATING).isPresent()) {
                calls.deactivate(row.get());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Tells the authority that the operator agrees to its terms as they are now (RFC 8555 section 7.3.3).
    ///
    /// @param terms where those are that the operator has read
    /// @throws CallFailed if these are not the authority's, or it refuses or does not answer
    public View agree(String terms) {
        if (existing().status() != Status.VALID) {
            throw deactivated();
        }
        return after(() -> {
            if (find().flatMap(Account::next).isPresent()) {
                ready();
            }
            calls.agree(find().orElseThrow(), terms);
        });
    }

    /// What the operator orders is tried at once, and afterwards whatever waited for the account.
    private View after(Runnable ordered) {
        Optional<AcmeProblem> before = find().flatMap(Account::problem);
        database.write(write -> {
            AccountRows.hurry(write.handle(), ca, clock.instant());
            return ca;
        });
        ordered.run();
        database.write(write -> {
            OrderRows.hurry(
                    write.handle(),
                    ca.name(),
                    before.map(AcmeProblem::type).orElse(AcmeProblem.ACCOUNT_NOT_READY),
                    clock.instant());
            write.afterCommit(() -> wakeup.wake(AcmeOrderWork.NAME));
            return ca;
        });
        return view(find().orElseThrow());
    }

    private Account existing() {
        return find().filter(row -> row.url().isPresent())
                .orElseThrow(() ->
                        CallFailed.operators(
                                "Issuer '%s' has given no account yet. It is asked for one by the first order, or when the operator of this server registers."
                                        .formatted(ca.name())));
    }

    /// What requests are signed with, made or brought up to date as needed.
    ///
    /// @throws CallFailed if there is no account to ask with now
    Credentials ready() {
        Optional<Account> known = find();
        if (known.isPresent() && usable(known.get())) {
            return keys.credentials(known.get());
        }
        lock.lock();
        try {
            return prepared();
        } finally {
            lock.unlock();
        }
    }

    private boolean usable(Account row) {
        return row.status() == Status.VALID
                && row.url().isPresent()
                && row.next().isEmpty()
                && row.problem().isEmpty()
                && row.contacts().equals(ca.contacts());
    }

    private Credentials prepared() {
        Account row = find().orElseGet(this::insert);
        if (row.status() == Status.DEACTIVATED) {
            throw deactivated();
        }
        if (row.problem().isPresent() && row.retryAt().isAfter(clock.instant())) {
            throw new CallFailed(
                    row.problem().get().after(Duration.between(clock.instant(), row.retryAt())));
        }
        try {
            if (row.status() == Status.DEACTIVATING) {
                calls.deactivate(row);
                throw deactivated();
            }
            if (row.url().isEmpty()) {
                calls.register(row);
                row = find().orElseThrow();
            }
            if (row.next().isPresent()) {
                calls.changeKey(row, row.next().get());
                row = find().orElseThrow();
            }
            if (!row.contacts().equals(ca.contacts())) {
                calls.tellContacts(row);
                row = find().orElseThrow();
            }
            trying = row.problem().filter(AcmeProblem::stays).isPresent();
            if (row.problem().isPresent() && !trying) {
                store(Optional.empty(), Instant.EPOCH);
            }
            return keys.credentials(row);
        } catch (CallFailed failed) {
            if ("accountDoesNotExist".equals(failed.problem().type()) && row.url().isPresent()) {
                lost(row.url().get());
            }
            boolean goesOn = row.status() == Status.DEACTIVATING && failed.problem().refusal();
            if (!goesOn && find().filter(each -> each.status() == Status.DEACTIVATED).isEmpty()) {
                blocked(failed.problem());
            }
            throw failed;
        }
    }

    private CallFailed deactivated() {
        return CallFailed.operators(
                "The account of issuer '%s' was deactivated. The operator of this server must have a new one made."
                        .formatted(ca.name()));
    }

    /// The authority took an order: it wants nothing of a person any more.
    void accepted() {
        if (!trying) {
            return;
        }
        trying = false;
        if (find().flatMap(Account::problem).filter(AcmeProblem::stays).isPresent()) {
            store(Optional.empty(), Instant.EPOCH);
        }
    }

    /// No order goes on before that is out of the way.
    void blocked(AcmeProblem problem) {
        Duration usual =
                switch (problem.actor()) {
                    case SERVER_OPERATOR -> OPERATORS_TURN;
                    case NAME_OWNER, DNS_OPERATOR, ISSUER, NOBODY -> AUTHORITYS_TURN;
                };
        Instant again = clock.instant().plus(problem.retryAfter().orElse(usual));
        if (find().flatMap(Account::problem)
                .filter(before -> before.type().equals(problem.type()))
                .isEmpty()) {
            LOG.warn(
                    "orders of issuer '{}' wait; it is tried again at {}: {}",
                    ca.name(),
                    again,
                    problem.text());
        }
        store(Optional.of(problem), again);
    }

    private void store(Optional<AcmeProblem> problem, Instant retryAt) {
        database.write(write -> {
            AccountRows.problem(write.handle(), ca, problem, retryAt, clock.instant());
            return ca;
        });
    }

    /// The authority says it does not know the account: it is asked for one again.
    void lost(String url) {
        LOG.warn("issuer '{}' does not know the account {} any more", ca.name(), url);
        database.write(write -> {
            AccountRows.lost(write.handle(), ca, url, clock.instant());
            return ca;
        });
    }

    private Optional<Account> find() {
        return database.read(handle -> AccountRows.find(handle, ca));
    }

    private View view(Account row) {
        return new View(
                ca.name(),
                ca.directory(),
                row.status(),
                row.createdAt(),
                row.url(),
                row.contacts(),
                row.terms(),
                row.termsAt(),
                keys.thumbprint(row.key()),
                row.keyAt(),
                row.next().isPresent(),
                row.keyProblem(),
                row.problem(),
                row.retryAt());
    }

    private Account insert() {
        Kept key = keys.fresh();
        database.write(write -> {
            AccountRows.insert(write.handle(), ca, key, clock.instant());
            return ca;
        });
        return find().orElseThrow();
    }
}
