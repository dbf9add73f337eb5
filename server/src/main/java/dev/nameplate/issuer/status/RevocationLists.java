package dev.nameplate.issuer.status;

import dev.nameplate.certificate.RevocationStatus.Answer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Revocation lists of authorities: each is fetched once for all certificates that name it.
final class RevocationLists {
    /// A list may be many megabytes.
    private static final int MOST = 8;

    /// Many certificates name the same list: they do not wait one after the other for who does not answer.
    static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private static final int MOST_FAILED = 1000;

    private final Fetch fetch;
    private final Duration kept;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock; the one used longest ago first.
    private final Map<URI, Kept> lists = new LinkedHashMap<>(16, 0.75f, true);

    private record Kept(X509CRL list, Instant until) {}

    /// Guarded by the lock.
    private final Map<URI, Failed> failed = new LinkedHashMap<>();

    private record Failed(String message, Instant until) {}

    RevocationLists(Fetch fetch, Duration kept, InstantSource clock) {
        this.fetch = fetch;
        this.kept = kept;
        this.clock = clock;
    }

    Answer look(URI address, X509Certificate leaf, X509Certificate issuer)
            throws IOException, GeneralSecurityException {
        X509CRL list = list(address);
        Instant now = clock.instant();
        Optional<Instant> next = Optional.ofNullable(list.getNextUpdate()).map(Date::toInstant);
        if (list.getThisUpdate().toInstant().minus(AuthorityStatus.SKEW).isAfter(now)
                || next.filter(end -> end.plus(AuthorityStatus.SKEW).isBefore(now)).isPresent()) {
            return new Answer.Unknown("The list at " + address + " is not current.");
        }
        if (!list.getIssuerX500Principal().equals(leaf.getIssuerX500Principal())) {
            return new Answer.Unknown("The list at " + address + " is another authority's.");
        }
        list.verify(issuer.getPublicKey());
        Optional<X509CRLEntry> entry =
                Optional.ofNullable(list.getRevokedCertificate(leaf.getSerialNumber()));
        return entry.<Answer>map(each ->
                        new Answer.Revoked(
                                "The list at %s has it as revoked since %s."
                                        .formatted(address, each.getRevocationDate().toInstant())))
                .orElseGet(() -> new Answer.Good("The list at " + address + " does not have it."));
    }

    /// Those who want the same list wait for one to fetch it; so do, for that long, those who want another.
    private X509CRL list(URI address) throws IOException, GeneralSecurityException {
        lock.lock();
        try {
            Instant now = clock.instant();
            Optional<X509CRL> there =
                    Optional.ofNullable(lists.get(address))
                            .filter(each -> each.until().isAfter(now))
                            .map(Kept::list);
            if (there.isPresent()) {
                return there.get();
            }
            failed.values().removeIf(each -> !each.until().isAfter(now));
            Optional<Failed> before = Optional.ofNullable(failed.get(address));
            if (before.isPresent()) {
                throw new IOException(before.get().message());
            }
            X509CRL fetched = fetched(address);
            lists.put(address, new Kept(fetched, now.plus(kept)));
            if (lists.size() > MOST) {
                lists.remove(lists.keySet().iterator().next());
            }
            return fetched;
        } finally {
            lock.unlock();
        }
    }

    private X509CRL fetched(URI address) throws IOException, GeneralSecurityException {
        try {
            return (X509CRL)
                    CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(fetch.get(address)));
        } catch (IOException | GeneralSecurityException e) {
            if (failed.size() < MOST_FAILED) {
                failed.put(
                        address,
                        new Failed(
                                e.toString(),
                                clock.instant()
                                        .plus(
                                                kept.compareTo(AFTER_FAILURE) < 0
                                                        ? kept
                                                        : AFTER_FAILURE)));
            }
            throw e;
        }
    }
}
