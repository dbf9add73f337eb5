package dev.nameplate.saas;

import java.util.Optional;

/// What an entry is served by: a distribution of its own, copied from another, or a tenant of a multi-tenant distribution.
///
/// @param version number of one of its stored configurations; empty for the one it has when it is copied
/// @param tenancy present for a tenant, which follows its distribution and has no version
public record Template(String distributionId, Optional<Long> version, Optional<Tenancy> tenancy) {
    public Template {
        if (tenancy.isPresent() && version.isPresent()) {
            throw new IllegalArgumentException("a tenant follows its distribution as it is");
        }
    }

    public Template(String distributionId, Optional<Long> version) {
        this(distributionId, version, Optional.empty());
    }

    /// The multi-tenant distribution, filled in.
    public static Template tenant(String distributionId, Tenancy tenancy) {
        return new Template(distributionId, Optional.empty(), Optional.of(tenancy));
    }

    @Override
    public String toString() {
        return distributionId + version.map(number -> " version " + number).orElse("");
    }
}
