package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.enrolment.EnrolledCertificate;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.enrolment.EnrolledCertificates.Revoking;
import dev.nameplate.enrolment.Problem;
import dev.nameplate.pki.X509;

import java.security.MessageDigest;
import java.security.cert.CertificateException;

/// Revoking (RFC 8555 section 7.6): by the account that ordered the certificate, by one that is authorized for all its names,
/// or by the certificate's own key.
final class RevocationCalls {
    private final EnrolledCertificates certificates;

    RevocationCalls(EnrolledCertificates certificates) {
        this.certificates = certificates;
    }

    AcmeAnswer revoke(SignedCall call) {
        ObjectNode body = call.jws().body();
        EnrolledCertificate certificate =
                find(AcmeJson.base64(AcmeJson.required(body, "certificate"), "certificate"));
        Revoking by =
                call.account()
                        .<Revoking>map(Revoking.ByAccount::new)
                        .orElseGet(() -> byKey(call, certificate));
        certificates.revoke(certificate, by, reason(body));
        return AcmeAnswer.empty(200);
    }

    private EnrolledCertificate find(byte[] der) {
        try {
            return certificates
                    .find(X509.decode(der))
                    .orElseThrow(() ->
                            AcmeProblem.of(
                                    404,
                                    Problem.Kind.MALFORMED,
                                    "the certificate was not signed for an order here"));
        } catch (CertificateException _) {
            throw AcmeProblem.malformed("certificate is not the DER of a certificate");
        }
    }

    private static Revoking byKey(SignedCall call, EnrolledCertificate certificate) {
        if (!MessageDigest.isEqual(
                call.key().key().getEncoded(), certificate.leaf().getPublicKey().getEncoded())) {
            throw AcmeProblem.unauthorized("the request is not signed by the certificate's key");
        }
        return new Revoking.ByKey();
    }

    private static int reason(ObjectNode body) {
        JsonNode reason = body.path("reason");
        if (reason.isMissingNode() || reason.isNull()) {
            return 0;
        }
        if (!reason.canConvertToInt() || !reason.isIntegralNumber()) {
            throw AcmeProblem.of(
                    400, Problem.Kind.BAD_REVOCATION_REASON, "reason must be a whole number");
        }
        return reason.intValue();
    }
}
