package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/// A key that signs statuses in an authority's place, so that what strangers ask never reaches the authority's own key. It lives
/// in this process alone; its certificate is short-lived and says that nobody need ask for *its* status.
final class OcspSigner {
    private static final AlgorithmIdentifier ALGORITHM =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private final KeyPairs keyPairs;
    private final KeyPair keys;
    private final X509Certificate certificate;
    private final ResponderID id;
    private final DERSequence certificates;

    OcspSigner(Signatory authority, KeyPairs keyPairs) {
        this.keyPairs = keyPairs;
        this.keys = keyPairs.generate(KeyAlgorithm.EC_P256);
        this.certificate = authority.responder(keys.getPublic());
        try {
            byte[] key =
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded())
                            .getPublicKeyData()
                            .getBytes();
            // RFC 6960 section 4.2.1 knows no other hash here.
            this.id =
                    new ResponderID(
                            new DEROctetString(MessageDigest.getInstance("SHA-1").digest(key)));
            this.certificates = new DERSequence(Certificate.getInstance(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the OCSP signer's certificate has no encoding", e);
        }
    }

    /// Halfway through its certificate's life another takes over.
    boolean isFresh(Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        return now.isBefore(from.plus(Duration.between(from, to).dividedBy(2)));
    }

    Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    byte[] sign(List<SingleResponse> statuses, Optional<Extension> nonce, Instant now) {
        try {
            ResponseData data =
                    new ResponseData(
                            id,
                            new DERGeneralizedTime(Date.from(now)),
                            new DERSequence(statuses.toArray(ASN1Encodable[]::new)),
                            nonce.map(Extensions::new).orElse(null));
            Signature signature = keyPairs.signature("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(data.getEncoded("DER"));
            BasicOCSPResponse basic =
                    new BasicOCSPResponse(
                            data, ALGORITHM, new DERBitString(signature.sign()), certificates);
            return new OCSPResponse(
                            new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL),
                            new ResponseBytes(
                                    OCSPObjectIdentifiers.id_pkix_ocsp_basic,
                                    new DEROctetString(basic.getEncoded("DER"))))
                    .getEncoded("DER");
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a status cannot be signed", e);
        }
    }
}
