package dev.nameplate.issuer.ca.revocation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.nameplate.db.Database;
import dev.nameplate.db.StoreBusyException;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.Extensions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Says of a certificate whether it is good, revoked or none of ours (RFC 6960, in the lightweight profile of RFC 5019).
///
/// Each answer costs one indexed read. A signature is made when a certificate is first asked about, when its status has
/// changed and when half of the last answer's life is over; else the last answer is given again.
public final class OcspResponder {
    private static final Logger LOG = LoggerFactory.getLogger(OcspResponder.class);

    /// Baseline Requirements section 4.9.10 allows eight hours to ten days.
    static final Duration LIFE = Duration.ofDays(7);

    /// What is none of ours now may be issued in a moment.
    static final Duration UNKNOWN_LIFE = Duration.ofMinutes(5);

    /// Some thirty thousand answers.
    private static final long CACHE_BYTES = 32L << 20;

    /// Besides the answer itself.
    private static final int ENTRY_BYTES = 300;

    private final Database database;
    private final Signatories signatories;
    private final KeyPairs keyPairs;
    private final InstantSource clock;

    /// By the authorities' ids.
    private final Map<String, IssuerHashes> hashes = new ConcurrentHashMap<>();

    private final Map<String, OcspSigner> signers = new ConcurrentHashMap<>();
    private final Cache<CertID, Signed> answers =
            Caffeine.newBuilder()
                    .maximumWeight(CACHE_BYTES)
                    .<CertID, Signed>weigher((_, signed) -> signed.der().length + ENTRY_BYTES)
                    .build();

    public OcspResponder(
            Database database, Signatories signatories, KeyPairs keyPairs, InstantSource clock) {
        this.database = database;
        this.signatories = signatories;
        this.keyPairs = keyPairs;
        this.clock = clock;
    }

    /// @param der an OCSPResponse, which may be an error
    /// @param reusable from when to when the same bytes answer the same question; empty for an answer to one caller alone
    @SuppressWarnings("ArrayRecordComponent") // bytes for a socket, handed on and never changed
    public record Answer(byte[] der, Optional<Validity> reusable) {}

    public record Validity(Instant thisUpdate, Instant nextUpdate) {}

    /// An answer that a server sends along with its certificate.
    ///
    /// @param refreshFrom when to ask for the next one; well before `end`
    @SuppressWarnings("ArrayRecordComponent") // bytes for a socket, handed on and never changed
    public record Staple(byte[] der, Instant refreshFrom, Instant end) {}

