package dev.nameplate.saas;

import java.util.Map;
import java.util.Optional;

/// What an entry's tenant fills in of a multi-tenant distribution.
///
/// @param connectionGroup empty for the account's default one
/// @param name of the tenant; empty for one that says whose entry it serves
/// @param parameters by name
public record Tenancy(
        Optional<String> connectionGroup, Optional<String> name, Map<String, String> parameters) {
    public Tenancy {
        parameters = Map.copyOf(parameters);
    }
}
