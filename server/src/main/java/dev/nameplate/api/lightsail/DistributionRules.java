package dev.nameplate.api.lightsail;

import dev.nameplate.api.lightsail.DistributionDocument.CacheSettings;
import dev.nameplate.api.lightsail.DistributionDocument.PathBehavior;
import dev.nameplate.edge.config.OriginPolicy;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.CacheBehavior;
import software.amazon.awssdk.services.lightsail.model.CacheBehaviorPerPath;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.HeaderEnum;
import software.amazon.awssdk.services.lightsail.model.InputOrigin;
import software.amazon.awssdk.services.lightsail.model.RegionName;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.ViewerMinimumTlsProtocolVersionEnum;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads a distribution's configuration out of a request: checks every choice, and fills in Lightsail's defaults.
final class DistributionRules {
    private static final Set<String> BEHAVIORS = Set.of("cache", "dont-cache");
    private static final String ALL_METHODS = "GET,HEAD,OPTIONS,PUT,PATCH,POST,DELETE";
    private static final Set<String> ALLOWED_METHODS =
            Set.of("GET,HEAD", "GET,HEAD,OPTIONS", ALL_METHODS);
    private static final Set<String> CACHED_METHODS = Set.of("GET,HEAD", "GET,HEAD,OPTIONS");
    private static final Set<String> FORWARD_OPTIONS =
            Set.of("none", "default", "allow-list", "all");
    private static final Set<String> TLS_VERSIONS =
            ViewerMinimumTlsProtocolVersionEnum.knownValues().stream()
                    .map(Object::toString)
                    .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> HEADERS =
            HeaderEnum.knownValues().stream()
                    .map(Object::toString)
                    .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> REGIONS =
            RegionName.knownValues().stream()
                    .map(Object::toString)
                    .collect(Collectors.toUnmodifiableSet());

    private static final int MAX_PATHS = 25;
    private static final int MAX_FORWARDED = 10;
    private static final int MAX_RESPONSE_TIMEOUT = 60;
    private static final int DEFAULT_RESPONSE_TIMEOUT = 30;
    private static final long ONE_DAY = 86_400;
    private static final long ONE_YEAR = 31_536_000;
    private static final String DEFAULT_MINIMUM_TLS = "TLSv1.2_2021";

    private DistributionRules() {}

    static DistributionDocument read(CreateDistributionRequest request) {
        return new DistributionDocument(
                origin(request.origin(), Optional.empty()),
                behavior(request.defaultCacheBehavior()),
                paths(request.cacheBehaviors()),
                settings(request.cacheBehaviorSettings()),
                bundle(request.bundleId()),
                ipAddressType(request.ipAddressTypeAsString()),
                oneOf(
                        "viewerMinimumTlsProtocolVersion",
                        request.viewerMinimumTlsProtocolVersionAsString(),
                        TLS_VERSIONS,
                        DEFAULT_MINIMUM_TLS),
                "",
                false,
                0);
    }

    /// What an update leaves out stays as it is; the cache settings are one thing, replaced as a whole. Its certificate is not
    /// read here.
    static DistributionDocument updated(
            DistributionDocument existing, UpdateDistributionRequest request) {
        DistributionDocument.Builder updated = existing.toBuilder();
        if (request.origin() != null) {
            updated.origin(origin(request.origin(), Optional.of(existing.origin())));
        }
        if (request.defaultCacheBehavior() != null) {
            updated.defaultBehavior(behavior(request.defaultCacheBehavior()));
        }
        if (request.cacheBehaviorSettings() != null) {
            updated.cacheSettings(settings(request.cacheBehaviorSettings()));
        }
        if (request.hasCacheBehaviors()) {
            updated.pathBehaviors(paths(request.cacheBehaviors()));
        }
        if (request.isEnabled() != null) {
            updated.disabled(!request.isEnabled());
        }
        if (request.viewerMinimumTlsProtocolVersionAsString() != null) {
            updated.minimumTls(
                    oneOf(
                            "viewerMinimumTlsProtocolVersion",
                            request.viewerMinimumTlsProtocolVersionAsString(),
                            TLS_VERSIONS,
                            null));
        }
        return updated.build();
    }

