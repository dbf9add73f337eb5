package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.names.DomainName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;

/// Has the certificates of finalized orders signed: CAA is asked, the authority records and signs, and one transaction stores
/// the chain and makes the order valid.
public final class SigningWork implements DueWork {
    static final String NAME = "enrolment-signing";

    private static final Logger LOG = LoggerFactory.getLogger(SigningWork.class);
    private static final int BATCH = 32;
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /// So many times CAA records that cannot be read, five seconds apart and then more, are waited for.
    private static final int MOST_ATTEMPTS = 6;

    private final Database database;
    private final CertificateAuthority authority;

    public SigningWork(Database database, CertificateAuthority authority) {
        this.database = database;
        this.authority = authority;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shards() {
        return OrderRows.SHARDS;
    }

    /// A round ends with its slowest name server, some seconds at most; meanwhile no other process takes its orders, so that
    /// none is signed twice.
    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        List<OrderRows.Signable> due =
                database.read(handle -> OrderRows.due(handle, shard, now, BATCH));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            due.forEach(order -> threads.execute(() -> carryOn(order, now)));
        }
        return due.size() == BATCH
                ? Optional.of(now)
                : database.read(handle -> OrderRows.nextDue(handle, shard));
    }

    /// One that fails in an unforeseen way is tried again later, and holds no other up.
    private void carryOn(OrderRows.Signable order, Instant now) {
        try {
            settle(order, now);
        } catch (CancellationException e) {
            LOG.debug("the server is stopping");
        } catch (RuntimeException e) {
            LOG.error("order {} could not be carried on; it is tried again", order.id(), e);
            postpone(order, now);
        }
    }

    private void settle(OrderRows.Signable order, Instant now) {
        CertificateSigningRequest request;
        try {
            request = CertificateSigningRequest.read(order.csr());
        } catch (Refused refused) {
            refuse(order, refused.problem());
            return;
        }
        if (!mayGoOn(order)) {
            refuse(order, new Problem(Problem.Kind.UNAUTHORIZED, "The account was deactivated."));
            return;
        }
        Map<DomainName, CertificateAuthority.Caa> hindered = authority.caa(order.names());
        if (!hindered.isEmpty()) {
            boolean forbidden =
                    hindered.values().stream()
                            .anyMatch(each -> each instanceof CertificateAuthority.Caa.Forbidden);
            if (forbidden || order.attempts() + 1 >= MOST_ATTEMPTS) {
                refuse(order, caaProblem(hindered));
            } else {
                postpone(order, now);
            }
            return;
        }
        switch (authority.sign(order.certificate(), order.names(), request.key())) {
            case CertificateAuthority.Answer.Signed(var chain) ->
                    database.write(write -> {
                        boolean valid =
                                OrderRows.decide(
                                        write.handle(),
                                        order.id(),
                                        Order.Status.VALID,
                                        Optional.empty());
                        if (valid) {
                            EnrolledCertificates.insert(
                                    write.handle(), order, request.keyFingerprint(), chain);
                        }
                        return valid;
                    });
            case CertificateAuthority.Answer.Refused(var message) ->
                    refuse(order, new Problem(Problem.Kind.BAD_CSR, message));
            case CertificateAuthority.Answer.Unavailable(var message) -> {
                LOG.warn("order {} waits: {}", order.id(), message);
                postpone(order, now);
            }
        }
    }

    private boolean mayGoOn(OrderRows.Signable order) {
        return database.read(handle -> Accounts.find(handle, order.accountId()))
                .filter(account -> account.status() == Account.Status.VALID)
                .isPresent();
    }

    private static Problem caaProblem(Map<DomainName, CertificateAuthority.Caa> hindered) {
        List<Problem.Sub> subs = new ArrayList<>();
        hindered.forEach((name, why) ->
                subs.add(
                        new Problem.Sub(
                                Problem.Kind.CAA,
                                switch (why) {
                                    case CertificateAuthority.Caa.Forbidden(String message) ->
                                            message;
                                    case CertificateAuthority.Caa.Unknown(String message) ->
                                            message;
                                },
                                name.ascii())));
        return new Problem(
                Problem.Kind.CAA,
                subs.size() == 1
                        ? subs.getFirst().detail()
                        : "CAA records do not permit the certificate.",
                subs);
    }

    private void refuse(OrderRows.Signable order, Problem problem) {
        database.write(write ->
                OrderRows.decide(
                        write.handle(), order.id(), Order.Status.INVALID, Optional.of(problem)));
    }

    private void postpone(OrderRows.Signable order, Instant now) {
        Duration wait = AGAIN.multipliedBy(1L << Math.min(order.attempts(), 6));
        database.write(write -> {
            OrderRows.postpone(write.handle(), order.id(), now.plus(wait));
            return order;
        });
    }
}
