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
