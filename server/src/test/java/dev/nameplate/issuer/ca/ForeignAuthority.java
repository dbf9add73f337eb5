package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.Pem;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;

/// An enterprise's own authority, made as other software makes one: SHA-1 key identifiers, RSA or EC, any depth.
final class ForeignAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyPairs KEYS = KeyPairs.fastest(RANDOM);

    record Spec(
            String name,
            KeyAlgorithm keys,
            int usage,
            int pathLength,
            boolean authority,
            Instant from,
            Instant to,
            String signature,
            BigInteger serial,
            List<Extra> extras) {
        private record Extra(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {}

        static Spec of(String name, KeyAlgorithm keys) {
            return new Spec(
                    name,
                    keys,
                    KeyUsage.keyCertSign | KeyUsage.cRLSign,
                    5,
                    true,
                    Instant.parse("2025-01-01T00:00:00Z"),
                    Instant.parse("2035-01-01T00:00:00Z"),
                    "SHA256with",
                    new BigInteger(100, RANDOM).setBit(99),
                    List.of());
        }

        Spec usage(int other) {
            return new Spec(
                    name, keys, other, pathLength, authority, from, to, signature, serial, extras);
        }

        Spec pathLength(int other) {
            return new Spec(
                    name, keys, usage, other, authority, from, to, signature, serial, extras);
        }

        Spec noAuthority() {
            return new Spec(
                    name, keys, usage, pathLength, false, from, to, signature, serial, extras);
        }

        Spec valid(String first, String last) {
            return new Spec(
                    name,
                    keys,
                    usage,
                    pathLength,
                    authority,
                    Instant.parse(first),
                    Instant.parse(last),
                    signature,
                    serial,
                    extras);
        }

        Spec signedBy(String other) {
            return new Spec(
                    name, keys, usage, pathLength, authority, from, to, other, serial, extras);
        }

        Spec serial(BigInteger other) {
            return new Spec(
                    name, keys, usage, pathLength, authority, from, to, signature, other, extras);
        }

        Spec with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
            return new Spec(
                    name,
                    keys,
                    usage,
                    pathLength,
                    authority,
                    from,
                    to,
                    signature,
                    serial,
                    Stream.concat(extras.stream(), Stream.of(new Extra(oid, critical, value)))
                            .toList());
        }
    }

    final X509Certificate certificate;
    private final KeyPair keys;

    private ForeignAuthority(X509Certificate certificate, KeyPair keys) {
        this.certificate = certificate;
        this.keys = keys;
    }

    static ForeignAuthority root(Spec spec) {
        KeyPair own = KEYS.generate(spec.keys());
        return new ForeignAuthority(
                sign(new X500Name(spec.name()), own.getPrivate(), spec, own.getPublic()), own);
    }

    ForeignAuthority below(Spec spec) {
        KeyPair own = KEYS.generate(spec.keys());
        return new ForeignAuthority(sign(spec, own.getPublic()), own);
    }

    /// The certificate for a key made elsewhere.
    X509Certificate sign(Spec spec, PublicKey key) {
        return sign(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                keys.getPrivate(),
                spec,
                key);
    }

    PrivateKey key() {
        return keys.getPrivate();
    }

    private static X509Certificate sign(
            X500Name issuer, PrivateKey signing, Spec spec, PublicKey key) {
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            issuer,
                            spec.serial(),
                            Date.from(spec.from()),
                            Date.from(spec.to()),
                            new X500Name(spec.name()),
                            key);
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    spec.authority()
                            ? new BasicConstraints(spec.pathLength())
                            : new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(spec.usage()));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new SubjectKeyIdentifier(
                            new JcaX509ExtensionUtils()
                                    .createSubjectKeyIdentifier(
                                            SubjectPublicKeyInfo.getInstance(key.getEncoded()))
                                    .getKeyIdentifier()));
            for (Spec.Extra extra : spec.extras()) {
                builder.addExtension(extra.oid(), extra.critical(), extra.value());
            }
            String scheme =
                    spec.signature() + (signing.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(scheme).build(signing)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static byte[] pem(X509Certificate... certificates) {
        return Pem.of(List.of(certificates)).getBytes(StandardCharsets.US_ASCII);
    }
}
