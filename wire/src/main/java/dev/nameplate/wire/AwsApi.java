package dev.nameplate.wire;

import java.util.Optional;
import java.util.regex.Pattern;

/// The AWS APIs whose service descriptions this module carries.
public enum AwsApi {
    LIGHTSAIL("lightsail", ""),
    ACM("acm", ""),
    CLOUDFRONT("cloudfront", "http://cloudfront.amazonaws.com/doc/2020-05-31/"),
    STS("sts", "https://sts.amazonaws.com/doc/2011-06-15/");

    private static final String HOME_REGION = "us-east-1";
    private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}");

    private final String signingName;
    private final String xmlNamespace;

    AwsApi(String signingName, String xmlNamespace) {
        this.signingName = signingName;
        this.xmlNamespace = xmlNamespace;
    }

    /// The service's name in credential scopes, ARNs and logs.
    public String signingName() {
        return signingName;
    }

    /// The namespace of its XML, empty for the APIs that answer in JSON.
    String xmlNamespace() {
        return xmlNamespace;
    }

    boolean speaksJson() {
        return xmlNamespace.isEmpty();
    }

    /// The Region a scope stands for, or empty where this API does not answer for it. Global services
    /// are signed for us-east-1; the SDK for Java calls that `aws-global`.
    Optional<String> region(String scopeRegion) {
        if (scopeRegion.equals("aws-global")) {
            return speaksJson() ? Optional.empty() : Optional.of(HOME_REGION);
        }
        if (this == CLOUDFRONT && !scopeRegion.equals(HOME_REGION)) {
            return Optional.empty();
        }
        return REGION.matcher(scopeRegion).matches() ? Optional.of(scopeRegion) : Optional.empty();
    }
}
