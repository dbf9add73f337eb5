package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.State;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Zones;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;

import software.amazon.awssdk.services.lightsail.model.CertificateDomainValidationStatus;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationState;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationStateCode;
import software.amazon.awssdk.services.lightsail.model.DomainValidationRecord;
import software.amazon.awssdk.services.lightsail.model.RenewalStatus;
import software.amazon.awssdk.services.lightsail.model.RenewalSummary;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

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
    /// @param standing where a validation record stands in the account's own zones
    static software.amazon.awssdk.services.lightsail.model.Certificate detail(
            NamedResource resource,
            Certificate certificate,
            int uses,
            Function<CnameRecord, Zones.Standing> standing,
            Instant now) {
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
                                records(
                                        certificate,
                                        proof -> validationStatus(proof, certificate.state()),
                                        standing))
                        .inUseResourceCount(uses)
                        .keyAlgorithm(keyAlgorithm(certificate.keyAlgorithm()))
                        .createdAt(resource.createdAt())
                        .eligibleToRenew(
                                status == CertificateStatus.ISSUED && uses > 0
                                        ? "ELIGIBLE"
                                        : "INELIGIBLE")
                        .supportCode(SupportCode.of(certificate));
        certificate
                .renewal()
                .ifPresent(renewal ->
                        detail.renewalSummary(renewalSummary(certificate, renewal, standing)));
        switch (certificate.state()) {
            case State.Issued issued -> addIssued(detail, issued);
            case State.Revoked revoked -> {
                addIssued(detail, revoked.issued());
                detail.revokedAt(revoked.at()).revocationReason(word(revoked.reason()));
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

    private static RenewalSummary renewalSummary(
            Certificate certificate,
            Renewal renewal,
            Function<CnameRecord, Zones.Standing> standing) {
        List<Proof> proofs = certificate.proofs();
        return RenewalSummary.builder()
                .renewalStatus(
                        switch (renewal.status()) {
                            case PENDING_AUTO_RENEWAL -> RenewalStatus.PENDING_AUTO_RENEWAL;
                            case PENDING_VALIDATION -> RenewalStatus.PENDING_VALIDATION;
                            case SUCCESS -> RenewalStatus.SUCCESS;
                            case FAILED -> RenewalStatus.FAILED;
                        })
                .renewalStatusReason(renewal.reason().orElse(null))
                .updatedAt(renewal.updatedAt())
                .domainValidationRecords(
                        records(
                                certificate,
                                proof -> word(renewal.names().get(proofs.indexOf(proof))),
                                standing))
                .build();
    }

    /// None where the name itself was refused: there is nothing that its owner could show.
    private static List<DomainValidationRecord> records(
            Certificate certificate,
            Function<Proof, CertificateDomainValidationStatus> status,
            Function<CnameRecord, Zones.Standing> standing) {
        if (certificate.state() instanceof State.Failed failed && isOfTheName(failed)) {
            return List.of();
        }
        return certificate.proofs().stream()
                .map(proof ->
                        DomainValidationRecord.builder()
                                .domainName(proof.name().ascii())
                                .validationStatus(status.apply(proof))
                                .dnsRecordCreationState(
                                        creationState(proof.name(), standing.apply(proof.record())))
                                .resourceRecord(cname ->
                                        cname.name(proof.record().name())
                                                .type("CNAME")
                                                .value(proof.record().value()))
                                .build())
                .toList();
    }

    private static boolean isOfTheName(State.Failed failed) {
        return switch (failed.reason()) {
            case DOMAIN_NOT_ALLOWED, INVALID_PUBLIC_DOMAIN -> true;
            case CAA_ERROR, OTHER -> false;
        };
    }

    /// AWS spells two of RFC 5280's reasons in its own way.
    private static String word(RevocationReason reason) {
        return switch (reason) {
            case SUPERSEDED -> "SUPERCEDED";
            case AA_COMPROMISE -> "A_A_COMPROMISE";
            case UNSPECIFIED,
                    KEY_COMPROMISE,
                    CA_COMPROMISE,
                    AFFILIATION_CHANGED,
                    CESSATION_OF_OPERATION,
                    CERTIFICATE_HOLD,
                    REMOVE_FROM_CRL,
                    PRIVILEGE_WITHDRAWN ->
                    reason.name();
        };
    }

    /// A decided certificate has decided proofs, whatever the last look saw.
    private static CertificateDomainValidationStatus validationStatus(Proof proof, State state) {
        return switch (state) {
            case State.Issued _, State.Revoked _ -> CertificateDomainValidationStatus.SUCCESS;
            case State.TimedOut _ ->
                    proof.status() == Proof.Status.SUCCESS
                            ? CertificateDomainValidationStatus.SUCCESS
                            : CertificateDomainValidationStatus.FAILED;
            case State.Pending _, State.Failed _ -> word(proof.status());
        };
    }

    private static CertificateDomainValidationStatus word(Proof.Status status) {
        return switch (status) {
            case PENDING -> CertificateDomainValidationStatus.PENDING_VALIDATION;
            case SUCCESS -> CertificateDomainValidationStatus.SUCCESS;
            case FAILED -> CertificateDomainValidationStatus.FAILED;
        };
    }

    /// Never STARTED: the record is written in the transaction that needs it.
    private static DnsRecordCreationState creationState(DomainName name, Zones.Standing standing) {
        return switch (standing) {
            case SHOWN ->
                    creationState(
                            DnsRecordCreationStateCode.SUCCEEDED,
                            "The record was written to this account's DNS zone.");
            case DISPLACED ->
                    creationState(
                            DnsRecordCreationStateCode.FAILED,
                            "Another entry stands at the record's name in this account's DNS zone."
                                    + " Delete that entry.");
            case NO_ZONE ->
                    creationState(
                            DnsRecordCreationStateCode.FAILED,
                            "No DNS zone of this account hosts "
                                    + name.base()
                                    + ". Create the CNAME record where its DNS is hosted.");
        };
    }

    private static DnsRecordCreationState creationState(
            DnsRecordCreationStateCode code, String message) {
        return DnsRecordCreationState.builder().code(code).message(message).build();
    }
}
