package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateExport;
import software.amazon.awssdk.services.acm.model.CertificateManagedBy;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.DomainStatus;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.KeyUsage;
import software.amazon.awssdk.services.acm.model.RecordType;
import software.amazon.awssdk.services.acm.model.RenewalEligibility;
import software.amazon.awssdk.services.acm.model.RenewalSummary;
import software.amazon.awssdk.services.acm.model.ValidationMethod;

import java.time.Instant;
import java.util.ArrayList;
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
            Certificate certificate, Set<String> users, String transparency, Instant now) {
        var detail =
                CertificateDetail.builder()
                        .certificateArn(CertificateArn.of(certificate).toString())
                        .subjectAlternativeNames(names(certificate))
                        .status(Words.status(certificate, now))
                        .type(Words.type(certificate))
                        .keyAlgorithm(Words.keyAlgorithm(certificate.keyAlgorithm()))
                        .createdAt(certificate.createdAt())
                        .inUseBy(users.stream().sorted().map(key -> arn(certificate, key)).toList())
                        .keyUsages(List.of())
                        .extendedKeyUsages(List.of())
                        .renewalEligibility(eligibility(certificate, !users.isEmpty(), now))
                        .options(options ->
                                options.certificateTransparencyLoggingPreference(transparency)
                                        .export(export(certificate)));
        if (!certificate.names().isEmpty()) {
            detail.domainName(certificate.primaryName().ascii());
        }
        if (certificate.validation() == Validation.HTTP) {
            detail.managedBy(CertificateManagedBy.CLOUDFRONT);
        }
        if (certificate.origin() != Origin.IMPORTED) {
            detail.domainValidationOptions(
                    certificate.proofs().stream()
                            .map(proof ->
                                    validation(
                                            certificate,
                                            proof,
                                            status(proof.status(), certificate.state())))
                            .toList());
            certificate
                    .renewal()
                    .ifPresent(renewal -> detail.renewalSummary(renewal(certificate, renewal)));
        }
        switch (certificate.state()) {
            case State.Pending _, State.TimedOut _ -> detail.subject(subject(certificate));
            case State.Failed failed ->
                    detail.subject(subject(certificate)).failureReason(failed.reason().name());
            case State.Issued issued -> addIssued(detail, certificate, issued);
            case State.Revoked revoked -> {
                addIssued(detail, certificate, revoked.issued());
                detail.revokedAt(revoked.at()).revocationReason(Words.reason(revoked.reason()));
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
                .notAfter(issued.notAfter())
                .keyUsages(
                        UseWords.usages(issued.uses()).stream()
                                .map(name -> KeyUsage.builder().name(name).build())
                                .toList())
                .extendedKeyUsages(UseWords.extended(issued.uses()));
        if (certificate.origin() == Origin.IMPORTED) {
            detail.importedAt(issued.issuedAt());
        } else {
            detail.issuedAt(issued.issuedAt());
        }
    }

    /// Until a renewal is decided, each name is as far as the renewal found it.
    private static RenewalSummary renewal(Certificate certificate, Renewal renewal) {
        List<DomainValidation> names = new ArrayList<>();
        for (int i = 0; i < certificate.proofs().size(); i++) {
            Proof proof = certificate.proofs().get(i);
            Proof.Status status =
                    i < renewal.names().size() ? renewal.names().get(i) : proof.status();
            names.add(validation(certificate, proof, status(status)));
        }
        var summary =
                RenewalSummary.builder()
                        .renewalStatus(renewal.status().name())
                        .updatedAt(renewal.updatedAt())
                        .domainValidationOptions(names);
        if (renewal.status() == Renewal.Status.FAILED) {
            summary.renewalStatusReason(State.FailureReason.OTHER.name());
        }
        return summary.build();
    }

    static CertificateSummary summary(Certificate certificate, boolean inUse, Instant now) {
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
                        .keyUsages(List.of())
                        .extendedKeyUsages(List.of())
                        .exportOption(export(certificate))
                        .exported(certificate.export().firstAt().isPresent())
                        .inUse(inUse)
                        .renewalEligibility(eligibility(certificate, inUse, now))
                        .createdAt(certificate.createdAt());
        if (!names.isEmpty()) {
            summary.domainName(names.getFirst());
        }
        if (certificate.validation() == Validation.HTTP) {
            summary.managedBy(CertificateManagedBy.CLOUDFRONT);
        }
        switch (certificate.state()) {
            case State.Pending _, State.TimedOut _, State.Failed _ -> {}
            case State.Issued issued -> addIssued(summary, certificate, issued);
            case State.Revoked revoked -> {
                addIssued(summary, certificate, revoked.issued());
                summary.revokedAt(revoked.at());
            }
        }
        return summary.build();
    }

    private static void addIssued(
            CertificateSummary.Builder summary, Certificate certificate, State.Issued issued) {
        summary.notBefore(issued.notBefore())
                .notAfter(issued.notAfter())
                .keyUsages(UseWords.usages(issued.uses()))
                .extendedKeyUsages(UseWords.extendedNames(issued.uses()));
        if (certificate.origin() == Origin.IMPORTED) {
            summary.importedAt(issued.issuedAt());
        } else {
            summary.issuedAt(issued.issuedAt());
        }
    }

    static CertificateExport export(Certificate certificate) {
        return certificate.export().allowed()
                ? CertificateExport.ENABLED
                : CertificateExport.DISABLED;
    }

    private static List<String> names(Certificate certificate) {
        return certificate.names().stream().map(DomainName::ascii).toList();
    }

    private static String subject(Certificate certificate) {
        return "CN=" + certificate.primaryName();
    }

    /// An import is renewed by whoever made it; of the rest ACM renews what something serves, or what was handed out.
    static RenewalEligibility eligibility(Certificate certificate, boolean inUse, Instant now) {
        return certificate.origin() != Origin.IMPORTED
                        && (inUse || certificate.export().firstAt().isPresent())
                        && Words.status(certificate, now) == CertificateStatus.ISSUED
                ? RenewalEligibility.ELIGIBLE
                : RenewalEligibility.INELIGIBLE;
    }

    private static DomainValidation validation(
            Certificate certificate, Proof proof, DomainStatus status) {
        var validation =
                DomainValidation.builder()
                        .domainName(proof.name().ascii())
                        .validationDomain(proof.name().ascii())
                        .validationStatus(status);
        return switch (certificate.validation()) {
            case DNS ->
                    validation
                            .validationMethod(ValidationMethod.DNS)
                            .resourceRecord(cname ->
                                    cname.name(proof.record().name())
                                            .type(RecordType.CNAME)
                                            .value(proof.record().value()))
                            .build();
            case HTTP -> {
                proof.file()
                        .ifPresent(file ->
                                validation.httpRedirect(redirect ->
                                        redirect.redirectFrom(file.redirectFrom().toString())
                                                .redirectTo(file.redirectTo().toString())));
                yield validation.validationMethod(ValidationMethod.HTTP).build();
            }
        };
    }

    /// Waiters look at every name: once the certificate is decided, so is each of them.
    private static DomainStatus status(Proof.Status proof, State state) {
        return switch (state) {
            case State.Issued _, State.Revoked _ -> DomainStatus.SUCCESS;
            case State.TimedOut _ ->
                    proof == Proof.Status.SUCCESS ? DomainStatus.SUCCESS : DomainStatus.FAILED;
            case State.Pending _, State.Failed _ -> status(proof);
        };
    }

    private static DomainStatus status(Proof.Status proof) {
        return switch (proof) {
            case PENDING -> DomainStatus.PENDING_VALIDATION;
            case SUCCESS -> DomainStatus.SUCCESS;
            case FAILED -> DomainStatus.FAILED;
        };
    }

    /// A Lightsail distribution is a CloudFront distribution underneath, and ACM sees it as that.
    private static String arn(Certificate certificate, String resourceKey) {
        return resourceKey.startsWith("distribution/")
                ? "arn:aws:cloudfront::" + certificate.account() + ":" + resourceKey
                : resourceKey;
    }
}
