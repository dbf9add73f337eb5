package dev.nameplate.issuer.ca;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/// A name and a key that sign: the root, the intermediate, or the throw-away signer of the lints.
final class Authority {
    private final X500Name name;
    private final byte[] keyId;
    private final KeyAlgorithm keyAlgorithm;
    private final PrivateKey key;
    private final KeyPairs keyPairs;

    Authority(X500Name name, PublicKey publicKey, PrivateKey key, KeyPairs keyPairs) {
        this.name = name;
        this.keyId = keyId(SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()));
        this.keyAlgorithm =
                KeyPairs.algorithmOf(publicKey)
                        .orElseThrow(
                                () -> new IllegalArgumentException("not a key an authority has"));
        this.key = key;
        this.keyPairs = keyPairs;
    }

    X500Name name() {
        return name;
    }

    byte[] keyId() {
        return keyId.clone();
    }

    KeyAlgorithm keyAlgorithm() {
        return keyAlgorithm;
    }

    AlgorithmIdentifier signatureAlgorithm() {
        return signatureAlgorithm(keyAlgorithm);
    }

    private static AlgorithmIdentifier signatureAlgorithm(KeyAlgorithm algorithm) {
        ASN1ObjectIdentifier oid =
                isP384(algorithm)
                        ? X9ObjectIdentifiers.ecdsa_with_SHA384
                        : X9ObjectIdentifiers.ecdsa_with_SHA256;
        return new AlgorithmIdentifier(oid);
    }

    private static boolean isP384(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case EC_P256 -> false;
            case EC_P384 -> true;
            case RSA_1024, RSA_2048, RSA_3072, RSA_4096, EC_P521 ->
                    throw new IllegalArgumentException(
                            "the authority's keys are P-256 or P-384, not " + algorithm);
        };
    }

    /// Signs whatever it is given. What reaches this for a leaf has passed [Lint].
    X509Certificate sign(TBSCertificate tbs) {
        try {
            return parse(signToDer(tbs));
        } catch (CertificateException e) {
            throw new IllegalStateException("what was signed does not parse", e);
        }
    }

    byte[] signToDer(TBSCertificate tbs) {
        try {
            byte[] content = tbs.getEncoded("DER");
            Signature signature =
                    keyPairs.signature(
                            isP384(keyAlgorithm) ? "SHA384withECDSA" : "SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return new DERSequence(
                            new ASN1Encodable[] {
                                tbs, tbs.getSignature(), new DERBitString(signature.sign())
                            })
                    .getEncoded("DER");
        } catch (IOException | GeneralSecurityException e) {
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
