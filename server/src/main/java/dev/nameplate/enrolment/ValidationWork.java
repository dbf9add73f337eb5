package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/// Looks at the challenges that accounts say they have answered. A challenge that is not answered is looked at again, because
/// name servers take a while to agree; after the last time it has failed, and its authorization with it.
///
/// Rounds wait for no look, so that a server that does not answer holds nobody else up. What is under way in memory is only ever
/// repeated work: a look's result counts once, for the attempt it was made for.
public final class ValidationWork implements DueWork, AutoCloseable {
    static final String NAME = "enrolment-validation";

    private static final Logger LOG = LoggerFactory.getLogger(ValidationWork.class);
    private static final int BATCH = 64;

    /// Each holds a connection or two.
    private static final int MOST_AT_ONCE = 256;

    /// How soon a round is wanted while looks are under way: they end without one.
    private static final Duration UNDER_WAY = Duration.ofSeconds(1);

    /// How long after each failure it is looked at again.
    private static final List<Duration> AGAIN =
            List.of(Duration.ofSeconds(3), Duration.ofSeconds(7));

    private final Database database;
    private final Validation validation;
    private final InstantSource clock;
    private final ExecutorService threads;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /// @param threads where looks are made; ended with this
    public ValidationWork(
            Database database,
            Validation validation,
            InstantSource clock,
            ExecutorService threads) {
        this.database = database;
        this.validation = validation;
        this.clock = clock;
        this.threads = threads;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shards() {
        return AuthorizationRows.SHARDS;
    }

    /// What a look needs besides the challenge.
    private record Look(Challenge challenge, Authorization authorization, String thumbprint) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Look> looks = database.read(handle -> due(handle, shard, now));
        for (Look look : looks) {
            if (underWay.size() < MOST_AT_ONCE && underWay.add(look.challenge().id())) {
                threads.execute(() -> take(look));
            }
        }
        return looks.isEmpty()
                ? database.read(handle -> AuthorizationRows.nextDue(handle, shard))
                        .map(next -> next.isAfter(now) ? next : now.plus(UNDER_WAY))
                : Optional.of(now.plus(UNDER_WAY));
    }

    private List<Look> due(Handle handle, int shard, Instant now) {
        List<Look> due = new ArrayList<>();
        for (Challenge challenge :
                AuthorizationRows.due(handle, shard, now, BATCH + underWay.size())) {
            if (!underWay.contains(challenge.id())) {
                AuthorizationRows.find(handle, challenge.authorization(), now)
                        .ifPresent(authorization ->
                                Accounts.find(handle, authorization.accountId())
                                        .ifPresent(account ->
                                                due.add(
                                                        new Look(
                                                                challenge,
                                                                authorization,
                                                                account.thumbprint()))));
            }
        }
        return due;
    }

    private void take(Look look) {
        try {
            Optional<Problem> problem = look(look);
            if (threads.isShutdown()) {
                // What was cut off by our own end is not the server's failure.
                return;
            }
            Instant now = clock.instant();
            database.write(write -> {
                settle(write.handle(), look, problem, now);
                return look;
            });
        } catch (CancellationException e) {
            LOG.debug("the server is stopping");
        } catch (RuntimeException e) {
            // The row is due still.
            LOG.error("the look at a challenge could not be stored", e);
        } finally {
            underWay.remove(look.challenge().id());
        }
    }

    /// One whose look fails in an unforeseen way has failed.
    private Optional<Problem> look(Look look) {
        Challenge challenge = look.challenge();
        try {
            return validation.look(
                    challenge.type(),
                    look.authorization().name(),
                    challenge.token(),
                    Challenge.keyAuthorization(challenge.token(), look.thumbprint()));
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error(
                    "looking at the {} challenge of {} failed",
                    challenge.type().word(),
                    look.authorization().name(),
                    e);
            return Optional.of(
                    new Problem(
                            Problem.Kind.SERVER_INTERNAL, "The challenge could not be looked at."));
        }
    }

    private static void settle(Handle handle, Look look, Optional<Problem> problem, Instant now) {
        Challenge challenge = look.challenge();
        Authorization authorization = look.authorization();
        boolean wanted = authorization.status() == Authorization.Status.PENDING;
        if (wanted && problem.isEmpty()) {
            if (AuthorizationRows.looked(
                    handle,
                    challenge,
                    Challenge.Status.VALID,
                    Optional.empty(),
                    now,
                    Optional.empty())) {
                AuthorizationRows.set(
                        handle,
                        authorization.id(),
                        Authorization.Status.PENDING,
                        Authorization.Status.VALID,
                        now.plus(Orders.VALID));
            }
        } else if (wanted && challenge.attempts() < AGAIN.size()) {
            AuthorizationRows.looked(
                    handle,
                    challenge,
                    Challenge.Status.PROCESSING,
                    problem,
                    now,
                    Optional.of(now.plus(AGAIN.get(challenge.attempts()))));
        } else if (AuthorizationRows.looked(
                handle, challenge, Challenge.Status.INVALID, problem, now, Optional.empty())) {
            AuthorizationRows.set(
                    handle,
                    authorization.id(),
                    Authorization.Status.PENDING,
                    Authorization.Status.INVALID,
                    authorization.expiresAt());
            AuthorizationRows.stop(handle, authorization.id());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
