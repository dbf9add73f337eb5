package dev.nameplate.distribution;

import java.util.List;
import java.util.Optional;

/// What a distribution leaves open for its tenants: named values that stand as `{{name}}` in host and path of its origins.
public record TenantTemplate(List<Parameter> parameters) {
    public TenantTemplate {
        parameters = List.copyOf(parameters);
    }

    /// @param required whether every tenant must give a value
    /// @param byDefault the value where a tenant gives none
    public record Parameter(String name, boolean required, Optional<String> byDefault) {}
}
