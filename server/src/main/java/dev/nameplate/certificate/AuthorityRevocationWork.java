package dev.nameplate.certificate;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Has other authorities revoke what was revoked here, until they have. A call that was cut off is made again: to revoke what is
/// revoked changes nothing.
public final class AuthorityRevocationWork implements DueWork, AutoCloseable {
    static final String NAME = "authority-revocations";

    private static final int BATCH = 16;
    private static final Duration KEPT = Duration.ofDays(400);
    private static final Logger LOG = LoggerFactory.getLogger(AuthorityRevocationWork.class);

    private final Database database;
    private final AuthorityRevoker revoker;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public AuthorityRevocationWork(
            Database database, AuthorityRevoker revoker, InstantSource clock) {
        this.database = database;
        this.revoker = revoker;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<AuthorityRevocations.Due> due =
                database.read(handle -> AuthorityRevocations.due(handle, now, BATCH));
        if (due.isEmpty()) {
            return database.read(AuthorityRevocations::firstDue);
        }
        List<Callable<Optional<String>>> calls = new ArrayList<>();
        for (AuthorityRevocations.Due each : due) {
            calls.add(() -> each.leaf().flatMap(leaf -> revoke(each, leaf)));
        }
        List<Optional<String>> problems = new ConcurrentCalls(threads).all(calls);
        Instant then = clock.instant();
        database.write(write -> {
            for (int i = 0; i < due.size(); i++) {
                AuthorityRevocations.Due each = due.get(i);
                problems.get(i)
                        .ifPresentOrElse(
                                problem ->
                                        AuthorityRevocations.failed(
                                                write.handle(), each, problem, then),
                                () -> AuthorityRevocations.done(write.handle(), each, then));
            }
            AuthorityRevocations.forget(write.handle(), then.minus(KEPT));
            return due;
        });
        return Optional.of(now);
    }

    /// The rim of a virtual thread: whatever goes wrong for one harms no other.
    private Optional<String> revoke(AuthorityRevocations.Due due, X509Certificate leaf) {
        try {
            return revoker.revoke(due.issuer(), leaf, due.reason());
        } catch (RuntimeException e) {
            LOG.warn("having issuer {} revoke {} failed", due.issuer(), due.serial(), e);
            return Optional.of("The call failed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
