package dev.nameplate.testkit;

import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A root, an intermediate and what they sign, rightly or wrongly.
final class FaultCaAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final X500Name ROOT = new X500Name("CN=Fault Root");
    private static final X500Name INTERMEDIATE = new X500Name("CN=Fault Intermediate");

    private final KeyPair rootKeys = newKeys();
    private final KeyPair keys = newKeys();
    private final X509Certificate root;
    private final X509Certificate intermediate;

    FaultCaAuthority(Instant now) {
        this.root = authority(ROOT, rootKeys.getPublic(), now);
        this.intermediate = authority(INTERMEDIATE, keys.getPublic(), now);
    }

    X509Certificate root() {
        return root;
    }

    /// A leaf and what comes with it, in the order in which it is handed out.
    List<X509Certificate> issue(
            JcaPKCS10CertificationRequest request,
            List<String> names,
            FaultCaIssuance kind,
            Instant now,
            Duration life) {
        PublicKey key = publicKey(request);
        Instant from = now.minus(Duration.ofHours(1));
        X509Certificate right = leaf(key, names, from, now.plus(life), keys.getPrivate());
        return switch (kind) {
            case RIGHT, CUT_SHORT, EMPTY -> List.of(right, intermediate);
            case NO_INTERMEDIATE -> List.of(right);
            case OTHER_KEY ->
                    chain(leaf(newKeys().getPublic(), names, from, now.plus(life), signer()));
            case OTHER_NAMES ->
                    chain(leaf(key, List.of("other.example"), from, now.plus(life), signer()));
            case NAME_MISSING ->
                    chain(
                            leaf(
                                    key,
                                    names.subList(1, names.size()),
                                    from,
                                    now.plus(life),
                                    signer()));
            case EXPIRED ->
                    chain(
                            leaf(
                                    key,
                                    names,
                                    now.minus(Duration.ofDays(90)),
                                    now.minus(Duration.ofDays(1)),
                                    signer()));
            case OTHER_INTERMEDIATE ->
                    List.of(right, authority(INTERMEDIATE, newKeys().getPublic(), now));
            case BAD_SIGNATURE ->
                    chain(leaf(key, names, from, now.plus(life), newKeys().getPrivate()));
        };
    }

    /// The names that a request asks for.
    static SortedSet<String> names(JcaPKCS10CertificationRequest request) {
        return Stream.of(request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest))
                .map(attribute -> Extensions.getInstance(attribute.getAttrValues().getObjectAt(0)))
                .map(asked -> GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName))
                .flatMap(all -> Stream.of(all.getNames()))
                .map(name -> name.getName().toString())
                .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
    }

    static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                    .formatted(
                            Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(certificate.getEncoded()));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// In hexadecimal.
    static String serial(byte[] certificate) {
        try {
            return new X509CertificateHolder(certificate).getSerialNumber().toString(16);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private PrivateKey signer() {
        return keys.getPrivate();
    }

    private List<X509Certificate> chain(X509Certificate leaf) {
        return List.of(leaf, intermediate);
    }

    private X509Certificate authority(X500Name subject, PublicKey key, Instant now) {
        try {
            X509v3CertificateBuilder builder =
                    builder(
                            ROOT,
                            subject,
                            key,
                            now.minus(Duration.ofDays(1)),
                            now.plus(Duration.ofDays(3650)));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return signed(builder, key, rootKeys.getPublic(), rootKeys.getPrivate());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private X509Certificate leaf(
            PublicKey key, List<String> names, Instant from, Instant to, PrivateKey signer) {
        try {
            X509v3CertificateBuilder builder =
                    builder(INTERMEDIATE, new X500Name(new RDN[0]), key, from, to);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    true,
                    new GeneralNames(
                            names.stream()
                                    .map(name -> new GeneralName(GeneralName.dNSName, name))
                                    .toArray(GeneralName[]::new)));
            return signed(builder, key, keys.getPublic(), signer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant from, Instant to) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, RANDOM).setBit(119),
                Date.from(from),
                Date.from(to),
                subject,
                key);
    }

    private static X509Certificate signed(
            X509v3CertificateBuilder builder, PublicKey key, PublicKey issuer, PrivateKey signer)
            throws IOException {
        try {
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(key));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    utils.createAuthorityKeyIdentifier(issuer));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (GeneralSecurityException | OperatorCreationException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static PublicKey publicKey(JcaPKCS10CertificationRequest request) {
        try {
            return request.getPublicKey();
        } catch (GeneralSecurityException failed) {
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
}
