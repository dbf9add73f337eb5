package dev.nameplate.edge.config;

import java.util.Set;

/// Who is served by country. A visitor whose country is not known is served.
///
/// @param countries ISO 3166-1 alpha-2, upper case
public record GeoRestriction(Kind kind, Set<String> countries) {
    public GeoRestriction {
        countries = Set.copyOf(countries);
    }

    public enum Kind {
        ONLY,
        ALL_BUT
    }
}
