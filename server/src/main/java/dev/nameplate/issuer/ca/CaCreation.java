package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HexFormat;

/// Makes a root and the intermediate below it.
///
/// The root's key (P-384) signs once, here, and may be taken off the machine afterwards; the intermediate's (P-256: leaves
/// are signed by the thousand) signs the leaves. Both end together, so that no leaf is ever cut short by an intermediate
/// that nobody renewed.
record CaCreation(Part root, Part intermediate) {
    private static final int YEARS = 10;

    record Part(X509Certificate certificate, PrivateKey key) {
        @Override
        public String toString() {
            return "Part[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    static CaCreation make(KeyPairs keyPairs, SecureRandom random, Instant now) {
        byte[] mark = new byte[4];
        random.nextBytes(mark);
        // Told apart by name too, should one browser trust the roots of several installations.
        String suffix = HexFormat.of().formatHex(mark);
        Instant notBefore = now.truncatedTo(ChronoUnit.DAYS);
        Instant notAfter =
                notBefore.atOffset(ZoneOffset.UTC).plusYears(YEARS).toInstant().minusSeconds(1);

        KeyPair rootKeys = keyPairs.generate(KeyAlgorithm.EC_P384);
        Authority root =
                new Authority(
                        name("Nameplate Root CA " + suffix),
                        rootKeys.getPublic(),
                        rootKeys.getPrivate(),
                        keyPairs);
        KeyPair intermediateKeys = keyPairs.generate(KeyAlgorithm.EC_P256);
        X500Name intermediate = name("Nameplate Intermediate CA " + suffix);
        return new CaCreation(
                new Part(
                        sign(root, root.name(), rootKeys, random, notBefore, notAfter, true),
                        rootKeys.getPrivate()),
                new Part(
                        sign(
                                root,
                                intermediate,
                                intermediateKeys,
                                random,
                                notBefore,
                                notAfter,
                                false),
                        intermediateKeys.getPrivate()));
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Nameplate")
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static X509Certificate sign(
            Authority issuer,
            X500Name subject,
            KeyPair keys,
            SecureRandom random,
            Instant notBefore,
            Instant notAfter,
            boolean isRoot) {
        SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(Serials.next(random)));
        tbs.setSignature(issuer.signatureAlgorithm());
        tbs.setIssuer(issuer.name());
        tbs.setStartDate(new Time(Date.from(notBefore)));
        tbs.setEndDate(new Time(Date.from(notAfter)));
        tbs.setSubject(subject);
        tbs.setSubjectPublicKeyInfo(key);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.basicConstraints,
                    true,
                    isRoot ? new BasicConstraints(true) : new BasicConstraints(0));
            extensions.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            extensions.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new SubjectKeyIdentifier(Authority.keyId(key)));
            if (!isRoot) {
                extensions.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        new AuthorityKeyIdentifier(issuer.keyId()));
                extensions.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
                extensions.addExtension(
                        Extension.certificatePolicies,
                        false,
                        new CertificatePolicies(
                                new PolicyInformation(LeafProfile.DOMAIN_VALIDATED)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an extension cannot be encoded", e);
        }
        tbs.setExtensions(extensions.generate());
        return issuer.sign(tbs.generateTBSCertificate());
    }
}
