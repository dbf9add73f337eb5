package dev.nameplate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Objects;

import javax.security.auth.x500.X500Principal;

/// A certificate authority of a test's own: P-256, a root and, where a test needs them, intermediates.
public final class TestCa {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyPair keys = newKeys();
    private final Instant now;
    private final String name;
    private final X509Certificate certificate;
    private final X509Certificate root;

    /// What a leaf brings along: this authority's certificate and those above it.
    private final String chain;

    /// @param now what it issues is valid from a day before to ninety days after
    public TestCa(Instant now) {
        this.now = now;
        this.name = "CN=Test Root";
        this.certificate = sign(new X500Principal(name), keys, true);
        this.root = certificate;
        this.chain = pem("CERTIFICATE", encoded(root));
    }

    private TestCa(TestCa above) {
        this.now = above.now;
        this.name = "CN=Below " + above.name.substring("CN=".length());
        this.certificate = above.sign(new X500Principal(name), keys, true);
        this.root = above.root;
        this.chain = pem("CERTIFICATE", encoded(certificate)) + above.chain;
    }

    /// An intermediate.
    public TestCa below() {
        return new TestCa(this);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public X509Certificate root() {
        return root;
    }

    /// A leaf with its key.
    public record Issued(X509Certificate certificate, KeyPair keys, String issuerPem) {
        public byte[] certificatePem() {
            return pem("CERTIFICATE", encoded(certificate)).getBytes(US_ASCII);
        }

        public byte[] privateKeyPem() {
            return pem("PRIVATE KEY", keys.getPrivate().getEncoded()).getBytes(US_ASCII);
        }

        public byte[] chainPem() {
            return issuerPem.getBytes(US_ASCII);
        }
    }

    /// For `names`, the first of which is also the common name.
    public Issued issue(String... names) {
        return issue(newKeys(), names);
    }

    /// One with an RSA key, the same for all: it takes long to make.
    public Issued issueRsa(String... names) {
        return issue(Rsa.KEYS, names);
    }

    /// One with an RSA key of 4,096 bits, the same for all and kept as a file: making one can take half a minute.
    public Issued issueLongRsa(String... names) {
        try (var file = TestCa.class.getResourceAsStream("/rsa-4096.pem")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), US_ASCII);
            byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
            KeyFactory factory = KeyFactory.getInstance("RSA");
            var key = (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(der));
            var half = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
            return issue(new KeyPair(factory.generatePublic(half), key), names);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static final class Rsa {
        static final KeyPair KEYS = newKeys();

        private static KeyPair newKeys() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048, RANDOM);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private Issued issue(KeyPair leaf, String... names) {
        X509Certificate issued = sign(new X500Principal("CN=" + names[0]), leaf, false, names);
        return new Issued(issued, leaf, chain);
    }

    /// Vouches for itself only, and has no chain.
    public static Issued selfSigned(Instant now, String name) {
        TestCa itself = new TestCa(now);
        X509Certificate certificate =
                itself.sign(new X500Principal(itself.name), itself.keys, false, name);
        return new Issued(certificate, itself.keys, "");
    }

    private X509Certificate sign(
            X500Principal subject, KeyPair of, boolean authority, String... names) {
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name(name),
                        new BigInteger(120, RANDOM).setBit(119),
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(Duration.ofDays(90))),
                        new X500Name(subject.getName()),
                        of.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            if (names.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                Arrays.stream(names)
                                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                                        .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate())));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException | OperatorCreationException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        label);
    }
}
