package dev.nameplate.api.cloudfront;

import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidViewerCertificateException;

import java.util.function.Supplier;

/// The refusals used in several places, in CloudFront's words.
final class Refusals {
    private static final String REQUIREMENTS =
            "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html"
                    + "#alternate-domain-names-requirements";

    private Refusals() {}

    static InvalidArgumentException invalidArgument(String message) {
        return InvalidArgumentException.builder().message(message).build();
    }

    static void require(boolean met, String otherwise) {
        if (!met) {
            throw invalidArgument(otherwise);
        }
    }

    static void require(boolean met, Supplier<? extends CloudFrontException> otherwise) {
        if (!met) {
            throw otherwise.get();
        }
    }

    /// Whoever holds the alias is named to their own account alone.
    static CnameAlreadyExistsException aliasTaken(
            AccountId account, Distributions.AliasTaken taken) {
        String message =
                "One or more of the CNAMEs you provided are already associated with a different resource.";
        Distributions.Holder holder = taken.holder();
        String told =
                holder.account().equals(account)
                        ? " %s belongs to, or overlaps with a name of, %s."
                                .formatted(
                                        taken.alias(),
                                        holder.tenant()
                                                .map(tenant -> "the distribution tenant " + tenant)
                                                .orElse(
                                                        "the distribution "
                                                                + holder.distribution()))
                        : "";
        return CnameAlreadyExistsException.builder().message(message + told).build();
    }

    static InvalidViewerCertificateException unusableCertificate() {
        return viewerCertificate(
                "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid"
                        + " certificate chain.");
    }

    static InvalidViewerCertificateException untrustedCertificate() {
        return viewerCertificate(
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that"
                        + " validates your authorization to use the domain name. For more details, see: "
                        + REQUIREMENTS);
    }

    static InvalidViewerCertificateException uncoveredAlias() {
        return viewerCertificate(
                "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that"
                        + " you're trying to add. For more details, see: "
                        + REQUIREMENTS);
    }

    private static InvalidViewerCertificateException viewerCertificate(String message) {
        return InvalidViewerCertificateException.builder().message(message).build();
    }
}
