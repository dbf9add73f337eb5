package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
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
