package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.pki.KeyAlgorithm;

import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateType;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

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

    static KeyAlgorithm keyAlgorithm(String word) {
        return Arrays.stream(KeyAlgorithm.values())
                .filter(algorithm -> keyAlgorithm(algorithm).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no key algorithm: " + word));
    }

    /// None where the word is `INACTIVE`, which nothing here ever is.
    static Condition inStatus(String word) {
        return switch (word) {
            case "PENDING_VALIDATION" -> new Condition.InStatus(Condition.Status.PENDING);
            case "VALIDATION_TIMED_OUT" -> new Condition.InStatus(Condition.Status.TIMED_OUT);
            case "INACTIVE" -> new Condition.Any(List.of());
            default -> new Condition.InStatus(Condition.Status.valueOf(word));
        };
    }

    static String reason(RevocationReason reason) {
        return reason == RevocationReason.AA_COMPROMISE ? "A_A_COMPROMISE" : reason.name();
    }

    /// AWS's model has both spellings of the fifth.
    static RevocationReason reason(String word) {
        return switch (word) {
            case "SUPERCEDED" -> RevocationReason.SUPERSEDED;
            case "A_A_COMPROMISE" -> RevocationReason.AA_COMPROMISE;
            default -> RevocationReason.valueOf(word);
        };
    }

    static Condition exportable(String word) {
        Condition enabled = new Condition.Exportable();
        return word.equals("ENABLED") ? enabled : new Condition.Not(enabled);
    }

    static Condition provenBy(String word) {
        return Arrays.stream(Validation.values())
                .filter(validation -> validation.name().equals(word))
                .findFirst()
                .<Condition>map(Condition.ProvenBy::new)
                .orElse(new Condition.Any(List.of()));
    }

    static Condition type(String word) {
        Condition imported = new Condition.From(Origin.IMPORTED);
        return switch (word) {
            case "IMPORTED" -> imported;
            case "AMAZON_ISSUED" -> new Condition.Not(imported);
            default -> new Condition.Any(List.of());
        };
    }

    static KeyAlgorithm requestable(String word) {
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
