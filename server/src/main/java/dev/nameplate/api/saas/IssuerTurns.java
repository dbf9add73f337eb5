package dev.nameplate.api.saas;

import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Uploads;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// When the certificates of a job could be asked for, where their issuer limits that; for a forecast.
@FunctionalInterface
public interface IssuerTurns {
    IssuerTurns UNLIMITED = (_, _, _) -> Optional.empty();

    /// @param issuer that is asked first; empty for that of the settings
    /// @param names of each certificate
    /// @return empty where nothing is limited
    Optional<Expected> of(Uploads.Kind kind, Optional<String> issuer, List<List<DomainName>> names);

    /// Which issuer is asked first, so that those who name it and those who name none are reckoned together.
    default Optional<String> asked(Optional<String> named) {
        return named;
    }

    /// Of whom a second certificate will be wanted as soon as one from this issuer is in use.
    ///
    /// @param asked as of [#asked]
    default Optional<String> spareOf(Optional<String> asked) {
        return Optional.empty();
    }

    /// @param issuer its name in the settings
    /// @param turns one for each certificate, in the same order
    record Expected(String issuer, List<Turn> turns) {
        public Expected {
            turns = List.copyOf(turns);
        }
    }

    /// @param heldBy which limit it waits for, if it has to
    record Turn(Instant at, Optional<String> heldBy) {}
}
