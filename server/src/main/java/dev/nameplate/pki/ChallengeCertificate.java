package dev.nameplate.pki;

import dev.nameplate.names.DomainName;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;

/// What an ACME authority is shown in a handshake (RFC 8737 §3): a self-signed certificate for one name, with the digest of the key
/// authorization. Worth nothing to anybody else, so it is made anew each time and kept nowhere.
@SuppressWarnings("ArrayRecordComponent") // handed on once
public record ChallengeCertificate(byte[] der, PrivateKey key) {
    /// id-pe-acmeIdentifier.
    static final ASN1ObjectIdentifier ACME_IDENTIFIER =
            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");

    private static final AlgorithmIdentifier ECDSA =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private static final X500Name NAME = new X500Name("CN=ACME challenge");
    private static final int SERIAL_BYTES = 16;

    /// Clocks of authorities differ.
    private static final Duration EARLIER = Duration.ofDays(1);

    private static final Duration LIFE = Duration.ofDays(7);

    public static ChallengeCertificate of(
            DomainName host, String keyAuthorization, KeyPairs keyPairs, Instant now) {
        KeyPair keys = keyPairs.generate(KeyAlgorithm.EC_P256);
        byte[] publicKey = keys.getPublic().getEncoded();
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(
                new ASN1Integer(new BigInteger(1, Arrays.copyOf(sha256(publicKey), SERIAL_BYTES))));
        tbs.setSignature(ECDSA);
        tbs.setIssuer(NAME);
        tbs.setSubject(NAME);
        tbs.setStartDate(new Time(Date.from(now.minus(EARLIER))));
        tbs.setEndDate(new Time(Date.from(now.plus(LIFE))));
        tbs.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(publicKey));
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, host.ascii())));
            extensions.addExtension(
                    ACME_IDENTIFIER,
                    true,
                    new DEROctetString(
                            sha256(keyAuthorization.getBytes(StandardCharsets.US_ASCII))));
            tbs.setExtensions(extensions.generate());
            return new ChallengeCertificate(
                    signed(tbs.generateTBSCertificate(), keys, keyPairs), keys.getPrivate());
        } catch (IOException e) {
            throw new UncheckedIOException("a challenge's certificate cannot be encoded", e);
        }
    }

    private static byte[] signed(TBSCertificate tbs, KeyPair keys, KeyPairs keyPairs)
            throws IOException {
        try {
            Signature signature = keyPairs.signature("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(tbs.getEncoded("DER"));
            return new DERSequence(
                            new ASN1Encodable[] {tbs, ECDSA, new DERBitString(signature.sign())})
                    .getEncoded("DER");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a fresh P-256 key cannot sign", e);
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ChallengeCertificate[" + der.length + " bytes]";
    }
}
