package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.State;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;

import software.amazon.awssdk.services.lightsail.model.CertificateDomainValidationStatus;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationState;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationStateCode;
import software.amazon.awssdk.services.lightsail.model.DomainValidationRecord;

import java.time.Instant;

/// A certificate in Lightsail's words. Decides nothing but the words.
final class CertificateView {
    private CertificateView() {}

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

    /// @param uses how many resources serve the certificate
    static software.amazon.awssdk.services.lightsail.model.Certificate detail(
            NamedResource resource, Certificate certificate, int uses, Instant now) {
        CertificateStatus status = status(certificate, now);
        var detail =
                software.amazon.awssdk.services.lightsail.model.Certificate.builder()
                        .arn(resource.arn().toString())
                        .name(resource.name())
                        .domainName(certificate.primaryName().ascii())
                        .status(status)
                        .subjectAlternativeNames(
                                certificate.names().stream().map(DomainName::ascii).toList())
                        .domainValidationRecords(
                                certificate.proofs().stream()
                                        .map(proof -> record(proof, certificate.state()))
                                        .toList())
                        .inUseResourceCount(uses)
                        .keyAlgorithm(keyAlgorithm(certificate.keyAlgorithm()))
                        .createdAt(resource.createdAt())
                        .eligibleToRenew(
                                status == CertificateStatus.ISSUED && uses > 0
                                        ? "ELIGIBLE"
                                        : "INELIGIBLE")
                        .supportCode(SupportCode.of(certificate));
        switch (certificate.state()) {
            case State.Issued issued -> addIssued(detail, issued);
            case State.Revoked revoked -> {
                addIssued(detail, revoked.issued());
                detail.revokedAt(revoked.at()).revocationReason(revoked.reason().name());
            }
            case State.Failed failed -> detail.requestFailureReason(failed.reason().name());
            case State.Pending _, State.TimedOut _ -> {}
        }
        return detail.build();
    }

    private static void addIssued(
            software.amazon.awssdk.services.lightsail.model.Certificate.Builder detail,
            State.Issued issued) {
        detail.serialNumber(issued.serial())
                .issuedAt(issued.issuedAt())
                .issuerCA(issued.issuer())
                .notBefore(issued.notBefore())
                .notAfter(issued.notAfter());
    }

    /// Lightsail's own certificates read `RSA-2048`: ACM's word with a hyphen. The others follow suit.
    static String keyAlgorithm(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_1024 -> "RSA-1024";
            case RSA_2048 -> "RSA-2048";
            case RSA_3072 -> "RSA-3072";
            case RSA_4096 -> "RSA-4096";
            case EC_P256 -> "EC-prime256v1";
            case EC_P384 -> "EC-secp384r1";
            case EC_P521 -> "EC-secp521r1";
        };
    }

    private static DomainValidationRecord record(Proof proof, State state) {
        return DomainValidationRecord.builder()
                .domainName(proof.name().ascii())
                .validationStatus(validationStatus(proof, state))
                .dnsRecordCreationState(creationState(proof))
                .resourceRecord(cname ->
                        cname.name(proof.record().name())
                                .type("CNAME")
                                .value(proof.record().value()))
                .build();
    }

    /// A decided certificate has decided proofs, whatever the last look saw.
    private static CertificateDomainValidationStatus validationStatus(Proof proof, State state) {
        return switch (state) {
            case State.Issued _, State.Revoked _ -> CertificateDomainValidationStatus.SUCCESS;
            case State.TimedOut _ ->
                    proof.status() == Proof.Status.SUCCESS
                            ? CertificateDomainValidationStatus.SUCCESS
                            : CertificateDomainValidationStatus.FAILED;
            case State.Pending _, State.Failed _ ->
                    switch (proof.status()) {
                        case PENDING -> CertificateDomainValidationStatus.PENDING_VALIDATION;
                        case SUCCESS -> CertificateDomainValidationStatus.SUCCESS;
                        case FAILED -> CertificateDomainValidationStatus.FAILED;
                    };
        };
    }

    private static DnsRecordCreationState creationState(Proof proof) {
        return switch (proof.automatic()) {
            case SUCCEEDED ->
                    DnsRecordCreationState.builder()
                            .code(DnsRecordCreationStateCode.SUCCEEDED)
                            .message("The record was written to this account's DNS zone.")
                            .build();
            case NONE ->
                    DnsRecordCreationState.builder()
                            .code(DnsRecordCreationStateCode.FAILED)
                            .message(
                                    "No DNS zone of this account hosts "
                                            + proof.name().base()
                                            + ". Create the CNAME record where its DNS is hosted.")
                            .build();
        };
    }
}
