package dev.nameplate.tenant;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A tenant: what of a template it fills in, and under which domains.
///
/// @param active those of its domains that its own or the template's certificate covers; only they are served
/// @param managed the certificate that was asked for on its behalf, if one was
public record Tenant(
        String id,
        AccountId account,
        String name,
        Settings settings,
        Set<DomainName> active,
        Optional<Managed> managed,
        String etag,
        Distribution.Status status,
        long version,
        Instant createdAt,
        Instant modifiedAt) {
    public Tenant {
        active = Set.copyOf(active);
    }

    /// The key under which tags and certificate uses name the tenant.
    public String resourceKey() {
        return resourceKey(id);
    }

    /// The id under which the edge keeps its content: see [dev.nameplate.edge.config.Site#contentId].
    public String contentId() {
        return settings.template().value() + "/" + id;
    }

    static String resourceKey(String id) {
        return "distribution-tenant/" + id;
    }

    /// What its owner says.
    ///
    /// @param groupId the connection group
    /// @param certificate wins over the template's
    /// @param geoRestriction wins over the template's
    public record Settings(
            DistributionId template,
            String groupId,
            boolean enabled,
            List<DomainName> domains,
            Map<String, String> parameters,
            Optional<CertificateId> certificate,
            Optional<GeoRestriction> geoRestriction) {
        public Settings {
            domains = List.copyOf(domains);
            parameters = Map.copyOf(parameters);
        }

        Settings with(CertificateId newCertificate) {
            return new Settings(
                    template,
                    groupId,
                    enabled,
                    domains,
                    parameters,
                    Optional.of(newCertificate),
                    geoRestriction);
        }

        Settings with(List<DomainName> newDomains) {
            return new Settings(
                    template,
                    groupId,
                    enabled,
                    newDomains,
                    parameters,
                    certificate,
                    geoRestriction);
        }
    }

    /// @param host who shows the proof
    /// @param settled whether it was attached, or never will be
    public record Managed(CertificateId certificate, TokenHost host, boolean settled) {
        Managed asSettled() {
            return new Managed(certificate, host, true);
        }
    }

    /// Who shows what proves the domains of a managed certificate over HTTP.
    public enum TokenHost {
        /// Our edge: the domains lead here already.
        EDGE,
        /// The owner's own web server.
        OWNER
    }
}
