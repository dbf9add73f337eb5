package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.edge.config.OriginPolicy;

import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidDefaultRootObjectException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginKeepaliveTimeoutException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginReadTimeoutException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginException;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.SslProtocol;
import software.amazon.awssdk.services.cloudfront.model.TooManyCacheBehaviorsException;
import software.amazon.awssdk.services.cloudfront.model.TooManyOriginCustomHeadersException;
import software.amazon.awssdk.services.cloudfront.model.TooManyOriginsException;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What must hold within one configuration, whoever owns it. Certificates and aliases need the store: see
/// [ViewerCertificates]; one behaviour by itself: see [BehaviorRules].
final class ConfigRules {
    private static final int MAX_ORIGINS = 100;
    private static final int MAX_BEHAVIORS = 75;
    private static final int MAX_CUSTOM_HEADERS = 10;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");

    /// CloudFront's alphabet; `&` comes as `&amp;` in XML.
    private static final Pattern PATH_PATTERN = Pattern.compile("[A-Za-z0-9_.*$/~\"'@:+&?-]+");

    /// S3's own names for a bucket, with or without Region, website endpoints left out: those are custom origins.
    private static final Pattern BUCKET =
            Pattern.compile(".+\\.s3([.-][a-z0-9-]+)*\\.amazonaws\\.com");

    /// Headers the edge sets itself or that would break the message; the API's documentation lists them.
    private static final Set<String> RESERVED_HEADERS =
            Set.of(
                    "cache-control",
                    "connection",
                    "content-length",
                    "cookie",
                    "host",
                    "max-forwards",
                    "pragma",
                    "proxy-authorization",
                    "proxy-connection",
                    "range",
                    "request-range",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via",
                    "x-real-ip");

    private static final List<String> RESERVED_PREFIXES = List.of("if-", "x-amz-", "x-edge-");

    private ConfigRules() {}

    /// @param config with defaults filled in
    static void check(DistributionConfig config) {
        require(
                config.comment().length() <= 128,
                "The parameter Comment is too long: it may have 128 characters.");
        require(
                config.defaultRootObject().length() <= 255
                        && !config.defaultRootObject().startsWith("/"),
                () ->
                        InvalidDefaultRootObjectException.builder()
                                .message(
                                        "The default root object file name is too long, or starts with a slash (/).")
                                .build());
        origins(config.origins().items());
        behaviors(config);
        ErrorAnswerRules.check(config.customErrorResponses().items());
    }

