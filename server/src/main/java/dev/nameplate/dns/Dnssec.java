package dev.nameplate.dns;

/// What DNSSEC says of an answer.
public enum Dnssec {
    /// Not looked at: there was no record to check, or the zone is hosted here.
    UNCHECKED,
    /// The zone is not signed; where there is a trust anchor, that is proven.
    UNSIGNED,
    /// Signatures are there, and no trust anchor to check them with.
    SIGNED,
    /// The signatures lead up to a trust anchor.
    SECURE,
    /// The signatures are missing or wrong, so that validating resolvers refuse the answer.
    BOGUS
}