    /// What is known of a certificate now.
    ///
    /// @param issuer who answers for it
    private record Known(Signatory issuer, CertID id, Optional<Revocations.Status> status) {
        CertStatus word() {
            if (status.isEmpty()) {
                return new CertStatus(2, DERNull.INSTANCE);
            }
            return status.get()
                    .revoked()
                    .map(revoked ->
                            new CertStatus(
                                    new RevokedInfo(
                                            new DERGeneralizedTime(Date.from(revoked.at())),
                                            Crl.code(revoked.reason()).orElse(null))))
                    .orElseGet(CertStatus::new);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes for a socket, handed on and never changed
    private record Signed(
            Optional<Revocations.Status> status,
            byte[] der,
            Validity validity,
            Instant refreshFrom) {
        boolean stillTells(Known known, Instant now) {
            return status.equals(known.status()) && now.isBefore(refreshFrom);
        }
    }

    /// Answers a request of any bytes, malformed ones with the error that RFC 6960 section 2.3 has for them.
    public Answer answer(byte[] request) {
        try {
            return answer(OcspRequest.parse(request));
        } catch (OcspRequest.Malformed e) {
            LOG.debug("malformed OCSP request", e);
            return error(OCSPResponseStatus.MALFORMED_REQUEST);
        } catch (StoreBusyException e) {
            LOG.warn("the store has no room for an OCSP request: {}", e.getMessage());
            return error(OCSPResponseStatus.TRY_LATER);
        } catch (RuntimeException e) {
            LOG.error("an OCSP request failed", e);
            return error(OCSPResponseStatus.INTERNAL_ERROR);
        }
    }

    private Answer answer(OcspRequest request) {
        List<Signatory> all = leafAuthorities();
        List<Known> known =
                request.certificates().stream().flatMap(id -> look(all, id).stream()).toList();
        Instant now = clock.instant();
        long issuers = known.stream().map(each -> each.issuer().id()).distinct().count();
        if (known.size() < request.certificates().size() || issuers > 1) {
            // RFC 5019 section 2.2.3: not known here, so not for us to say.
            return error(OCSPResponseStatus.UNAUTHORIZED);
        }
        if (known.size() == 1 && request.nonce().isEmpty()) {
            Signed signed = signed(known.getFirst(), now);
            return new Answer(signed.der(), Optional.of(signed.validity()));
        }
        OcspSigner signer = signer(known.getFirst().issuer(), now);
        return new Answer(
                signer.sign(
                        known.stream()
                                .map(each -> response(each, validity(each, signer, now)))
                                .toList(),
                        request.nonce(),
                        now),
                Optional.empty());
    }

    /// The status of a certificate of ours, to be stapled; empty for one that no authority at hand has signed.
    public Optional<Staple> staple(X509Certificate leaf) {
        List<Signatory> all = leafAuthorities();
        return all.stream()
                .filter(issuer ->
                        issuer.certificate()
                                .getSubjectX500Principal()
                                .equals(leaf.getIssuerX500Principal()))
                .flatMap(issuer -> look(all, hashes(issuer).id(leaf.getSerialNumber())).stream())
                .filter(known -> known.status().isPresent())
                .findFirst()
                .map(known -> signed(known, clock.instant()))
                .map(signed ->
                        new Staple(
                                signed.der(),
                                signed.refreshFrom(),
                                signed.validity().nextUpdate()));
    }

    private List<Signatory> leafAuthorities() {
        return signatories.all().stream()
                .filter(each -> each.below() == Signatory.Below.LEAVES)
                .toList();
    }

    private IssuerHashes hashes(Signatory issuer) {
        return hashes.computeIfAbsent(issuer.id(), _ -> IssuerHashes.of(issuer.certificate()));
    }

    /// Empty where the issuer is none of ours. Several certificates may be of one name and key: then the one that signed
    /// answers.
    private Optional<Known> look(List<Signatory> all, CertID id) {
        List<Signatory> meant = all.stream().filter(each -> hashes(each).isMeantBy(id)).toList();
        if (meant.isEmpty()) {
            return Optional.empty();
        }
        Optional<Revocations.Status> row =
                database.read(handle ->
                        Revocations.status(handle, id.getSerialNumber().getValue().toString(16)));
        return row.flatMap(status ->
                        meant.stream()
                                .filter(each -> each.id().equals(status.issuer()))
                                .findFirst()
                                .map(issuer -> new Known(issuer, id, row)))
                .or(() -> Optional.of(new Known(meant.getFirst(), id, Optional.empty())));
    }

    private Signed signed(Known known, Instant now) {
        Optional<Signed> last = Optional.ofNullable(answers.getIfPresent(known.id()));
        if (last.isPresent() && last.get().stillTells(known, now)) {
            return last.get();
        }
        OcspSigner signer = signer(known.issuer(), now);
        Validity validity = validity(known, signer, now);
        Signed signed =
                new Signed(
                        known.status(),
                        signer.sign(List.of(response(known, validity)), Optional.empty(), now),
                        validity,
                        validity.thisUpdate()
                                .plus(
                                        Duration.between(
                                                        validity.thisUpdate(),
                                                        validity.nextUpdate())
                                                .dividedBy(2)));
        if (known.status().isPresent()) {
            answers.put(known.id(), signed);
        }
        return signed;
    }

    private OcspSigner signer(Signatory issuer, Instant now) {
        return signers.compute(
                issuer.id(),
                (_, last) ->
                        last != null && last.isFresh(now)
                                ? last
                                : new OcspSigner(issuer, keyPairs));
    }

    private static Validity validity(Known known, OcspSigner signer, Instant now) {
        // The encoding knows whole seconds only.
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        Instant to = from.plus(known.status().isPresent() ? LIFE : UNKNOWN_LIFE);
        return new Validity(from, to.isBefore(signer.end()) ? to : signer.end());
    }

    private static SingleResponse response(Known known, Validity validity) {
        return new SingleResponse(
                known.id(),
                known.word(),
                new DERGeneralizedTime(Date.from(validity.thisUpdate())),
                new DERGeneralizedTime(Date.from(validity.nextUpdate())),
                (Extensions) null);
    }

    private static Answer error(int status) {
        try {
            return new Answer(
                    new OCSPResponse(new OCSPResponseStatus(status), null).getEncoded("DER"),
                    Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException("an OCSP error cannot be encoded", e);
        }
    }
}
