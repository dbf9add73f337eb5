package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;

import java.time.Duration;

/// @param suffix the zone delegated to this server, below which validation targets live; no leading or trailing dot
/// @param validationTime how long the proofs of a request may take
/// @param names which names are certified at all
/// @param issuers whom certificates may be asked of
public record CertificateSettings(
        String suffix,
        Duration validationTime,
        NamePolicy names,
        Quotas.Limits quotas,
        IssuerRules issuers) {
    public static final String DEFAULT_SUFFIX = "nameplate.internal";

    /// 72 hours, as in ACM.
    public static final Duration DEFAULT_VALIDATION_TIME = Duration.ofDays(3);

    /// Of our own authority alone.
    public CertificateSettings(
            String suffix, Duration validationTime, NamePolicy names, Quotas.Limits quotas) {
        this(suffix, validationTime, names, quotas, IssuerRules.EMBEDDED);
    }

    public CertificateSettings {
        if (suffix.isEmpty() || suffix.startsWith(".") || suffix.endsWith(".")) {
            throw new IllegalArgumentException(
                    "the suffix is a domain name without leading or trailing dot, not '"
                            + suffix
                            + "'");
        }
    }

    public static CertificateSettings withSuffix(String suffix) {
        return new CertificateSettings(
                suffix,
                DEFAULT_VALIDATION_TIME,
                NamePolicy.standard(DomainName.parse(suffix)),
                Quotas.Limits.STANDARD);
    }
}
