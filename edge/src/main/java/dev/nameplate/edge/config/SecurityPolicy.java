package dev.nameplate.edge.config;

import java.util.Optional;

/// Which TLS versions and ciphers a name's visitors may use, by CloudFront's names.
public enum SecurityPolicy {
    SSL_V3("SSLv3"),
    TLS_V1("TLSv1"),
    TLS_V1_2016("TLSv1_2016"),
    TLS_V1_1_2016("TLSv1.1_2016"),
    TLS_V1_2_2018("TLSv1.2_2018"),
    TLS_V1_2_2019("TLSv1.2_2019"),
    TLS_V1_2_2021("TLSv1.2_2021"),
    TLS_V1_2_2025("TLSv1.2_2025"),
    TLS_V1_3_2025("TLSv1.3_2025");

    /// Where nothing else is said.
    public static final SecurityPolicy STANDARD = TLS_V1_2_2021;

    private final String awsName;

    SecurityPolicy(String awsName) {
        this.awsName = awsName;
    }

    public String awsName() {
        return awsName;
    }

    public static Optional<SecurityPolicy> named(String awsName) {
        for (SecurityPolicy policy : values()) {
            if (policy.awsName.equals(awsName)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
