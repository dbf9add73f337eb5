package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.State;
import dev.nameplate.pki.KeyAlgorithm;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateType;

import java.time.Instant;

/// ACM's words for what a certificate is.
final class Words {
    private Words() {}

    static CertificateStatus status(Certificate certificate, Instant now) {
        return switch (certificate.state()) {
            case State.Pending _ -> CertificateStatus.PENDING_VALIDATION;
            case State.Issued issued ->
                    issued.isExpired(now) ? CertificateStatus.EXPIRED : CertificateStatus.ISSUED;
            case State.Failed _ -> CertificateStatus.FAILED;
            case State.TimedOut _ -> CertificateStatus.VALIDATION_TIMED_OUT;
            case State.Revoked _ -> CertificateStatus.REVOKED;
        };
    }

    /// The word of the enumeration. The live service writes a hyphen (`RSA-2048`) in some answers; every client takes this one.
    static String keyAlgorithm(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_1024 -> "RSA_1024";
            case RSA_2048 -> "RSA_2048";
            case RSA_3072 -> "RSA_3072";
            case RSA_4096 -> "RSA_4096";
            case EC_P256 -> "EC_prime256v1";
            case EC_P384 -> "EC_secp384r1";
            case EC_P521 -> "EC_secp521r1";
        };
    }

    /// @param word null where the request leaves the choice to ACM
    static KeyAlgorithm requestable(@Nullable String word) {
        if (word == null) {
            return KeyAlgorithm.RSA_2048;
        }
        return switch (word) {
            case "RSA_2048" -> KeyAlgorithm.RSA_2048;
            case "EC_prime256v1" -> KeyAlgorithm.EC_P256;
            case "EC_secp384r1" -> KeyAlgorithm.EC_P384;
            default ->
                    throw Refusal.validation(
                            "The key algorithm "
                                    + word
                                    + " cannot be requested. Use RSA_2048, EC_prime256v1 or"
                                    + " EC_secp384r1; others can be imported.");
        };
    }

    static CertificateType type(Certificate certificate) {
        return certificate.origin() == Origin.IMPORTED
                ? CertificateType.IMPORTED
                : CertificateType.AMAZON_ISSUED;
    }
}