    /// Whether a host is a bucket's at S3's own endpoints.
    static boolean isBucket(String host) {
        return BUCKET.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    private static void origins(List<Origin> origins) {
        require(!origins.isEmpty(), "The parameter Origins is required: name at least one.");
        require(
                origins.size() <= MAX_ORIGINS,
                () ->
                        TooManyOriginsException.builder()
                                .message(
                                        "You cannot create more origins for the distribution: it may have "
                                                + MAX_ORIGINS
                                                + ".")
                                .build());
        Set<String> ids = new HashSet<>();
        for (Origin origin : origins) {
            require(
                    ids.add(origin.id()),
                    "The parameter Origins contains the duplicate id " + origin.id() + ".");
            origin(origin);
        }
    }

    private static void origin(Origin origin) {
        String host = origin.domainName();
        require(!host.contains(":"), "The parameter origin name cannot contain a colon.");
        require(
                HOST.matcher(host).matches() && host.length() <= 253,
                "The parameter Origin DomainName is not a host name: " + host);
        require(
                !OriginPolicy.isNeverAllowed(host),
                () ->
                        InvalidOriginException.builder()
                                .message(
                                        "The origin "
                                                + origin.id()
                                                + " has the DomainName "
                                                + host
                                                + ", which is never asked: link-local addresses and metadata services hand credentials to"
                                                + " whoever asks.")
                                .build());
        require(
                origin.originPath().isEmpty()
                        || (origin.originPath().startsWith("/")
                                && !origin.originPath().endsWith("/")
                                && origin.originPath().length() <= 255),
                "The parameter OriginPath must start with a slash (/) and must not end with one: "
                        + origin.originPath());
        inRange("ConnectionAttempts", origin.connectionAttempts(), 1, 3);
        inRange("ConnectionTimeout", origin.connectionTimeout(), 1, 10);
        require(
                (origin.s3OriginConfig() == null) != (origin.customOriginConfig() == null),
                () ->
                        InvalidOriginException.builder()
                                .message(
                                        "The origin "
                                                + origin.id()
                                                + " needs exactly one of S3OriginConfig and CustomOriginConfig.")
                                .build());
        if (origin.s3OriginConfig() != null) {
            require(
                    isBucket(host),
                    "The parameter Origin DomainName does not refer to a valid S3 bucket.");
        } else {
            custom(origin.customOriginConfig());
        }
        int silence =
                origin.customOriginConfig() == null
                        ? origin.s3OriginConfig().originReadTimeout()
                        : origin.customOriginConfig().originReadTimeout();
        require(
                origin.responseCompletionTimeout() == null
                        || origin.responseCompletionTimeout() >= silence,
                "The parameter ResponseCompletionTimeout must be at least the OriginReadTimeout, "
                        + silence
                        + " seconds.");
        customHeaders(origin.customHeaders().items());
    }

    private static void custom(CustomOriginConfig custom) {
        require(
                custom.originSslProtocols().items().stream()
                        .anyMatch(protocol -> protocol != SslProtocol.SSL_V3),
                "The parameter OriginSslProtocols must name a version of TLS: SSLv3 is not spoken here.");
        port("HTTPPort", custom.httpPort());
        port("HTTPSPort", custom.httpsPort());
        require(
                custom.originReadTimeout() >= 1 && custom.originReadTimeout() <= 120,
                () ->
                        InvalidOriginReadTimeoutException.builder()
                                .message(
                                        "The read timeout specified for the origin is not valid: it may be 1 to 120 seconds.")
                                .build());
        require(
                custom.originKeepaliveTimeout() >= 1 && custom.originKeepaliveTimeout() <= 120,
                () ->
                        InvalidOriginKeepaliveTimeoutException.builder()
                                .message(
                                        "The keep alive timeout specified for the origin is not valid: it may be 1 to 120 seconds.")
                                .build());
    }

    private static void customHeaders(List<OriginCustomHeader> headers) {
        require(
                headers.size() <= MAX_CUSTOM_HEADERS,
                () ->
                        TooManyOriginCustomHeadersException.builder()
                                .message(
                                        "Your request contains too many origin custom headers: an origin may have "
                                                + MAX_CUSTOM_HEADERS
                                                + ".")
                                .build());
        Set<String> names = new HashSet<>();
        for (OriginCustomHeader header : headers) {
            String name = header.headerName().toLowerCase(Locale.ROOT);
            require(
                    HttpText.isToken(name)
                            && name.length() <= 256
                            && !RESERVED_HEADERS.contains(name)
                            && RESERVED_PREFIXES.stream().noneMatch(name::startsWith),
                    "The parameter HeaderName : " + header.headerName() + " is not allowed.");
            require(
                    HttpText.isFieldValue(header.headerValue())
                            && header.headerValue().length() <= 1_783,
                    "The parameter HeaderValue of "
                            + header.headerName()
                            + " is too long or has characters that a header cannot carry.");
            require(
                    names.add(name),
                    "The parameter HeaderName : " + header.headerName() + " is given twice.");
        }
    }

    private static void behaviors(DistributionConfig config) {
        require(
                config.cacheBehaviors().quantity() <= MAX_BEHAVIORS,
                () ->
                        TooManyCacheBehaviorsException.builder()
                                .message(
                                        "You cannot create more cache behaviors for the distribution: it may have "
                                                + MAX_BEHAVIORS
                                                + ".")
                                .build());
        Set<String> origins = new HashSet<>();
        config.origins().items().forEach(origin -> origins.add(origin.id()));
        OriginGroupRules.check(config, origins);
        Set<String> groups = new HashSet<>();
        config.originGroups().items().forEach(group -> groups.add(group.id()));
        Set<String> patterns = new HashSet<>();
        List<CacheBehaviorView> views = CacheBehaviorView.all(config);
        for (CacheBehaviorView view : views.subList(0, views.size() - 1)) {
            String pattern = view.pathPattern();
            require(
                    !pattern.isEmpty() && pattern.length() <= 255,
                    "The parameter PathPattern must have 1 to 255 characters.");
            require(
                    PATH_PATTERN.matcher(pattern).matches(),
                    () ->
                            invalidArgument(
                                    "The parameter PathPattern contains a character that is not allowed: "
                                            + pattern
                                            + ". It may have A-Z a-z 0-9 _ - . * $ / ~ \" ' @ : + & ?"));
            require(
                    patterns.add(pattern.startsWith("/") ? pattern : "/" + pattern),
                    "The parameter PathPattern is given twice: " + pattern);
        }
        for (CacheBehaviorView view : views) {
            require(
                    origins.contains(view.settings().targetOriginId())
                            || groups.contains(view.settings().targetOriginId()),
                    () ->
                            NoSuchOriginException.builder()
                                    .message(
                                            "One or more of your origins or origin groups do not exist.")
                                    .build());
            require(
                    !groups.contains(view.settings().targetOriginId())
                            || BehaviorRules.onlyReads(view.settings()),
                    "The parameter AllowedMethods cannot include POST, PUT, PATCH, and DELETE for a cached behavior associated"
                            + " with an origin group.");
            BehaviorRules.check(view.settings());
        }
    }

    private static void port(String name, int port) {
        if (port != 80 && port != 443 && (port < 1_024 || port > 65_535)) {
            throw invalidArgument(
                    "The parameter %s is not valid: %d is not 80, 443 or one of 1024 to 65535."
                            .formatted(name, port));
        }
    }

    private static void inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalidArgument(
                    "The parameter %s is not valid: %d is not one of %d to %d."
                            .formatted(name, value, least, most));
        }
    }
}