    /// A document that was accepted once must still be one by today's rules.
    static void recheck(DistributionDocument document) {
        requireAskable(document.origin().name());
        oneOf("viewerMinimumTlsProtocolVersion", document.minimumTls(), TLS_VERSIONS, null);
        DistributionDocument.CacheSettings settings = document.cacheSettings();
        requireOrdered(settings.minimumTtl(), settings.defaultTtl(), settings.maximumTtl());
        if (document.pathBehaviors().size() > MAX_PATHS) {
            throw tooManyPaths(document.pathBehaviors().size());
        }
    }

    static String bundle(@Nullable String given) {
        return oneOf("bundleId", given, DistributionBundles.IDS, null);
    }

    private static String behavior(@Nullable CacheBehavior given) {
        return oneOf(
                "defaultCacheBehavior.behavior",
                given == null ? null : given.behaviorAsString(),
                BEHAVIORS,
                null);
    }

    private static void requireAskable(String originName) {
        if (OriginPolicy.isNeverAllowed(OriginAddress.parse(originName).host())) {
            throw Refusal.invalid(
                    "The origin '"
                            + originName
                            + "' is never asked: link-local addresses and metadata services hand"
                            + " credentials to whoever asks.");
        }
    }

    /// @param existing where a member that is missing is taken from
    private static DistributionDocument.Origin origin(
            @Nullable InputOrigin given, Optional<DistributionDocument.Origin> existing) {
        String name =
                Optional.ofNullable(given)
                        .map(InputOrigin::name)
                        .or(() -> existing.map(DistributionDocument.Origin::name))
                        .orElseThrow(() -> Refusal.invalid("The origin needs a name."));
        requireAskable(name);
        int timeout =
                Optional.ofNullable(given)
                        .map(InputOrigin::responseTimeout)
                        .or(() -> existing.map(DistributionDocument.Origin::responseTimeout))
                        .orElse(DEFAULT_RESPONSE_TIMEOUT);
        if (timeout < 1 || timeout > MAX_RESPONSE_TIMEOUT) {
            throw Refusal.invalid(
                    "The origin.responseTimeout must be 1 to 60 seconds, not " + timeout + ".");
        }
        return new DistributionDocument.Origin(
                name,
                oneOf(
                        "origin.regionName",
                        given == null ? null : given.regionNameAsString(),
                        REGIONS,
                        existing.map(DistributionDocument.Origin::regionName).orElse("us-east-1")),
                oneOf(
                        "origin.protocolPolicy",
                        given == null ? null : given.protocolPolicyAsString(),
                        Set.of("http-only", "https-only"),
                        existing.map(DistributionDocument.Origin::protocolPolicy)
                                .orElse("http-only")),
                timeout);
    }

    static String ipAddressType(@Nullable String given) {
        if ("ipv6".equals(given)) {
            throw Refusal.invalid(
                    "A distribution cannot be ipv6 only. Use dualstack or ipv4 as the ipAddressType.");
        }
        return oneOf("ipAddressType", given, Set.of("dualstack", "ipv4"), "dualstack");
    }

    private static List<PathBehavior> paths(List<CacheBehaviorPerPath> given) {
        if (given.size() > MAX_PATHS) {
            throw tooManyPaths(given.size());
        }
        var seen = new HashSet<String>();
        for (CacheBehaviorPerPath behavior : given) {
            String path = behavior.path();
            if (path == null || path.isBlank() || path.length() > 255) {
                throw Refusal.invalid(
                        "Every one of the cacheBehaviors needs a path of 1 to 255 characters.");
            }
            if (!seen.add(ServedTranslation.pattern(path))) {
                throw Refusal.invalid(
                        "The path '" + path + "' occurs more than once in cacheBehaviors.");
            }
        }
        return given.stream()
                .map(behavior ->
                        new PathBehavior(
                                behavior.path(),
                                oneOf(
                                        "cacheBehaviors.behavior",
                                        behavior.behaviorAsString(),
                                        BEHAVIORS,
                                        null)))
                .toList();
    }

    private static RuntimeException tooManyPaths(int number) {
        return Refusal.invalid(
                "A distribution can have at most 25 cacheBehaviors, not " + number + ".");
    }

    private static void requireOrdered(long minimum, long initial, long maximum) {
        if (minimum > initial || initial > maximum) {
            throw Refusal.invalid(
                    "The cacheBehaviorSettings must keep minimumTTL ≤ defaultTTL ≤ maximumTTL; they"
                            + " are "
                            + minimum
                            + ", "
                            + initial
                            + " and "
                            + maximum
                            + ".");
        }
    }

