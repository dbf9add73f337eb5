package dev.nameplate.issuer.status;

import dev.nameplate.certificate.RevocationStatus.Answer;

import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

import javax.security.auth.x500.X500Principal;

/// Revocation lists of authorities: each is fetched once for all certificates that name it, and verified once. An authority may have
/// cut its list into hundreds of parts, so what is kept is bounded by memory and not by number.
final class RevocationLists {
    /// A million serials and more.
    static final long MOST_BYTES = 32L * 1024 * 1024;

    /// What the least list costs beside its serials.
    private static final int OVERHEAD = 1024;

    /// Lists that are fetched at the same time; each may have [Fetch]'s megabytes at hand, and who does not answer holds a place no
    /// longer than its limit, once in [#AFTER_FAILURE].
    private static final int AT_ONCE = 8;

    /// Many certificates name the same list: they do not wait one after the other for who does not answer.
    static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private static final int MOST_FAILED = 1000;

    private final Fetch fetch;
    private final Duration kept;
    private final long most;
    private final InstantSource clock;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock; the one used longest ago first.
    private final Map<Source, Kept> lists = new LinkedHashMap<>(16, 0.75f, true);

    /// Guarded by the lock: what all of them cost.
    private long bytes;

    /// Guarded by the lock: those who want one of them wait for the one who fetches it, and nobody else does.
    private final Map<Source, FutureTask<Kept>> underWay = new HashMap<>();

    /// Guarded by the lock.
    private final Map<Source, Failed> failed = new LinkedHashMap<>();

    /// @param issuer by whose key the list is verified
    private record Source(URI address, PublicKey issuer) {}

    /// A list that its issuer signed.
    ///
    /// @param next when another was to be there
    /// @param until it is fetched anew then
    private record Kept(
            X500Principal issuer,
            Instant from,
            Optional<Instant> next,
            RevokedSerials revoked,
            Instant until) {
        long bytes() {
            return OVERHEAD + revoked.bytes();
        }
    }

    private record Failed(String message, Instant until) {}

    RevocationLists(Fetch fetch, Duration kept, InstantSource clock) {
        this(fetch, kept, MOST_BYTES, clock);
    }

    /// @param most bytes that all lists may cost
    RevocationLists(Fetch fetch, Duration kept, long most, InstantSource clock) {
        this.fetch = fetch;
        this.kept = kept;
        this.most = most;
        this.clock = clock;
    }

    Answer look(URI address, X509Certificate leaf, X509Certificate issuer)
            throws IOException, GeneralSecurityException {
        Kept list = list(new Source(address, issuer.getPublicKey()));
        Instant now = clock.instant();
        if (list.from().minus(AuthorityStatus.SKEW).isAfter(now)
                || list.next()
                        .filter(end -> end.plus(AuthorityStatus.SKEW).isBefore(now))
                        .isPresent()) {
            return new Answer.Unknown("The list at " + address + " is not current.");
        }
        if (!list.issuer().equals(leaf.getIssuerX500Principal())) {
            return new Answer.Unknown("The list at " + address + " is another authority's.");
        }
        return list.revoked()
                .since(leaf.getSerialNumber())
                .<Answer>map(since ->
                        new Answer.Revoked(
                                "The list at %s has it as revoked since %s."
                                        .formatted(address, since)))
                .orElseGet(() -> new Answer.Good("The list at " + address + " does not have it."));
    }

    private Kept list(Source source) throws IOException, GeneralSecurityException {
        FutureTask<Kept> task = new FutureTask<>(() -> fetched(source));
        Optional<FutureTask<Kept>> first;
        lock.lock();
        try {
            Instant now = clock.instant();
            Optional<Kept> there =
                    Optional.ofNullable(lists.get(source))
                            .filter(each -> each.until().isAfter(now));
            if (there.isPresent()) {
                return there.get();
            }
            failed.values().removeIf(each -> !each.until().isAfter(now));
            Optional<Failed> before = Optional.ofNullable(failed.get(source));
            if (before.isPresent()) {
                throw new IOException(before.get().message());
            }
            first = Optional.ofNullable(underWay.putIfAbsent(source, task));
        } finally {
            lock.unlock();
        }
        if (first.isEmpty()) {
            task.run();
        }
        try {
            return first.orElse(task).get();
        } catch (ExecutionException e) {
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            throw new IOException(words(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is stopping", e);
        }
    }

    private static String words(Throwable problem) {
        return problem instanceof IOException || problem instanceof GeneralSecurityException
                ? Optional.ofNullable(problem.getMessage()).orElseGet(problem::toString)
                : problem.toString();
    }

    /// However it ends, it is not under way any more.
    private Kept fetched(Source source) throws IOException, GeneralSecurityException {
        Optional<Kept> list = Optional.empty();
        String problem = "it was given up";
        try {
            list = Optional.of(read(source));
            return list.get();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            problem = words(e);
            throw e;
        } finally {
            remember(source, list, problem);
        }
    }

    private void remember(Source source, Optional<Kept> list, String problem) {
        lock.lock();
        try {
            underWay.remove(source);
            if (list.isPresent()) {
                keep(source, list.get());
            } else if (failed.size() < MOST_FAILED) {
                Duration pause = kept.compareTo(AFTER_FAILURE) < 0 ? kept : AFTER_FAILURE;
                failed.put(source, new Failed(problem, clock.instant().plus(pause)));
            }
        } finally {
            lock.unlock();
        }
    }

    private void keep(Source source, Kept list) {
        Optional.ofNullable(lists.put(source, list)).ifPresent(old -> bytes -= old.bytes());
        bytes += list.bytes();
        Iterator<Kept> eldest = lists.values().iterator();
        while (bytes > most && eldest.hasNext()) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }

    private Kept read(Source source) throws IOException, GeneralSecurityException {
        places.acquireUninterruptibly();
        try {
            X509CRLHolder list =
                    new X509CRLHolder(new ByteArrayInputStream(fetch.get(source.address())));
            if (!isSignedBy(list, source.issuer())) {
                throw new GeneralSecurityException("it is not signed by the issuer");
            }
            return new Kept(
                    new X500Principal(list.getIssuer().getEncoded()),
                    list.getThisUpdate().toInstant(),
                    Optional.ofNullable(list.getNextUpdate()).map(Date::toInstant),
                    RevokedSerials.of(list.toASN1Structure().getTBSCertList()),
                    clock.instant().plus(kept));
        } finally {
            places.release();
        }
    }

    private static boolean isSignedBy(X509CRLHolder list, PublicKey key) {
        try {
            return list.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OperatorCreationException | CertException _) {
            // A key of another kind than the signature's.
            return false;
        }
    }
}
