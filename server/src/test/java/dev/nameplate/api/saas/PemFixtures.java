package dev.nameplate.api.saas;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;

/// Certificates of a CA with two intermediates, as base64 bodies that go between a PEM's markers.
final class PemFixtures {
    private final Instant now;
    private final KeyPair rootKey = newKey();
    private final KeyPair upperKey = newKey();
    private final KeyPair lowerKey = newKey();

    /// From the leaf's issuer to the root.
    final List<String> chain;

    PemFixtures(Instant now) {
        this.now = now;
        this.chain =
                List.of(
                        body(sign("Lower", lowerKey, "Upper", upperKey, List.of())),
                        body(sign("Upper", upperKey, "Root", rootKey, List.of())),
                        body(sign("Root", rootKey, "Root", rootKey, List.of())));
    }

    record Leaf(String certificate, String key) {}

    Leaf leaf(String... names) {
        KeyPair key = newKey();
        return new Leaf(
                body(sign(names[0], key, "Lower", lowerKey, List.of(names))),
                Base64.getEncoder().encodeToString(key.getPrivate().getEncoded()));
    }

    private X509Certificate sign(
            String subject, KeyPair key, String issuer, KeyPair issuerKey, List<String> names) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=" + issuer),
                            BigInteger.valueOf(subject.hashCode() & 0xffffff).add(BigInteger.ONE),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(Duration.ofDays(90))),
                            new X500Name("CN=" + subject),
                            key.getPublic());
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(names.isEmpty()));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                names.stream()
                                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                                        .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(issuerKey.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String body(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
