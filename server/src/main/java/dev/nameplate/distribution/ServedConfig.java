package dev.nameplate.distribution;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.Site;
import dev.nameplate.names.DomainName;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What of a distribution's configuration decides how it is served, in the edge's own words. The door's own document (every
/// field its clients diff) is kept beside it, untouched. Start from [#of] and change what differs through [#toBuilder].
///
/// @param certificate covers every alias; empty where only the distribution's own name is served
/// @param minimumTls CloudFront's security policy name, such as `TLSv1.2_2021`
/// @param defaultRootObject served for `/`; empty for none
/// @param staging whether it is a staging distribution, which serves nothing under names of its own
/// @param trafficShare what another distribution takes of this one's requests
/// @param template present where the distribution serves nothing itself, but by its tenants
/// @param behaviors tried in order; the last one's pattern is `*`
public record ServedConfig(
        boolean enabled,
        List<DomainName> aliases,
        Optional<CertificateId> certificate,
        String minimumTls,
        String defaultRootObject,
        List<Origin> origins,
        List<OriginGroup> originGroups,
        List<Behavior> behaviors,
        List<ErrorAnswer> errorAnswers,
        Optional<GeoRestriction> geoRestriction,
        Optional<TenantTemplate> template,
        boolean staging,
        Optional<TrafficShare> trafficShare,
        boolean http2,
        boolean http3) {
    public ServedConfig {
        aliases = List.copyOf(aliases);
        origins = List.copyOf(origins);
        originGroups = List.copyOf(originGroups);
        behaviors = List.copyOf(behaviors);
        errorAnswers = List.copyOf(errorAnswers);
    }

    /// An enabled configuration without root object, groups, error pages or restrictions, over HTTP/1.1 and HTTP/2.
    public static ServedConfig of(
            List<DomainName> aliases,
            Optional<CertificateId> certificate,
            String minimumTls,
            List<Origin> origins,
            List<Behavior> behaviors) {
        return new ServedConfig(
                true,
                aliases,
                certificate,
                minimumTls,
                "",
                origins,
                List.of(),
                behaviors,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                true,
                false);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Without one alias, and without the certificate if that was the last one.
    public ServedConfig without(DomainName alias) {
        List<DomainName> left = aliases.stream().filter(one -> !one.equals(alias)).toList();
        return toBuilder()
                .aliases(left)
                .certificate(left.isEmpty() ? Optional.empty() : certificate)
                .build();
    }

    /// The same as a site of a distribution.
    public Site site(DistributionId distribution, long version) {
        return new Site(
                distribution.value(),
                version,
                enabled,
                origins.stream().collect(Collectors.toMap(Origin::id, Function.identity())),
                originGroups.stream()
                        .collect(Collectors.toMap(OriginGroup::id, Function.identity())),
                behaviors,
                Optional.of(defaultRootObject).filter(object -> !object.isEmpty()),
                errorAnswers.stream()
                        .collect(Collectors.toMap(ErrorAnswer::status, Function.identity())),
                geoRestriction,
                Optional.empty(),
                Optional.empty(),
                http2,
                http3);
    }

    /// Changes single components.
    public static final class Builder {
        private boolean enabled;
        private List<DomainName> aliases;
        private Optional<CertificateId> certificate;
        private final String minimumTls;
        private String defaultRootObject;
        private List<Origin> origins;
        private List<OriginGroup> originGroups;
        private List<Behavior> behaviors;
        private List<ErrorAnswer> errorAnswers;
        private Optional<GeoRestriction> geoRestriction;
        private Optional<TenantTemplate> template;
        private boolean staging;
        private Optional<TrafficShare> trafficShare;
        private boolean http2;
        private boolean http3;

        private Builder(ServedConfig from) {
            enabled = from.enabled;
            aliases = from.aliases;
            certificate = from.certificate;
            minimumTls = from.minimumTls;
            defaultRootObject = from.defaultRootObject;
            origins = from.origins;
            originGroups = from.originGroups;
            behaviors = from.behaviors;
            errorAnswers = from.errorAnswers;
            geoRestriction = from.geoRestriction;
            template = from.template;
            staging = from.staging;
            trafficShare = from.trafficShare;
            http2 = from.http2;
            http3 = from.http3;
        }

        public Builder enabled(boolean value) {
            enabled = value;
            return this;
        }

        public Builder aliases(List<DomainName> value) {
            aliases = value;
            return this;
        }

        public Builder certificate(Optional<CertificateId> value) {
            certificate = value;
            return this;
        }

        public Builder defaultRootObject(String value) {
            defaultRootObject = value;
            return this;
        }

        public Builder origins(List<Origin> value) {
            origins = value;
            return this;
        }

        public Builder originGroups(List<OriginGroup> value) {
            originGroups = value;
            return this;
        }

        public Builder errorAnswers(List<ErrorAnswer> value) {
            errorAnswers = value;
            return this;
        }

        public Builder geoRestriction(Optional<GeoRestriction> value) {
            geoRestriction = value;
            return this;
        }

        public Builder template(Optional<TenantTemplate> value) {
            template = value;
            return this;
        }

        public Builder staging(boolean value) {
            staging = value;
            return this;
        }

        public Builder trafficShare(Optional<TrafficShare> value) {
            trafficShare = value;
            return this;
        }

        public Builder http2(boolean value) {
            http2 = value;
            return this;
        }

        public Builder http3(boolean value) {
            http3 = value;
            return this;
        }

        public ServedConfig build() {
            return new ServedConfig(
                    enabled,
                    aliases,
                    certificate,
                    minimumTls,
                    defaultRootObject,
                    origins,
                    originGroups,
                    behaviors,
                    errorAnswers,
                    geoRestriction,
                    template,
                    staging,
                    trafficShare,
                    http2,
                    http3);
        }
    }
}
