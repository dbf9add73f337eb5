package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequenceGenerator;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;

/// A name and a key that sign: the root, the intermediate, or the throw-away signer of the lints.
final class Authority {
    /// @param jca the name that JCA has for it
    private record Scheme(String jca, AlgorithmIdentifier identifier) {}

    private static final Scheme RSA =
            new Scheme(
                    "SHA256withRSA",
                    // RFC 4055 section 5: the parameters of RSA are NULL; RFC 5758: those of ECDSA
                    // are left out.
                    new AlgorithmIdentifier(
                            PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE));

    private static final Scheme P256 =
            new Scheme(
                    "SHA256withECDSA",
                    new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256));

    private static final Scheme P384 =
            new Scheme(
                    "SHA384withECDSA",
                    new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384));

    private final X500Name name;
    private final byte[] keyId;
    private final KeyAlgorithm keyAlgorithm;
    private final PrivateKey key;
    private final KeyPairs keyPairs;

    Authority(X500Name name, PublicKey publicKey, PrivateKey key, KeyPairs keyPairs) {
        this(
                name,
                keyId(SubjectPublicKeyInfo.getInstance(publicKey.getEncoded())),
                publicKey,
                key,
                keyPairs);
    }

    private Authority(
            X500Name name, byte[] keyId, PublicKey publicKey, PrivateKey key, KeyPairs keyPairs) {
        this.name = name;
        this.keyId = keyId;
        this.keyAlgorithm =
                KeyPairs.algorithmOf(publicKey)
                        .orElseThrow(
                                () -> new IllegalArgumentException("not a key an authority has"));
        this.key = keyPairs.forSigning(key);
        this.keyPairs = keyPairs;
    }

    /// The authority of a certificate: what its subject says, and its own subject key identifier however that was made.
    static Authority of(X509Certificate certificate, PrivateKey key, KeyPairs keyPairs) {
        return new Authority(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                subjectKeyId(certificate)
                        .orElseGet(() ->
                                keyId(
                                        SubjectPublicKeyInfo.getInstance(
                                                certificate.getPublicKey().getEncoded()))),
                certificate.getPublicKey(),
                key,
                keyPairs);
    }

    static Optional<byte[]> subjectKeyId(X509Certificate certificate) {
        return Optional.ofNullable(
                        certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId()))
                .map(value ->
                        SubjectKeyIdentifier.getInstance(
                                        ASN1OctetString.getInstance(value).getOctets())
                                .getKeyIdentifier());
    }

    /// Whether it says by its key identifier which key signed it.
    static boolean namesIssuerKey(X509Certificate certificate) {
        return Optional.ofNullable(
                        certificate.getExtensionValue(Extension.authorityKeyIdentifier.getId()))
                .map(value ->
                        AuthorityKeyIdentifier.getInstance(
                                ASN1OctetString.getInstance(value).getOctets()))
                .filter(identifier -> identifier.getKeyIdentifierOctets() != null)
                .isPresent();
    }

    /// The same name and kind of key, with another key.
    Authority imitation() {
        KeyPair other = keyPairs.generate(keyAlgorithm);
        return new Authority(name, keyId, other.getPublic(), other.getPrivate(), keyPairs);
    }

    X500Name name() {
        return name;
    }

    byte[] keyId() {
        return keyId.clone();
    }

    AlgorithmIdentifier signatureAlgorithm() {
        return scheme(keyAlgorithm).identifier();
    }

    private static Scheme scheme(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case EC_P256 -> P256;
            case EC_P384 -> P384;
            case RSA_2048, RSA_3072, RSA_4096 -> RSA;
            case RSA_1024, EC_P521 ->
                    throw new IllegalArgumentException(
                            "the authority's keys are P-256, P-384 or RSA of 2048, 3072 or 4096 bits, not "
                                    + algorithm);
        };
    }

    /// Signs whatever it is given. What reaches this for a leaf has passed [Lint].
    ///
    /// @param encoded `tbs` in DER
    X509Certificate sign(TBSCertificate tbs, byte[] encoded) {
        try {
            return parse(signToDer(tbs, encoded));
        } catch (CertificateException e) {
            throw new IllegalStateException("what was signed does not parse", e);
        }
    }

    /// @param encoded `tbs` in DER: to encode it anew would take longer than to sign
    byte[] signToDer(TBSCertificate tbs, byte[] encoded) {
        try {
            ByteArrayOutputStream der = new ByteArrayOutputStream();
            DERSequenceGenerator certificate = new DERSequenceGenerator(der);
            certificate.getRawOutputStream().write(encoded);
            certificate.addObject(tbs.getSignature());
            certificate.addObject(new DERBitString(signature(encoded)));
            certificate.close();
            return der.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("the certificate authority's key cannot sign", e);
        }
    }

    /// By [#signatureAlgorithm()], over any bytes.
    byte[] signature(byte[] content) {
        try {
            Signature signature = keyPairs.signature(scheme(keyAlgorithm).jca());
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate authority's key cannot sign", e);
        }
    }

    static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    /// RFC 7093 section 2, method 1: the first 160 bits of SHA-256 over the key's bits.
    static byte[] keyId(SubjectPublicKeyInfo key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(key.getPublicKeyData().getBytes());
            return Arrays.copyOf(hash, 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
