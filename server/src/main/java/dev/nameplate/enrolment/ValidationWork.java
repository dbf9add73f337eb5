package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Looks at the challenges that accounts say they have answered. A challenge that is not answered is looked at again, because
/// name servers take a while to agree; after the last time it has failed, and its authorization with it.
public final class ValidationWork implements DueWork {
    static final String NAME = "enrolment-validation";

    private static final Logger LOG = LoggerFactory.getLogger(ValidationWork.class);
    private static final int BATCH = 64;

    /// How long after each failure it is looked at again.
    private static final List<Duration> AGAIN =
            List.of(Duration.ofSeconds(3), Duration.ofSeconds(7));

    private final Database database;
    private final Validation validation;

    public ValidationWork(Database database, Validation validation) {
        this.database = database;
        this.validation = validation;
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

    private record Seen(Look look, Optional<Problem> problem) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<Look> looks =
                database.read(handle -> {
                    List<Look> due = new ArrayList<>();
                    for (Challenge challenge : AuthorizationRows.due(handle, shard, now, BATCH)) {
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
                    return due;
                });
        List<Seen> seen = look(looks);
        if (!seen.isEmpty()) {
            database.write(write -> {
                seen.forEach(each -> settle(write.handle(), each, now));
                return seen.size();
            });
        }
        return looks.size() == BATCH
                ? Optional.of(now)
                : database.read(handle -> AuthorizationRows.nextDue(handle, shard));
    }

    private List<Seen> look(List<Look> looks) {
        if (looks.isEmpty()) {
            return List.of();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Seen>> asked =
                    looks.stream()
                            .map(look -> threads.submit(() -> new Seen(look, look(look))))
                            .toList();
            List<Seen> seen = new ArrayList<>();
            for (Future<Seen> each : asked) {
                seen.add(each.get());
            }
            return seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is stopping");
        } catch (ExecutionException e) {
            throw new IllegalStateException("looking at a challenge failed", e.getCause());
        }
    }

    /// One whose look fails in an unforeseen way must not hold the others up.
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

    private static void settle(Handle handle, Seen seen, Instant now) {
        Challenge challenge = seen.look().challenge();
        Authorization authorization = seen.look().authorization();
        boolean wanted = authorization.status() == Authorization.Status.PENDING;
        if (wanted && seen.problem().isEmpty()) {
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
                    seen.problem(),
                    now,
                    Optional.of(now.plus(AGAIN.get(challenge.attempts()))));
        } else if (AuthorizationRows.looked(
                handle,
                challenge,
                Challenge.Status.INVALID,
                seen.problem(),
                now,
                Optional.empty())) {
            AuthorizationRows.set(
                    handle,
                    authorization.id(),
                    Authorization.Status.PENDING,
                    Authorization.Status.INVALID,
                    authorization.expiresAt());
            AuthorizationRows.stop(handle, authorization.id());
        }
    }
}
