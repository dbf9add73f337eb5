package dev.nameplate.certificate;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Somebody else's certificate authority, built with Bouncy Castle: for imports, and as a stand-in issuer.
final class TestCa {
    static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());
    private static final AtomicLong SERIALS = new AtomicLong(0x1000_0000_0000_0001L);

    final X509Certificate certificate;
    private final KeyPair keys;

    private TestCa(X509Certificate certificate, KeyPair keys) {
        this.certificate = certificate;
        this.keys = keys;
    }

    static TestCa root(String name, Instant now) {
        KeyPair keys = KEYS.generate(KeyAlgorithm.EC_P256);
        return new TestCa(
                new Spec("CN=" + name, keys.getPublic(), now).ca().signedBy("CN=" + name, keys),
                keys);
    }

    TestCa intermediate(String name, Instant now) {
        KeyPair under = KEYS.generate(KeyAlgorithm.EC_P256);
        return new TestCa(sign(new Spec("CN=" + name, under.getPublic(), now).ca()), under);
    }

    X509Certificate sign(Spec spec) {
        return spec.signedBy(certificate.getSubjectX500Principal().getName(), keys);
    }

    /// What a certificate says; the rest is the issuer's.
    static final class Spec {
        private final String subject;
        private final PublicKey key;
        private Instant notBefore;
        private Instant notAfter;
        private final List<GeneralName> names = new ArrayList<>();
        private boolean isCa;
        private int keyUsage;
        private final List<KeyPurposeId> purposes = new ArrayList<>();

        Spec(String subject, PublicKey key, Instant now) {
            this.subject = subject;
            this.key = key;
            this.notBefore = now.minus(Duration.ofDays(1));
            this.notAfter = now.plus(Duration.ofDays(90));
        }

        Spec dns(String... dnsNames) {
            for (String name : dnsNames) {
                names.add(new GeneralName(GeneralName.dNSName, name));
            }
            return this;
        }

        Spec address(String address) {
            names.add(new GeneralName(GeneralName.iPAddress, address));
            return this;
        }

        Spec validity(Instant from, Instant to) {
            notBefore = from;
            notAfter = to;
            return this;
        }

        Spec ca() {
            isCa = true;
            keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
            return this;
        }

        Spec usage(int bits, KeyPurposeId... ids) {
            keyUsage = bits;
            purposes.addAll(List.of(ids));
            return this;
        }

        X509Certificate signedBy(String issuer, KeyPair issuerKeys) {
            try {
                X509v3CertificateBuilder builder =
                        new JcaX509v3CertificateBuilder(
                                new X500Name(issuer),
                                BigInteger.valueOf(SERIALS.getAndIncrement()),
                                Date.from(notBefore),
                                Date.from(notAfter),
                                new X500Name(subject),
                                key);
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
                if (keyUsage != 0) {
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
                }
                if (!purposes.isEmpty()) {
                    builder.addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
                }
                if (!names.isEmpty()) {
                    builder.addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(names.toArray(GeneralName[]::new)));
                }
                String signature =
                        issuerKeys.getPrivate().getAlgorithm().equals("RSA")
                                ? "SHA256withRSA"
                                : "SHA256withECDSA";
                return new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder(signature)
                                                .build(issuerKeys.getPrivate())));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    /// @param parts certificates, keys or Bouncy Castle's PEM objects
    static byte[] pem(Object... parts) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            for (Object part : parts) {
                pem.writeObject(part);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
