package dev.nameplate.saas.aws;

import java.net.URI;
import java.util.Optional;

/// How AWS is reached. Credentials are what the SDK's own chain finds.
///
/// @param region of ACM; CloudFront takes certificates of us-east-1 alone
/// @param endpoint asked in place of AWS's own
/// @param pacePercent how much of AWS's rates is used
public record AwsSettings(String region, Optional<URI> endpoint, int pacePercent) {
    public AwsSettings {
        if (pacePercent < 1) {
            throw new IllegalArgumentException("a pace is at least 1 %");
        }
    }
}
