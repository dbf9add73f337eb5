package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.WeakKeys;

import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Whether an authority from elsewhere can sign for us: its own certificate, and all above it to a root.
final class ChainCheck {
    static final Set<KeyAlgorithm> SIGNING_KEYS =
            Set.of(
                    KeyAlgorithm.EC_P256,
                    KeyAlgorithm.EC_P384,
                    KeyAlgorithm.RSA_2048,
                    KeyAlgorithm.RSA_3072,
                    KeyAlgorithm.RSA_4096);

    static final String WANTED_KEY =
            "the authority's key must be P-256, P-384, or RSA of 2048, 3072 or 4096 bits";

    private static final WeakKeys WEAK = WeakKeys.known();
    private static final String BASIC_CONSTRAINTS = Extension.basicConstraints.getId();
    private static final int LONGEST_PATH = 8;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private ChainCheck() {}

    /// From `authority` up to a root, out of what there is, whatever its order.
    static List<X509Certificate> path(X509Certificate authority, List<X509Certificate> pool) {
        List<X509Certificate> path = new ArrayList<>(List.of(authority));
        while (!signed(path.getLast(), path.getLast())) {
            X509Certificate last = path.getLast();
            if (path.size() == LONGEST_PATH) {
                throw new CaProblem("the chain has more than " + LONGEST_PATH + " certificates");
            }
            path.add(
                    pool.stream()
                            .filter(one -> !path.contains(one) && signed(last, one))
                            .findFirst()
                            .orElseThrow(() ->
                                    new CaProblem(
                                            "the chain ends at '%s': the certificate of its issuer '%s' is missing, or did not sign it"
                                                    .formatted(
                                                            last.getSubjectX500Principal(),
                                                            last.getIssuerX500Principal()))));
        }
        return List.copyOf(path);
    }

    private static boolean signed(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /// @param path the authority that is to sign leaves first, the root last
    /// @throws CaProblem with the first thing that is wrong
    static void require(List<X509Certificate> path, Instant now) {
        for (int below = 0; below < path.size(); below++) {
            requireAuthority(path.get(below), below, now);
            if (below < path.size() - 1) {
                requireModernSignature(path.get(below));
                require(
                        Authority.namesIssuerKey(path.get(below)),
                        path.get(below),
                        "has no authority key identifier, which strict relying parties require (RFC 5280 section 4.2.1.1)");
            }
        }
        X509Certificate authority = path.getFirst();
        require(
                authority.getKeyUsage()[CRL_SIGN],
                authority,
                "may not sign revocation lists (key usage cRLSign)");
        requireServerAuth(authority);
        requireValidPath(path, now);
    }

    private static void require(boolean holds, X509Certificate certificate, String problem) {
        if (!holds) {
            throw new CaProblem("'" + certificate.getSubjectX500Principal() + "' " + problem);
        }
    }

    /// @param below how many authorities stand below this one
    private static void requireAuthority(X509Certificate certificate, int below, Instant now) {
        require(
                certificate.getVersion() == 3,
                certificate,
                "is an X.509 certificate of version " + certificate.getVersion() + ", not 3");
        require(
                certificate.getBasicConstraints() >= 0,
                certificate,
                "is not an authority: its basic constraints lack CA:TRUE");
        require(
                certificate.getBasicConstraints() >= below,
                certificate,
                "allows %d authorities below it (path length), not %d"
                        .formatted(certificate.getBasicConstraints(), below));
        require(
                certificate.getCriticalExtensionOIDs().contains(BASIC_CONSTRAINTS),
                certificate,
                "has basic constraints that are not critical, which strict relying parties refuse (RFC 5280 section 4.2.1.9); have it issued again");
        require(
                certificate.getKeyUsage() != null,
                certificate,
                "has no key usage extension, without which strict relying parties refuse an authority (RFC 5280 section 4.2.1.3); have it issued again");
        require(
                certificate.getKeyUsage()[KEY_CERT_SIGN],
                certificate,
                "may not sign certificates (key usage keyCertSign)");
        require(
                Authority.subjectKeyId(certificate).isPresent(),
                certificate,
                "has no subject key identifier, by which those below it name their issuer (RFC 5280 section 4.2.1.2)");
        require(
                KeyPairs.algorithmOf(certificate.getPublicKey())
                        .filter(SIGNING_KEYS::contains)
                        .isPresent(),
                certificate,
                "has another kind of key: " + WANTED_KEY);
        if (certificate.getPublicKey() instanceof RSAPublicKey key) {
            WEAK.fatal(key)
                    .ifPresent(reason -> require(false, certificate, "has a weak key. " + reason));
        }
        require(
                !certificate.getNotBefore().toInstant().isAfter(now),
                certificate,
                "is valid only from " + certificate.getNotBefore().toInstant());
        require(
                certificate.getNotAfter().toInstant().isAfter(now),
                certificate,
                "ended at " + certificate.getNotAfter().toInstant());
        require(
                certificate.getExtensionValue(Extension.nameConstraints.getId()) == null,
                certificate,
                "permits some names only (name constraints), which leaves are not checked against here");
    }

    private static void requireModernSignature(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        require(
                !algorithm.startsWith("SHA1") && !algorithm.startsWith("MD"),
                certificate,
                "is signed by " + certificate.getSigAlgName() + ", which nobody accepts any more");
    }

    private static void requireServerAuth(X509Certificate authority) {
        try {
            List<String> usages = authority.getExtendedKeyUsage();
            require(
                    usages == null
                            || usages.contains(KeyPurposeId.id_kp_serverAuth.getId())
                            || usages.contains(KeyPurposeId.anyExtendedKeyUsage.getId()),
                    authority,
                    "is not for servers (its extended key usage lacks serverAuth)");
        } catch (CertificateParsingException e) {
            throw new CaProblem(
                    "'%s' has an extended key usage that does not parse"
                            .formatted(authority.getSubjectX500Principal()),
                    e);
        }
    }

    /// As a relying party would: what the rules above do not name is found here.
    private static void requireValidPath(List<X509Certificate> path, Instant now) {
        if (path.size() < 2) {
            return;
        }
        try {
            PKIXParameters parameters =
                    new PKIXParameters(Set.of(new TrustAnchor(path.getLast(), null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            var _ =
                    CertPathValidator.getInstance("PKIX")
                            .validate(
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertPath(path.subList(0, path.size() - 1)),
                                    parameters);
        } catch (GeneralSecurityException e) {
            throw new CaProblem("the chain does not verify: " + e.getMessage(), e);
        }
    }
}
