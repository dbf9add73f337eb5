package dev.nameplate.testkit;

/// What a [FaultCa] hands out when a certificate is fetched.
public enum FaultCaIssuance {
    RIGHT,

    /// For another key than the request's.
    OTHER_KEY,

    /// For other names than the order's.
    OTHER_NAMES,

    /// For one name less.
    NAME_MISSING,

    /// One that ended a day ago.
    EXPIRED,

    /// The leaf without its intermediate.
    NO_INTERMEDIATE,

    /// The leaf with an intermediate that did not sign it.
    OTHER_INTERMEDIATE,

    /// Signed by a key that is not its issuer's.
    BAD_SIGNATURE,

    /// PEM that ends in the middle.
    CUT_SHORT,

    /// No certificate at all.
    EMPTY
}
