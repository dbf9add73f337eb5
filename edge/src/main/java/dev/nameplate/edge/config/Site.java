package dev.nameplate.edge.config;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// One version of a distribution's configuration, as the edge serves it. Start from [#of] and change what differs through
/// [#toBuilder].
///
/// @param configVersion told in every [RequestEvent], so that an answer can be traced to the version that gave it
/// @param origins by [Origin#id]
/// @param originGroups by [OriginGroup#id]
/// @param behaviors in order of precedence; the last one is the default and matches every path
/// @param defaultRootObject what `/` means, without a leading slash
/// @param errorAnswers by [ErrorAnswer#status]
/// @param tenancy where the configuration is a template that this site fills in for one tenant
/// @param staging what some of its visitors are served by instead
/// @param http2 whether visitors are offered HTTP/2
/// @param http3 whether visitors are offered HTTP/3, where the edge has it
public record Site(
        String distributionId,
        long configVersion,
        boolean enabled,
        Map<String, Origin> origins,
        Map<String, OriginGroup> originGroups,
        List<Behavior> behaviors,
        Optional<String> defaultRootObject,
        Map<Integer, ErrorAnswer> errorAnswers,
        Optional<GeoRestriction> geoRestriction,
        Optional<Tenancy> tenancy,
        Optional<Staging> staging,
        boolean http2,
        boolean http3) {
    public Site {
        origins = Map.copyOf(origins);
        originGroups = Map.copyOf(originGroups);
        behaviors = List.copyOf(behaviors);
        errorAnswers = Map.copyOf(errorAnswers);
        if (behaviors.isEmpty()) {
            throw new IllegalArgumentException(
                    "distribution " + distributionId + " has no default behaviour");
        }
        if (!behaviors.getLast().pathPattern().equals(Behavior.EVERY_PATH)) {
            throw new IllegalArgumentException(
                    "the last behaviour of distribution "
                            + distributionId
                            + " must match every path (*)");
        }
        for (OriginGroup group : originGroups.values()) {
            requireOrigin(distributionId, origins, "origin group " + group.id(), group.primaryId());
            requireOrigin(
                    distributionId, origins, "origin group " + group.id(), group.secondaryId());
        }
        for (Behavior behavior : behaviors) {
            if (!originGroups.containsKey(behavior.targetId())) {
                requireOrigin(
                        distributionId,
                        origins,
                        "behaviour " + behavior.pathPattern(),
                        behavior.targetId());
            }
        }
    }

    private static void requireOrigin(
            String distributionId, Map<String, Origin> origins, String who, String originId) {
        if (!origins.containsKey(originId)) {
            throw new IllegalArgumentException(
                    "%s of distribution %s names the unknown origin %s"
                            .formatted(who, distributionId, originId));
        }
    }

    /// An enabled site without groups, error pages or restrictions, over every HTTP version.
    public static Site of(
            String distributionId,
            long configVersion,
            Map<String, Origin> origins,
            List<Behavior> behaviors) {
        return new Site(
                distributionId,
                configVersion,
                true,
                origins,
                Map.of(),
                behaviors,
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                true);
    }

    /// A tenant of a template distribution.
    ///
    /// @param groupId what the tenant shares with others besides the template: its connection group
    /// @param contentId see [Site#contentId]; kept, since every request asks for it
    public record Tenancy(String tenantId, String groupId, String contentId) {
        public static Tenancy of(String distributionId, String tenantId, String groupId) {
            return new Tenancy(tenantId, groupId, distributionId + "/" + tenantId);
        }
    }

    /// Under which id content is cached, and within which a visitor's connection may be used for several hosts. A tenant's lies
    /// below its template's.
    public String contentId() {
        return tenancy.isPresent() ? tenancy.get().contentId() : distributionId;
    }

    /// Whether a change of `id` changes this site: of its distribution, its tenant, its tenant's group or its staging
    /// distribution.
    public boolean dependsOn(String id) {
        return distributionId.equals(id)
                || (staging.isPresent() && staging.get().site().dependsOn(id))
                || (tenancy.isPresent()
                        && (tenancy.get().tenantId().equals(id)
                                || tenancy.get().groupId().equals(id)));
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Where a request that the behaviour covers goes first.
    public Origin originOf(Behavior behavior) {
        OriginGroup group = originGroups.get(behavior.targetId());
        return Objects.requireNonNull(
                origins.get(group == null ? behavior.targetId() : group.primaryId()),
                "not a behaviour of this site");
    }

    /// The group that a behaviour's requests go to, where they go to one.
    public Optional<OriginGroup> groupOf(Behavior behavior) {
        return Optional.ofNullable(originGroups.get(behavior.targetId()));
    }

    /// Changes single components.
    public static final class Builder {
        private final String distributionId;
        private long configVersion;
        private boolean enabled;
        private Map<String, Origin> origins;
        private Map<String, OriginGroup> originGroups;
        private List<Behavior> behaviors;
        private Optional<String> defaultRootObject;
        private Map<Integer, ErrorAnswer> errorAnswers;
        private Optional<GeoRestriction> geoRestriction;
        private Optional<Tenancy> tenancy;
        private Optional<Staging> staging;
        private boolean http2;
        private boolean http3;

        private Builder(Site from) {
            distributionId = from.distributionId;
            configVersion = from.configVersion;
            enabled = from.enabled;
            origins = from.origins;
            originGroups = from.originGroups;
            behaviors = from.behaviors;
            defaultRootObject = from.defaultRootObject;
            errorAnswers = from.errorAnswers;
            geoRestriction = from.geoRestriction;
            tenancy = from.tenancy;
            staging = from.staging;
            http2 = from.http2;
            http3 = from.http3;
        }

        public Builder configVersion(long value) {
            configVersion = value;
            return this;
        }

        public Builder enabled(boolean value) {
            enabled = value;
            return this;
        }

        public Builder origins(Map<String, Origin> value) {
            origins = value;
            return this;
        }

        public Builder originGroups(Map<String, OriginGroup> value) {
            originGroups = value;
            return this;
        }

        public Builder behaviors(List<Behavior> value) {
            behaviors = value;
            return this;
        }

        public Builder defaultRootObject(Optional<String> value) {
            defaultRootObject = value;
            return this;
        }

        public Builder errorAnswers(Map<Integer, ErrorAnswer> value) {
            errorAnswers = value;
            return this;
        }

        public Builder geoRestriction(Optional<GeoRestriction> value) {
            geoRestriction = value;
            return this;
        }

        public Builder tenancy(Optional<Tenancy> value) {
            tenancy = value;
            return this;
        }

        public Builder staging(Optional<Staging> value) {
            staging = value;
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

        public Site build() {
            return new Site(
                    distributionId,
                    configVersion,
                    enabled,
                    origins,
                    originGroups,
                    behaviors,
                    defaultRootObject,
                    errorAnswers,
                    geoRestriction,
                    tenancy,
                    staging,
                    http2,
                    http3);
        }
    }
}
