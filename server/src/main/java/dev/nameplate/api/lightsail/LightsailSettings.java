package dev.nameplate.api.lightsail;

import dev.nameplate.pki.KeyAlgorithm;

import java.time.Duration;

/// What an operator may choose about the Lightsail door.
///
/// @param certificateKey the key of every certificate made here: Lightsail's API has no choice of its own
/// @param operationsKept how long operation records can be looked up
public record LightsailSettings(KeyAlgorithm certificateKey, Duration operationsKept) {
    public static final LightsailSettings DEFAULT =
            new LightsailSettings(KeyAlgorithm.EC_P256, Duration.ofDays(30));

    public LightsailSettings {
        if (operationsKept.isNegative() || operationsKept.isZero()) {
            throw new IllegalArgumentException(
                    "operation records must be kept for some time, not " + operationsKept);
        }
    }
}
