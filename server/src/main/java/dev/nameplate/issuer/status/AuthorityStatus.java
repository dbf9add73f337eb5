package dev.nameplate.issuer.status;

import dev.nameplate.certificate.RevocationStatus;
import dev.nameplate.pki.X509;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.ocsp.OCSPException;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// By OCSP where a leaf names a responder, because that knows sooner; by its list otherwise, or where the responder has no answer.
/// That something is revoked is believed only if it is signed by the leaf's issuer, or in its name, and current.
public final class AuthorityStatus implements RevocationStatus, AutoCloseable {
    /// Clocks differ by so much.
    static final Duration SKEW = Duration.ofMinutes(5);

    private final Fetch fetch;
    private final RevocationLists lists;
    private final InstantSource clock;

    /// @param kept how long a list that was fetched serves for all certificates on it
    public AuthorityStatus(Duration kept, InstantSource clock) {
        this(kept, Fetch.ANSWER, clock);
    }

    /// @param limit of each question
    AuthorityStatus(Duration kept, Duration limit, InstantSource clock) {
        this.fetch = new Fetch(limit);
        this.lists = new RevocationLists(fetch, kept, clock);
        this.clock = clock;
    }

    @Override
    public Answer ask(List<X509Certificate> chain) {
        if (chain.size() < 2) {
            return new Answer.Unknown(
                    "The chain has no issuer by whose key an answer could be verified.");
        }
        X509Certificate leaf = chain.getFirst();
        X509Certificate issuer = chain.get(1);
        List<String> problems = new ArrayList<>();
        for (URI responder : responders(leaf)) {
            Answer answer = attempt(responder, () -> byOcsp(responder, leaf, issuer));
            if (!(answer instanceof Answer.Unknown(String words))) {
                return answer;
            }
            problems.add(words);
        }
        for (URI list : lists(leaf)) {
            Answer answer = attempt(list, () -> lists.look(list, leaf, issuer));
            if (!(answer instanceof Answer.Unknown(String words))) {
                return answer;
            }
            problems.add(words);
        }
        return new Answer.Unknown(
                problems.isEmpty()
                        ? "The certificate names neither a responder nor a list to be asked over HTTP."
                        : String.join(" ", problems));
    }

    @FunctionalInterface
    private interface Attempt {
        Answer take() throws IOException, GeneralSecurityException, OCSPException;
    }

    /// What strangers send fails in as many ways as there are parsers.
    private static Answer attempt(URI where, Attempt attempt) {
        try {
            return attempt.take();
        } catch (IOException | GeneralSecurityException | OCSPException | RuntimeException e) {
            return new Answer.Unknown(where + " gives no answer that can be used: " + e + ".");
        }
    }

    private Answer byOcsp(URI responder, X509Certificate leaf, X509Certificate issuer)
            throws IOException, GeneralSecurityException, OCSPException {
        OcspQuestion question = OcspQuestion.of(leaf, issuer);
        return question.read(fetch.post(responder, question.encoded()), responder, now());
    }

    private Instant now() {
        return clock.instant();
    }

    private static List<URI> responders(X509Certificate leaf) {
        return Optional.ofNullable(leaf.getExtensionValue(Extension.authorityInfoAccess.getId()))
                .map(X509::ocspAddresses)
                .orElse(List.of())
                .stream()
                .flatMap(text -> Fetch.address(text).stream())
                .toList();
    }

    private static List<URI> lists(X509Certificate leaf) {
        return Optional.ofNullable(leaf.getExtensionValue(Extension.cRLDistributionPoints.getId()))
                .map(AuthorityStatus::listAddresses)
                .orElse(List.of())
                .stream()
                .flatMap(text -> Fetch.address(text).stream())
                .toList();
    }

    private static List<String> listAddresses(byte[] extension) {
        try {
            CRLDistPoint points =
                    CRLDistPoint.getInstance(ASN1OctetString.getInstance(extension).getOctets());
            return Arrays.stream(points.getDistributionPoints())
                    .flatMap(AuthorityStatus::names)
                    .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(name -> name.getName().toString())
                    .toList();
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }

    private static Stream<GeneralName> names(DistributionPoint point) {
        return Optional.ofNullable(point.getDistributionPoint())
                .filter(name -> name.getType() == DistributionPointName.FULL_NAME)
                .stream()
                .flatMap(
                        name -> Arrays.stream(GeneralNames.getInstance(name.getName()).getNames()));
    }

    @Override
    public void close() {
        fetch.close();
    }
}
