package dev.nameplate.issuer.ca.revocation;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// An authority as OCSP names it: by hashes of its name and its key.
record IssuerHashes(Map<ASN1ObjectIdentifier, Pair> byAlgorithm) {
    /// What clients use: SHA-1 nearly all (RFC 5019 section 2.1.1), SHA-256 those that have been told to (RFC 9654).
    private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS =
            Map.of(
                    OIWObjectIdentifiers.idSHA1, "SHA-1",
                    NISTObjectIdentifiers.id_sha256, "SHA-256");

    @SuppressWarnings("ArrayRecordComponent") // compared by content where it is used
    private record Pair(byte[] name, byte[] key) {}

    static IssuerHashes of(X509Certificate issuer) {
        byte[] key =
                SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())
                        .getPublicKeyData()
                        .getBytes();
        byte[] name = issuer.getSubjectX500Principal().getEncoded();
        Map<ASN1ObjectIdentifier, Pair> pairs = new HashMap<>();
        ALGORITHMS.forEach(
                (oid, word) -> pairs.put(oid, new Pair(hash(word, name), hash(word, key))));
        return new IssuerHashes(Map.copyOf(pairs));
    }

    boolean isMeantBy(CertID id) {
        AlgorithmIdentifier algorithm = id.getHashAlgorithm();
        boolean plain =
                algorithm.getParameters() == null
                        || DERNull.INSTANCE.equals(algorithm.getParameters());
        return plain
                && Optional.ofNullable(byAlgorithm.get(algorithm.getAlgorithm()))
                        .filter(pair ->
                                Arrays.equals(pair.name(), id.getIssuerNameHash().getOctets()))
                        .filter(pair ->
                                Arrays.equals(pair.key(), id.getIssuerKeyHash().getOctets()))
                        .isPresent();
    }

    /// How most clients would ask for a certificate.
    CertID id(BigInteger serial) {
        Pair pair = Objects.requireNonNull(byAlgorithm.get(OIWObjectIdentifiers.idSHA1));
        return new CertID(
                new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE),
                new DEROctetString(pair.name()),
                new DEROctetString(pair.key()),
                new ASN1Integer(serial));
    }

    private static byte[] hash(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