    private static CacheSettings settings(
            software.amazon.awssdk.services.lightsail.model.@Nullable CacheSettings given) {
        var asked =
                given == null
                        ? software.amazon.awssdk.services.lightsail.model.CacheSettings.builder()
                                .build()
                        : given;
        long minimum = ttl("minimumTTL", asked.minimumTTL(), 0);
        long maximum = ttl("maximumTTL", asked.maximumTTL(), Math.max(ONE_YEAR, minimum));
        long initial =
                ttl(
                        "defaultTTL",
                        asked.defaultTTL(),
                        Math.clamp(ONE_DAY, minimum, Math.max(minimum, maximum)));
        requireOrdered(minimum, initial, maximum);
        var cookies = asked.forwardedCookies();
        String cookieOption =
                option(
                        "forwardedCookies",
                        cookies == null ? null : cookies.optionAsString(),
                        "none");
        List<String> cookieNames =
                allowed(
                        "forwardedCookies.cookiesAllowList",
                        cookieOption,
                        cookies == null ? List.of() : cookies.cookiesAllowList());
        var headers = asked.forwardedHeaders();
        String headerOption =
                option(
                        "forwardedHeaders",
                        headers == null ? null : headers.optionAsString(),
                        "default");
        List<String> headerNames =
                allowed(
                        "forwardedHeaders.headersAllowList",
                        headerOption,
                        headers == null ? List.of() : headers.headersAllowListAsStrings());
        headerNames.forEach(
                header -> oneOf("forwardedHeaders.headersAllowList", header, HEADERS, null));
        if (headerOption.equals("all") && minimum != 0) {
            throw Refusal.invalid("The minimumTTL must be 0 when all headers are forwarded.");
        }
        var queries = asked.forwardedQueryStrings();
        boolean allQueries = queries != null && Boolean.TRUE.equals(queries.option());
        List<String> queryNames =
                queries == null || allQueries
                        ? List.of()
                        : bounded(
                                "forwardedQueryStrings.queryStringsAllowList",
                                queries.queryStringsAllowList());
        return new CacheSettings(
                initial,
                minimum,
                maximum,
                oneOf(
                        "cacheBehaviorSettings.allowedHTTPMethods",
                        asked.allowedHTTPMethods(),
                        ALLOWED_METHODS,
                        ALL_METHODS),
                oneOf(
                        "cacheBehaviorSettings.cachedHTTPMethods",
                        asked.cachedHTTPMethods(),
                        CACHED_METHODS,
                        "GET,HEAD"),
                cookieOption,
                cookieNames,
                headerOption,
                headerNames,
                allQueries,
                queryNames);
    }

    private static long ttl(String member, @Nullable Long given, long absent) {
        long seconds = given == null ? absent : given;
        if (seconds < 0) {
            throw Refusal.invalid("The " + member + " cannot be negative.");
        }
        return seconds;
    }

    /// `none` and `default` mean the same; the answer keeps the word the real service uses for the member.
    private static String option(String member, @Nullable String given, String none) {
        String option = oneOf(member + ".option", given, FORWARD_OPTIONS, none);
        return option.equals("none") || option.equals("default") ? none : option;
    }

    private static List<String> allowed(String member, String option, List<String> names) {
        if (!option.equals("allow-list")) {
            return List.of();
        }
        if (names.isEmpty()) {
            throw Refusal.invalid("The " + member + " is empty although the option is allow-list.");
        }
        return bounded(member, names);
    }

    private static List<String> bounded(String member, List<String> names) {
        if (names.size() > MAX_FORWARDED) {
            throw Refusal.invalid(
                    "The " + member + " can have at most 10 entries, not " + names.size() + ".");
        }
        return names.stream().distinct().toList();
    }

    /// @param absent what a missing member means; null where it may not be missing
    private static String oneOf(
            String member, @Nullable String given, Set<String> words, @Nullable String absent) {
        if (given == null && absent != null) {
            return absent;
        }
        if (given == null || !words.contains(given)) {
            throw Refusal.invalid(
                    "The "
                            + member
                            + (given == null ? " is missing" : " '" + given + "' is not known")
                            + "; it must be one of "
                            + words.stream().sorted().collect(Collectors.joining(" | "))
                            + ".");
        }
        return given;
    }
}
