package dev.nameplate.demo;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/// Another company's certificate authority, for certificates that a customer brings along.
public final class ForeignCa {
    private final SecureRandom random;
    private final Instant now;
    private final KeyPair rootKey;
    private final KeyPair intermediateKey;
    private final X509Certificate root;
    private final X509Certificate intermediate;

    public ForeignCa(SecureRandom random, Instant now) {
        this.random = random;
        this.now = now;
        this.rootKey = newKey();
        this.intermediateKey = newKey();
        X500Name rootName = new X500Name("CN=Foreign Root,O=Another Company");
        this.root = sign(rootName, rootKey, rootName, rootKey, null);
        this.intermediate =
                sign(
                        new X500Name("CN=Foreign Intermediate,O=Another Company"),
                        intermediateKey,
                        rootName,
                        rootKey,
                        null);
    }

    X509Certificate root() {
        return root;
    }

    /// What a server trusts that accepts what this authority issues.
    public String rootPem() {
        try {
            return pem(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Leaf, its key, and the chain, as PEM text.
    record Triple(String certificate, String privateKey, String chain) {
        @Override
        public String toString() {
            return "Triple[redacted]";
        }
    }

    Triple issue(List<String> names) {
        KeyPair key = newKey();
        X509Certificate leaf =
                sign(
                        new X500Name("CN=" + names.getFirst()),
                        key,
                        new X500Name("CN=Foreign Intermediate,O=Another Company"),
                        intermediateKey,
                        names);
        try {
            return new Triple(
                    pem(leaf),
                    pem(new JcaPKCS8Generator(key.getPrivate(), null)),
                    pem(intermediate) + pem(root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(
            X500Name subject,
            KeyPair key,
            X500Name issuer,
            KeyPair issuerKey,
            @Nullable List<String> names) {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            issuer,
                            new BigInteger(127, random),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(Duration.ofDays(90))),
                            subject,
                            key.getPublic());
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(names == null));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            names == null
                                    ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                                    : KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    identifiers.createSubjectKeyIdentifier(key.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(issuerKey.getPublic()));
            if (names != null) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
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
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
