package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.NotRenewable;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.State;
import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.CertificateOptions;
import software.amazon.awssdk.services.acm.model.RenewCertificateRequest;
import software.amazon.awssdk.services.acm.model.RenewCertificateResponse;
import software.amazon.awssdk.services.acm.model.ResendValidationEmailRequest;
import software.amazon.awssdk.services.acm.model.ResendValidationEmailResponse;
import software.amazon.awssdk.services.acm.model.RevokeCertificateRequest;
import software.amazon.awssdk.services.acm.model.RevokeCertificateResponse;
import software.amazon.awssdk.services.acm.model.UpdateCertificateOptionsRequest;
import software.amazon.awssdk.services.acm.model.UpdateCertificateOptionsResponse;

/// What is done to a certificate of ours after it was asked for: revoked, renewed by hand, its options changed.
final class CertificateChanges {
    private final Database database;
    private final Certificates certificates;
    private final KnownCertificate known;
    private final RequestOptions options;

    CertificateChanges(Database database, Certificates certificates, RequestOptions options) {
        this.database = database;
        this.certificates = certificates;
        this.known = new KnownCertificate(certificates);
        this.options = options;
    }

    /// Any certificate this server issued: its CA is the operator's own, so the limit to exported ones, by which AWS protects
    /// its public CA's lists, has no place here.
    RevokeCertificateResponse revoke(Call call, RevokeCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        RevocationReason reason = Words.reason(request.revocationReasonAsString());
        if (reason == RevocationReason.CERTIFICATE_HOLD
                || reason == RevocationReason.REMOVE_FROM_CRL) {
            throw Refusal.validation(
                    "The revocation reason "
                            + request.revocationReasonAsString()
                            + " is about revocations that end again. Here a revocation is for good.");
        }
        Certificate revoked =
                database.write(write -> {
                    Certificate found = known.require(write.handle(), call, arn);
                    requireRevocable(found, arn);
                    if (!certificates.usedBy(write.handle(), found.id()).isEmpty()) {
                        throw Refusal.inUse(arn);
                    }
                    return certificates.revoke(write, found, reason);
                });
        return RevokeCertificateResponse.builder()
                .certificateArn(CertificateArn.of(revoked).toString())
                .build();
    }

    private static void requireRevocable(Certificate certificate, CertificateArn arn) {
        if (certificate.origin() == Origin.IMPORTED) {
            throw Refusal.validation(
                    "Certificate "
                            + arn
                            + " was imported. Only the authority that issued it can revoke it.");
        }
        switch (certificate.state()) {
            case State.Issued _ -> {}
            case State.Revoked _ ->
                    throw Refusal.conflict("Certificate " + arn + " is revoked already.");
            case State.Pending _, State.Failed _, State.TimedOut _ ->
                    throw Refusal.conflict(
                            "Certificate "
                                    + arn
                                    + " is not issued, so there is nothing to revoke.");
        }
    }

    /// What is served is renewed by itself. What was handed out may be served anywhere, so its owner says when.
    RenewCertificateResponse renew(Call call, RenewCertificateRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        database.write(write -> {
            Certificate found = known.require(write.handle(), call, arn);
            KnownCertificate.requireIssued(found, arn);
            if (found.export().firstAt().isEmpty()) {
                throw Refusal.validation(
                        "Certificate "
                                + arn
                                + " was never exported, so there is nothing to renew by hand: what is"
                                + " served is renewed by itself.");
            }
            try {
                return certificates.renewNow(write, found);
            } catch (NotRenewable never) {
                throw Refusal.validation(never.getMessage());
            }
        });
        return RenewCertificateResponse.builder().build();
    }

    /// No name here is proven by e-mail.
    ResendValidationEmailResponse resendEmail(Call call, ResendValidationEmailRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        Certificate found = database.read(handle -> known.require(handle, call, arn));
        DomainName domain = ValidationOptions.parse(request.domain());
        ValidationOptions.check(
                domain, ValidationOptions.parse(request.validationDomain()), found.names());
        throw Refusal.invalidState(
                "Certificate "
                        + arn
                        + (found.origin() == Origin.IMPORTED
                                ? " was imported: nothing is validated."
                                : " is validated by "
                                        + found.validation()
                                        + ", so there is no e-mail to send again."));
    }

    UpdateCertificateOptionsResponse updateOptions(
            Call call, UpdateCertificateOptionsRequest request) {
        CertificateArn arn = CertificateArn.parse(request.certificateArn());
        CertificateOptions wanted = request.options();
        database.write(write -> {
            Certificate found = known.require(write.handle(), call, arn);
            if (found.origin() == Origin.IMPORTED) {
                throw Refusal.invalidState(
                        "Certificate " + arn + " was imported, and so has no options.");
            }
            @Nullable String export = wanted.exportAsString();
            if (export != null && !export.equals(CertificateView.export(found).toString())) {
                throw Refusal.invalidState(
                        "Whether certificate "
                                + arn
                                + " can be exported was decided by its request and does not change.");
            }
            @Nullable String transparency =
                    wanted.certificateTransparencyLoggingPreferenceAsString();
            if (transparency != null) {
                options.keep(write, found.id(), transparency);
            }
            return found;
        });
        return UpdateCertificateOptionsResponse.builder().build();
    }
}
