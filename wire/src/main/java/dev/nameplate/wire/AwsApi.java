package dev.nameplate.wire;

/// The AWS APIs whose service descriptions this module carries.
public enum AwsApi {
    LIGHTSAIL("lightsail"),
    ACM("acm"),
    CLOUDFRONT("cloudfront"),
    STS("sts");

    private final String signingName;

    AwsApi(String signingName) {
        this.signingName = signingName;
    }

    /// The service's name in credential scopes, ARNs and logs.
    public String signingName() {
        return signingName;
    }
}
