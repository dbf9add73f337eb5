package dev.nameplate.edge.testkit;

import dev.nameplate.edge.config.ServedCertificate;

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
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority for tests.
@SuppressWarnings("JavaUtilDate") // Bouncy Castle speaks it
public final class TestCa {
    private static final AtomicLong SERIALS = new AtomicLong(1);

    private final KeyPair keys = newKeys();
    private final X509Certificate root;

    public TestCa() {
        root =
                sign(
                        "CN=Test Root " + SERIALS.get(),
                        keys,
                        keys,
                        "CN=Test Root " + SERIALS.get(),
                        List.of());
    }

    public X509Certificate root() {
        return root;
    }

    public ServedCertificate issue(String... names) {
        return issue(newKeys(), names);
    }

    public ServedCertificate issue(KeyPair leafKeys, String... names) {
        try {
            X509Certificate leaf =
                    sign(
                            "CN=" + names[0],
                            leafKeys,
                            keys,
                            root.getSubjectX500Principal().getName(),
                            Arrays.asList(names));
            return new ServedCertificate(
                    names[0] + "#" + leaf.getSerialNumber(),
                    List.of(leaf.getEncoded()),
                    leafKeys.getPrivate().getEncoded());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// A client's context that trusts this authority only.
    public SSLContext trustingContext() {
        return context(null, new char[0]);
    }

    /// A server's context with a certificate of this authority.
    public SSLContext serverContext(String... names) {
        try {
            KeyPair leafKeys = newKeys();
            X509Certificate leaf =
                    sign(
                            "CN=" + names[0],
                            leafKeys,
                            keys,
                            root.getSubjectX500Principal().getName(),
                            Arrays.asList(names));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "leaf", leafKeys.getPrivate(), new char[0], new X509Certificate[] {leaf});
            return context(store, new char[0]);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private SSLContext context(
            @org.jspecify.annotations.Nullable KeyStore keyStore, char[] password) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("root", root);
            TrustManagerFactory trusted =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(trust);
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keyStore, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(
            String subject,
            KeyPair subjectKeys,
            KeyPair issuerKeys,
            String issuer,
            List<String> names) {
        try {
            Instant now = Instant.now();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name(issuer),
                            BigInteger.valueOf(SERIALS.incrementAndGet()),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(Duration.ofDays(1))),
                            new X500Name(subject),
                            subjectKeys.getPublic());
            if (names.isEmpty()) {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            } else {
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
                                            .build(issuerKeys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
