package dev.nameplate.issuer.ca;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// @param caaNames the CAA `issue` values that permit this authority
/// @param validityDays how long a leaf is valid, from midnight of its first day to the last second of its last
/// @param maxValidityDays what the lints let pass at most
/// @param publicUrl where relying parties reach CA certificates, revocation lists and OCSP; without it, certificates point
///     nowhere
public record CaSettings(
        List<String> caaNames, int validityDays, int maxValidityDays, Optional<URI> publicUrl) {
    /// ACM's since February 2026.
    public static final int DEFAULT_VALIDITY_DAYS = 198;

    /// Baseline Requirements section 6.3.2, for certificates issued from 15 March 2026.
    public static final int DEFAULT_MAX_VALIDITY_DAYS = 200;

    public CaSettings {
        caaNames = List.copyOf(caaNames);
        if (validityDays < 1 || validityDays > maxValidityDays) {
            throw new IllegalArgumentException(
                    "a certificate is valid for 1 to "
                            + maxValidityDays
                            + " days, not "
                            + validityDays);
        }
    }

    /// @param caaName such as `nameplate.internal`
    public static CaSettings defaults(String caaName) {
        return new CaSettings(
                List.of(caaName),
                DEFAULT_VALIDITY_DAYS,
                DEFAULT_MAX_VALIDITY_DAYS,
                Optional.empty());
    }
}
