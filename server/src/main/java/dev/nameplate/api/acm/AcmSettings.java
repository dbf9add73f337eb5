package dev.nameplate.api.acm;

import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.pki.KeyAlgorithm;

import java.util.Optional;

/// What an operator may choose about the ACM door.
///
/// @param namesPerCertificate AWS grants 10, and up to 100 on request
/// @param issuers of certificates whose tags choose none; empty for the default of all who come by ACM
/// @param key of certificates for which neither the request nor the issuer's setting says one
public record AcmSettings(
        int namesPerCertificate, Optional<IssuerChoice> issuers, KeyAlgorithm key) {
    /// As AWS has it.
    public static final AcmSettings DEFAULT =
            new AcmSettings(10, Optional.empty(), KeyAlgorithm.RSA_2048);

    /// The API's own limit: one primary and a hundred alternatives, of which AWS grants a hundred in all.
    private static final int MOST_NAMES = 100;

    public AcmSettings {
        if (namesPerCertificate < 1 || namesPerCertificate > MOST_NAMES) {
            throw new IllegalArgumentException(
                    "a certificate can have 1 to 100 names, not " + namesPerCertificate);
        }
    }
}
