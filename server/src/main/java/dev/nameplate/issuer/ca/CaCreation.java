package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

/// Makes roots, and intermediates below them.
///
/// A root's key (P-384) signs an intermediate every other year and may rest elsewhere meanwhile; an intermediate's (P-256:
/// leaves are signed by the thousand) signs the leaves.
record CaCreation(CaSigning signing, KeyPairs keyPairs, SecureRandom random) {
    /// Trust in a root is put by hand, on many machines; the Baseline Requirements (7.1.2.1.1) allow 25.
    private static final int ROOT_YEARS = 20;

    /// Long enough that a root kept offline is fetched rarely, short enough that the fetching is not forgotten.
    static final int INTERMEDIATE_YEARS = 3;

    record Made(Part root, Part intermediate) {}

    /// A certificate with its key, not stored yet.
    record Part(X509Certificate certificate, PrivateKey key, String parentId) {
        @Override
        public String toString() {
            return "Part[" + certificate.getSubjectX500Principal() + "]";
        }

        AuthorityRows.New sealed(CaKeys keys, Instant now, Optional<Instant> activatedAt) {
            String id = CaKeys.fingerprint(certificate);
            return new AuthorityRows.New(
                    id, parentId, certificate, Optional.of(keys.seal(key, id)), now, activatedAt);
        }
    }

    /// @param shortest how long the intermediate must last, if the root does
    Made rootAndIntermediate(Instant now, Duration shortest) {
        Part root = root(now);
        return new Made(
                root,
                intermediate(
                        Authority.of(root.certificate(), root.key(), keyPairs),
                        root.certificate(),
                        now,
                        shortest));
    }

    private Part root(Instant now) {
        KeyPair keys = keyPairs.generate(KeyAlgorithm.EC_P384);
        Authority root =
                new Authority(
                        name("Nameplate Root CA " + mark()),
                        keys.getPublic(),
                        keys.getPrivate(),
                        keyPairs);
        BigInteger serial = Serials.next(random);
        Instant notBefore = now.truncatedTo(ChronoUnit.DAYS);
        Instant notAfter = yearsAfter(notBefore, ROOT_YEARS);
        X509Certificate certificate =
                signing.sign(
                        new CaSigning.Issuer(root, serial.toString(16), notBefore, notAfter),
                        CaProfile.root(
                                root,
                                new CertificateBody(
                                        serial, root.name(), info(keys), notBefore, notAfter)),
                        CaLintRules.ROOT);
        return new Part(certificate, keys.getPrivate(), CaKeys.fingerprint(certificate));
    }

    /// Ends with its root at the latest.
    ///
    /// @param shortest how long it must last, if the root does
    Part intermediate(
            Authority root, X509Certificate rootCertificate, Instant now, Duration shortest) {
        KeyPair keys = keyPairs.generate(KeyAlgorithm.EC_P256);
        Instant rootFrom = rootCertificate.getNotBefore().toInstant();
        Instant rootTo = rootCertificate.getNotAfter().toInstant();
        Instant today = now.truncatedTo(ChronoUnit.DAYS);
        Instant notBefore = today.isBefore(rootFrom) ? rootFrom : today;
        Instant wanted = yearsAfter(notBefore, INTERMEDIATE_YEARS);
        Instant needed = notBefore.plus(shortest).minusSeconds(1);
        Instant notAfter = needed.isAfter(wanted) ? needed : wanted;
        X509Certificate certificate =
                signing.sign(
                        new CaSigning.Issuer(
                                root,
                                rootCertificate.getSerialNumber().toString(16),
                                rootFrom,
                                rootTo),
                        CaProfile.intermediate(
                                root,
                                new CertificateBody(
                                        Serials.next(random),
                                        name("Nameplate Intermediate CA " + mark()),
                                        info(keys),
                                        notBefore,
                                        notAfter.isAfter(rootTo) ? rootTo : notAfter)),
                        CaLintRules.INTERMEDIATE);
        return new Part(certificate, keys.getPrivate(), CaKeys.fingerprint(rootCertificate));
    }

    /// Told apart by name too, should one browser trust the roots of several installations.
    private String mark() {
        byte[] mark = new byte[4];
        random.nextBytes(mark);
        return HexFormat.of().formatHex(mark);
    }

    private static SubjectPublicKeyInfo info(KeyPair keys) {
        return SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    }

    private static Instant yearsAfter(Instant from, int years) {
        return from.atOffset(ZoneOffset.UTC).plusYears(years).toInstant().minusSeconds(1);
    }

    static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Nameplate")
                .addRDN(BCStyle.CN, commonName)
                .build();
    }
}
