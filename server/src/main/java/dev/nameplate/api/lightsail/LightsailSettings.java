package dev.nameplate.api.lightsail;

import dev.nameplate.pki.KeyAlgorithm;

import java.time.Duration;

/// What an operator may choose about the Lightsail door.
///
/// @param certificateKey of certificates whose issuer's setting says none: Lightsail's API has no choice of its own
/// @param operationsKept how long operation records can be looked up
/// @param maxNames of one certificate, the primary one included
/// @param maxDomains of an account
public record LightsailSettings(
        KeyAlgorithm certificateKey, Duration operationsKept, int maxNames, int maxDomains) {
    /// Lightsail's own number.
    public static final int DEFAULT_MAX_NAMES = 10;

    /// Lightsail has 6; a server whose job is many names gives more.
    public static final int DEFAULT_MAX_DOMAINS = 1000;

    public static final LightsailSettings DEFAULT = with(KeyAlgorithm.EC_P256);

    public static LightsailSettings with(KeyAlgorithm certificateKey) {
        return new LightsailSettings(
                certificateKey, Duration.ofDays(30), DEFAULT_MAX_NAMES, DEFAULT_MAX_DOMAINS);
    }

    public LightsailSettings {
        if (operationsKept.isNegative() || operationsKept.isZero()) {
            throw new IllegalArgumentException(
                    "operation records must be kept for some time, not " + operationsKept);
        }
    }
}
