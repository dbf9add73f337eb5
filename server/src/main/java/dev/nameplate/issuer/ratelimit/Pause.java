package dev.nameplate.issuer.ratelimit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// An authority has said that it takes no orders until then.
///
/// @param domain the registered domain it said it of; of everything where empty
/// @param message its own words
public record Pause(Optional<String> domain, Instant until, Instant since, String message) {
    static Pause read(ResultSet rs) throws SQLException {
        return new Pause(
                Optional.of(rs.getString(1)).filter(scope -> !scope.isEmpty()),
                Instant.ofEpochMilli(rs.getLong(2)),
                Instant.ofEpochMilli(rs.getLong(3)),
                rs.getString(4));
    }
}
