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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        private record Extra(
                ASN1ObjectIdentifier oid, boolean critical, Optional<ASN1Encodable> value) {}

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

        /// In place of what is there by itself.
        Spec with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
            return with(new Extra(oid, critical, Optional.of(value)));
        }

        Spec without(ASN1ObjectIdentifier oid) {
            return with(new Extra(oid, false, Optional.empty()));
        }

        private Spec with(Extra extra) {
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
                    Stream.concat(extras.stream(), Stream.of(extra)).toList());
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
                sign(new X500Name(spec.name()), own, spec, own.getPublic()), own);
    }

    ForeignAuthority below(Spec spec) {
        KeyPair own = KEYS.generate(spec.keys());
        return new ForeignAuthority(sign(spec, own.getPublic()), own);
    }

    /// The certificate for a key made elsewhere.
    X509Certificate sign(Spec spec, PublicKey key) {
        return sign(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                keys,
                spec,
                key);
    }

    PrivateKey key() {
        return keys.getPrivate();
    }

    private static X509Certificate sign(
            X500Name issuer, KeyPair signing, Spec spec, PublicKey key) {
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            issuer,
                            spec.serial(),
                            Date.from(spec.from()),
                            Date.from(spec.to()),
                            new X500Name(spec.name()),
                            key);
            Map<ASN1ObjectIdentifier, Spec.Extra> extensions = new LinkedHashMap<>();
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            Stream.concat(
                            Stream.of(
                                    new Spec.Extra(
                                            Extension.basicConstraints,
                                            true,
                                            Optional.of(
                                                    spec.authority()
                                                            ? new BasicConstraints(
                                                                    spec.pathLength())
                                                            : new BasicConstraints(false))),
                                    new Spec.Extra(
                                            Extension.keyUsage,
                                            true,
                                            Optional.of(new KeyUsage(spec.usage()))),
                                    new Spec.Extra(
                                            Extension.subjectKeyIdentifier,
                                            false,
                                            Optional.of(
                                                    identifiers.createSubjectKeyIdentifier(key))),
                                    new Spec.Extra(
                                            Extension.authorityKeyIdentifier,
                                            false,
                                            Optional.of(
                                                    identifiers.createAuthorityKeyIdentifier(
                                                            signing.getPublic())))),
                            spec.extras().stream())
                    .forEach(extra -> extensions.put(extra.oid(), extra));
            for (Spec.Extra extra : extensions.values()) {
                if (extra.value().isPresent()) {
                    builder.addExtension(extra.oid(), extra.critical(), extra.value().get());
                }
            }
            String scheme =
                    spec.signature()
                            + (signing.getPrivate().getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder(scheme)
                                            .build(signing.getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static byte[] pem(X509Certificate... certificates) {
        return Pem.of(List.of(certificates)).getBytes(StandardCharsets.US_ASCII);
    }
}
