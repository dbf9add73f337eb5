package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.State;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateExport;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.DomainStatus;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.KeyUsage;
import software.amazon.awssdk.services.acm.model.RecordType;
import software.amazon.awssdk.services.acm.model.RenewalEligibility;
import software.amazon.awssdk.services.acm.model.ValidationMethod;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A certificate in ACM's shapes: which members are there depends on its state, because clients wait for them.
final class CertificateView {
    /// A summary shows no more of the names.
    private static final int MAX_SUMMARY_NAMES = 100;

    private CertificateView() {}

    /// @param users the resource keys of what serves it
    /// @param transparency the preference it was requested with
    static CertificateDetail detail(
            Certificate certificate,
            KeyUses uses,
            Set<String> users,
            String transparency,
            Instant now) {
        var detail =
                CertificateDetail.builder()
                        .certificateArn(CertificateArn.of(certificate).toString())
                        .subjectAlternativeNames(names(certificate))
                        .status(Words.status(certificate, now))
                        .type(Words.type(certificate))
                        .keyAlgorithm(Words.keyAlgorithm(certificate.keyAlgorithm()))
                        .createdAt(certificate.createdAt())
                        .inUseBy(users.stream().sorted().map(key -> arn(certificate, key)).toList())
                        .keyUsages(
                                uses.usages().stream()
                                        .map(name -> KeyUsage.builder().name(name).build())
                                        .toList())
                        .extendedKeyUsages(uses.extended())
                        .renewalEligibility(eligibility(certificate, !users.isEmpty(), now))
                        .options(options ->
                                options.certificateTransparencyLoggingPreference(transparency)
                                        .export(CertificateExport.DISABLED));
        if (!certificate.names().isEmpty()) {
            detail.domainName(certificate.primaryName().ascii());
        }
        if (certificate.origin() != Origin.IMPORTED) {
            detail.domainValidationOptions(
                    certificate.proofs().stream()
                            .map(proof -> validation(proof, certificate.state()))
                            .toList());
        }
        switch (certificate.state()) {
            case State.Pending _, State.TimedOut _ -> detail.subject(subject(certificate));
            case State.Failed failed ->
                    detail.subject(subject(certificate)).failureReason(failed.reason().name());
            case State.Issued issued -> addIssued(detail, certificate, issued);
            case State.Revoked revoked -> {
                addIssued(detail, certificate, revoked.issued());
                detail.revokedAt(revoked.at()).revocationReason(revoked.reason().name());
            }
        }
        return detail.build();
    }

    private static void addIssued(
            CertificateDetail.Builder detail, Certificate certificate, State.Issued issued) {
        detail.subject(issued.subject())
                .issuer(issued.issuer())
                .serial(issued.serial())
                .signatureAlgorithm(issued.signatureAlgorithm().toUpperCase(Locale.ROOT))
                .notBefore(issued.notBefore())
                .notAfter(issued.notAfter());
        if (certificate.origin() == Origin.IMPORTED) {
            detail.importedAt(issued.issuedAt());
        } else {
            detail.issuedAt(issued.issuedAt());
        }
    }

    static CertificateSummary summary(
            Certificate certificate, KeyUses uses, boolean inUse, Instant now) {
        List<String> names = names(certificate);
        var summary =
                CertificateSummary.builder()
                        .certificateArn(CertificateArn.of(certificate).toString())
                        .subjectAlternativeNameSummaries(
                                names.subList(0, Math.min(names.size(), MAX_SUMMARY_NAMES)))
                        .hasAdditionalSubjectAlternativeNames(names.size() > MAX_SUMMARY_NAMES)
                        .status(Words.status(certificate, now))
                        .type(Words.type(certificate))
                        .keyAlgorithm(Words.keyAlgorithm(certificate.keyAlgorithm()))
                        .keyUsages(uses.usages())
                        .extendedKeyUsages(uses.extendedNames())
                        .exportOption(CertificateExport.DISABLED)
                        .exported(false)
                        .inUse(inUse)
                        .renewalEligibility(eligibility(certificate, inUse, now))
                        .createdAt(certificate.createdAt());
        if (!names.isEmpty()) {
            summary.domainName(names.getFirst());
        }
        if (certificate.state() instanceof State.Issued issued) {
            summary.notBefore(issued.notBefore()).notAfter(issued.notAfter());
            if (certificate.origin() == Origin.IMPORTED) {
                summary.importedAt(issued.issuedAt());
            } else {
                summary.issuedAt(issued.issuedAt());
            }
        }
        return summary.build();
    }

    private static List<String> names(Certificate certificate) {
        return certificate.names().stream().map(DomainName::ascii).toList();
    }

    private static String subject(Certificate certificate) {
        return "CN=" + certificate.primaryName();
    }

    /// An import is renewed by whoever made it; of the rest ACM renews what something serves.
    private static RenewalEligibility eligibility(
            Certificate certificate, boolean inUse, Instant now) {
        return certificate.origin() != Origin.IMPORTED
                        && inUse
                        && Words.status(certificate, now) == CertificateStatus.ISSUED
                ? RenewalEligibility.ELIGIBLE
                : RenewalEligibility.INELIGIBLE;
    }

    private static DomainValidation validation(Proof proof, State state) {
        return DomainValidation.builder()
                .domainName(proof.name().ascii())
                .validationDomain(proof.name().ascii())
                .validationStatus(status(proof, state))
                .validationMethod(ValidationMethod.DNS)
                .resourceRecord(cname ->
                        cname.name(proof.record().name())
                                .type(RecordType.CNAME)
                                .value(proof.record().value()))
                .build();
    }

    /// Waiters look at every name: once the certificate is decided, so is each of them.
    private static DomainStatus status(Proof proof, State state) {
        return switch (state) {
            case State.Issued _, State.Revoked _ -> DomainStatus.SUCCESS;
            case State.TimedOut _ ->
                    proof.status() == Proof.Status.SUCCESS
                            ? DomainStatus.SUCCESS
                            : DomainStatus.FAILED;
            case State.Pending _, State.Failed _ ->
                    switch (proof.status()) {
                        case PENDING -> DomainStatus.PENDING_VALIDATION;
                        case SUCCESS -> DomainStatus.SUCCESS;
                        case FAILED -> DomainStatus.FAILED;
                    };
        };
    }

    /// A Lightsail distribution is a CloudFront distribution underneath, and ACM sees it as that.
    private static String arn(Certificate certificate, String resourceKey) {
        return resourceKey.startsWith("distribution/")
                ? "arn:aws:cloudfront::" + certificate.account() + ":" + resourceKey
                : resourceKey;
    }
}
