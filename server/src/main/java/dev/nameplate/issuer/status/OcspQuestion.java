package dev.nameplate.issuer.status;

import dev.nameplate.certificate.RevocationStatus.Answer;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/// One question for one leaf, and how its answer is read (RFC 6960).
record OcspQuestion(CertificateID id, X509Certificate issuer) {
    static OcspQuestion of(X509Certificate leaf, X509Certificate issuer)
            throws GeneralSecurityException, OCSPException {
        try {
            // SHA-1, as every responder expects (RFC 5019 section 2.1.1): it names the issuer and
            // proves nothing.
            DigestCalculator sha1 =
                    new JcaDigestCalculatorProviderBuilder()
                            .build()
                            .get(
                                    new AlgorithmIdentifier(
                                            OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE));
            return new OcspQuestion(
                    new CertificateID(
                            sha1, new JcaX509CertificateHolder(issuer), leaf.getSerialNumber()),
                    issuer);
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    byte[] encoded() throws IOException, OCSPException {
        return new OCSPReqBuilder().addRequest(id).build().getEncoded();
    }

    Answer read(byte[] response, URI from, Instant now)
            throws IOException, GeneralSecurityException, OCSPException {
        OCSPResp answer = new OCSPResp(response);
        if (answer.getStatus() != OCSPResp.SUCCESSFUL
                || !(answer.getResponseObject() instanceof BasicOCSPResp basic)) {
            return new Answer.Unknown(from + " answers with status " + answer.getStatus() + ".");
        }
        if (!isSigned(basic, now)) {
            return new Answer.Unknown(
                    "What " + from + " answers is not signed in the name of the issuer.");
        }
        for (SingleResp single : basic.getResponses()) {
            if (isMine(single.getCertID()) && isCurrent(single, now)) {
                return told(single, from);
            }
        }
        return new Answer.Unknown(from + " says nothing current of this certificate.");
    }

    private static Answer told(SingleResp single, URI from) {
        // Bouncy Castle's word for good is null.
        @Nullable CertificateStatus status = single.getCertStatus();
        if (status == null) {
            return new Answer.Good(from + " calls it good.");
        }
        return status instanceof RevokedStatus revoked
                ? new Answer.Revoked(
                        "%s calls it revoked since %s."
                                .formatted(from, revoked.getRevocationTime().toInstant()))
                : new Answer.Unknown(from + " does not know it.");
    }

    private boolean isMine(CertificateID other) {
        return other.getSerialNumber().equals(id.getSerialNumber())
                && Arrays.equals(other.getIssuerKeyHash(), id.getIssuerKeyHash())
                && Arrays.equals(other.getIssuerNameHash(), id.getIssuerNameHash());
    }

    private static boolean isCurrent(SingleResp single, Instant now) {
        Instant from = single.getThisUpdate().toInstant();
        Optional<Instant> to = Optional.ofNullable(single.getNextUpdate()).map(Date::toInstant);
        return !from.minus(AuthorityStatus.SKEW).isAfter(now)
                && to.filter(end -> end.plus(AuthorityStatus.SKEW).isBefore(now)).isEmpty();
    }

    /// By the issuer itself, or by whom it has certified for that (RFC 6960 section 4.2.2.2).
    private boolean isSigned(BasicOCSPResp basic, Instant now)
            throws GeneralSecurityException, OCSPException {
        if (isSignedBy(basic, issuer.getPublicKey())) {
            return true;
        }
        for (X509CertificateHolder each : basic.getCerts()) {
            X509Certificate responder = new JcaX509CertificateConverter().getCertificate(each);
            if (mayAnswer(responder, now) && isSignedBy(basic, responder.getPublicKey())) {
                return true;
            }
        }
        return false;
    }

    private boolean mayAnswer(X509Certificate responder, Instant now)
            throws GeneralSecurityException {
        List<String> uses = Optional.ofNullable(responder.getExtendedKeyUsage()).orElse(List.of());
        if (!uses.contains(KeyPurposeId.id_kp_OCSPSigning.getId())
                || !responder.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                || responder.getNotAfter().toInstant().isBefore(now)) {
            return false;
        }
        responder.verify(issuer.getPublicKey());
        return true;
    }

    private static boolean isSignedBy(BasicOCSPResp basic, PublicKey key) throws OCSPException {
        try {
            return basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OperatorCreationException | OCSPException _) {
            // A key of another kind than the signature's.
            return false;
        }
    }
}
