package dev.nameplate.edge.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Which TLS versions and TLS 1.2 ciphers a name's visitors may use, by CloudFront's names.
///
/// As far as BoringSSL has them. It has no SSLv3 and no RC4, so `SSLv3` begins with TLS 1.0; of the CBC suites with SHA-2 it
/// has but `ECDHE-RSA-AES128-SHA256`; and its three ciphers of TLS 1.3 are fixed, so the policies of 2025 offer ChaCha20 there.
public enum SecurityPolicy {
    SSL_V3("SSLv3", Version.TLS_1_0, Ciphers.OLDEST),
    TLS_V1("TLSv1", Version.TLS_1_0, Ciphers.OLD),
    TLS_V1_2016("TLSv1_2016", Version.TLS_1_0, Ciphers.OLD),
    TLS_V1_1_2016("TLSv1.1_2016", Version.TLS_1_1, Ciphers.OLD),
    TLS_V1_2_2018("TLSv1.2_2018", Version.TLS_1_2, Ciphers.OF_2018),
    TLS_V1_2_2019("TLSv1.2_2019", Version.TLS_1_2, Ciphers.OF_2019),
    TLS_V1_2_2021("TLSv1.2_2021", Version.TLS_1_2, Ciphers.OF_2021),
    TLS_V1_2_2025("TLSv1.2_2025", Version.TLS_1_2, Ciphers.OF_2025),
    TLS_V1_3_2025("TLSv1.3_2025", Version.TLS_1_3, List.of());

    /// Where nothing else is said.
    public static final SecurityPolicy STANDARD = TLS_V1_2_2021;

    /// From the oldest.
    public enum Version {
        TLS_1_0,
        TLS_1_1,
        TLS_1_2,
        TLS_1_3
    }

    private final String awsName;
    private final Version floor;

    @SuppressWarnings(
            "ImmutableEnumChecker") // made by List.of and Stream.toList, which nothing changes
    private final List<String> ciphers;

    SecurityPolicy(String awsName, Version floor, List<String> ciphers) {
        this.awsName = awsName;
        this.floor = floor;
        this.ciphers = ciphers;
    }

    public String awsName() {
        return awsName;
    }

    /// The oldest version allowed; all newer ones are.
    public Version floor() {
        return floor;
    }

    /// OpenSSL's names of the ciphers up to TLS 1.2, the server's preference first; none where only TLS 1.3 is spoken.
    public List<String> ciphers() {
        return ciphers;
    }

    public static Optional<SecurityPolicy> named(String awsName) {
        for (SecurityPolicy policy : values()) {
            if (policy.awsName.equals(awsName)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /// Each list has what the stricter one has, and more.
    private static final class Ciphers {
        static final List<String> OF_2025 =
                List.of(
                        "ECDHE-ECDSA-AES128-GCM-SHA256",
                        "ECDHE-RSA-AES128-GCM-SHA256",
                        "ECDHE-ECDSA-AES256-GCM-SHA384",
                        "ECDHE-RSA-AES256-GCM-SHA384");
        static final List<String> OF_2021 =
                and(OF_2025, "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305");
        static final List<String> OF_2019 = and(OF_2021, "ECDHE-RSA-AES128-SHA256");
        static final List<String> OF_2018 = and(OF_2019, "AES128-GCM-SHA256", "AES256-GCM-SHA384");
        static final List<String> OLD =
                and(
                        OF_2018,
                        "ECDHE-ECDSA-AES128-SHA",
                        "ECDHE-RSA-AES128-SHA",
                        "ECDHE-ECDSA-AES256-SHA",
                        "ECDHE-RSA-AES256-SHA",
                        "AES128-SHA",
                        "AES256-SHA");
        static final List<String> OLDEST = and(OLD, "DES-CBC3-SHA");

        private static List<String> and(List<String> stricter, String... more) {
            return Stream.concat(stricter.stream(), Stream.of(more)).toList();
        }
    }
}
