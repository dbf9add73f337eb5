package dev.nameplate.issuer.ratelimit;

import java.time.Instant;

/// Whether an issuer may be asked now.
public sealed interface Admission {
    /// It may, and what it costs is taken.
    record Granted() implements Admission {}

    /// It has to wait.
    ///
    /// @param at when it is its turn, if nobody who needs it sooner comes meanwhile
    /// @param message which limit holds it, and who could do something about it
    record NotBefore(Instant at, String message) implements Admission {}
}
