package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCorsConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicySecurityHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyServerTimingHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyXSSProtection;
import software.amazon.awssdk.services.cloudfront.model.TooLongCspInResponseHeadersPolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyCustomHeadersInResponseHeadersPolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyRemoveHeadersInResponseHeadersPolicyException;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// What must hold within a response headers policy, and what CloudFront fills in.
final class ResponseHeadersPolicyRules {
    private static final int MAX_HEADERS = 10;
    private static final int MAX_VALUE = 1_783;

    /// `*` alone, or an origin whose host may begin with a wildcard label, with or without scheme.
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "\\*|([a-z][a-z0-9+.-]*://|\\*://)?(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:(\\d{1,5}|\\*))?");

    /// Those the security section sets, the edge owns, or without which the message breaks.
    private static final Set<String> NOT_CUSTOM =
            Set.of(
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-security-policy",
                    "referrer-policy",
                    "server-timing",
                    "strict-transport-security",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via",
                    "x-cache",
                    "x-content-type-options",
                    "x-frame-options",
                    "x-xss-protection");

    private static final Set<String> NOT_REMOVED =
            Set.of(
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-range",
                    "content-type",
                    "date",
                    "host",
                    "location",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via");

    private ResponseHeadersPolicyRules() {}

    /// Complete, and checked against every rule.
    static ResponseHeadersPolicyConfig accepted(ResponseHeadersPolicyConfig config) {
        Quantities.check(config);
        PolicyRules.check(config.name(), config.comment());
        require(
                config.corsConfig() != null
                        || config.securityHeadersConfig() != null
                        || config.serverTimingHeadersConfig() != null
                        || config.customHeadersConfig() != null
                        || config.removeHeadersConfig() != null,
                "The parameter ResponseHeadersPolicyConfig does nothing: it needs at least one of CorsConfig,"
                        + " SecurityHeadersConfig, ServerTimingHeadersConfig, CustomHeadersConfig and"
                        + " RemoveHeadersConfig.");
        if (config.corsConfig() != null) {
            cors(config.corsConfig());
        }
        if (config.securityHeadersConfig() != null) {
            security(config.securityHeadersConfig());
        }
        if (config.serverTimingHeadersConfig() != null) {
            serverTiming(config.serverTimingHeadersConfig());
        }
        if (config.customHeadersConfig() != null) {
            custom(config.customHeadersConfig().items());
        }
        if (config.removeHeadersConfig() != null) {
            removed(config.removeHeadersConfig().items());
        }
        return config.toBuilder().comment(Objects.requireNonNullElse(config.comment(), "")).build();
    }

    private static void cors(ResponseHeadersPolicyCorsConfig cors) {
        List<String> origins = cors.accessControlAllowOrigins().items();
        require(!origins.isEmpty(), "The parameter AccessControlAllowOrigins needs an origin.");
        for (String origin : origins) {
            require(
                    ORIGIN.matcher(origin).matches(),
                    "The parameter AccessControlAllowOrigins contains "
                            + origin
                            + ", which is neither an origin nor * nor an origin below *.");
        }
        alone("AccessControlAllowOrigins", origins, "*");
        List<String> headers = cors.accessControlAllowHeaders().items();
        require(!headers.isEmpty(), "The parameter AccessControlAllowHeaders needs a header.");
        tokens("AccessControlAllowHeaders", headers);
        List<String> methods = cors.accessControlAllowMethods().itemsAsStrings();
        require(!methods.isEmpty(), "The parameter AccessControlAllowMethods needs a method.");
        alone("AccessControlAllowMethods", methods, "ALL");
        if (cors.accessControlExposeHeaders() != null) {
            tokens("AccessControlExposeHeaders", cors.accessControlExposeHeaders().items());
        }
        require(
                cors.accessControlMaxAgeSec() == null || cors.accessControlMaxAgeSec() >= 0,
                "The parameter AccessControlMaxAgeSec cannot be negative.");
    }

    private static void alone(String parameter, List<String> values, String all) {
        require(
                values.size() == 1 || !values.contains(all),
                "The parameter %s contains %s and other values; %s already stands for all."
                        .formatted(parameter, all, all));
    }

    private static void tokens(String parameter, List<String> names) {
        for (String name : names) {
            require(
                    HttpText.isToken(name),
                    "The parameter %s contains %s, which is not a header's name."
                            .formatted(parameter, name));
        }
    }

    private static void security(ResponseHeadersPolicySecurityHeadersConfig security) {
        ResponseHeadersPolicyXSSProtection xss = security.xssProtection();
        if (xss != null) {
            boolean blocks = Boolean.TRUE.equals(xss.modeBlock());
            boolean reports = xss.reportUri() != null && !xss.reportUri().isEmpty();
            require(
                    !blocks || !reports,
                    "The parameters ModeBlock and ReportUri of XSSProtection exclude each other.");
            require(
                    xss.protection() || (!blocks && !reports),
                    "The parameters ModeBlock and ReportUri of XSSProtection need Protection true.");
            value("ReportUri", xss.reportUri());
        }
        if (security.contentSecurityPolicy() != null) {
            String policy = security.contentSecurityPolicy().contentSecurityPolicy();
            require(
                    policy.length() <= MAX_VALUE,
                    () ->
                            TooLongCspInResponseHeadersPolicyException.builder()
                                    .message(
                                            "The length of the Content-Security-Policy header value in the response headers"
                                                    + " policy exceeds the maximum: "
                                                    + MAX_VALUE
                                                    + ".")
                                    .build());
            value("ContentSecurityPolicy", policy);
        }
        if (security.strictTransportSecurity() != null) {
            require(
                    security.strictTransportSecurity().accessControlMaxAgeSec() >= 0,
                    "The parameter AccessControlMaxAgeSec of StrictTransportSecurity cannot be negative.");
        }
    }

    private static void serverTiming(ResponseHeadersPolicyServerTimingHeadersConfig timing) {
        require(
                !timing.enabled() || timing.samplingRate() != null,
                "The parameter SamplingRate is required when server timing is enabled.");
    }

    private static void custom(List<ResponseHeadersPolicyCustomHeader> headers) {
        require(
                headers.size() <= MAX_HEADERS,
                () ->
                        TooManyCustomHeadersInResponseHeadersPolicyException.builder()
                                .message(
                                        "The number of custom headers in the response headers policy exceeds the maximum: "
                                                + MAX_HEADERS
                                                + ".")
                                .build());
        Set<String> seen = new HashSet<>();
        for (ResponseHeadersPolicyCustomHeader header : headers) {
            name("CustomHeadersConfig", header.header(), NOT_CUSTOM, seen);
            value(header.header(), header.value());
        }
    }

    private static void removed(List<ResponseHeadersPolicyRemoveHeader> headers) {
        require(
                headers.size() <= MAX_HEADERS,
                () ->
                        TooManyRemoveHeadersInResponseHeadersPolicyException.builder()
                                .message(
                                        "The number of headers to remove in the response headers policy exceeds the maximum: "
                                                + MAX_HEADERS
                                                + ".")
                                .build());
        Set<String> seen = new HashSet<>();
        for (ResponseHeadersPolicyRemoveHeader header : headers) {
            name("RemoveHeadersConfig", header.header(), NOT_REMOVED, seen);
        }
    }

    private static void name(
            String parameter, String header, Set<String> refused, Set<String> seen) {
        String lower = header.toLowerCase(Locale.ROOT);
        require(
                HttpText.isToken(header)
                        && !refused.contains(lower)
                        && !lower.startsWith("x-amz-cf-")
                        && !lower.startsWith("x-edge-"),
                "The parameter %s contains the header %s, which is not allowed."
                        .formatted(parameter, header));
        require(
                seen.add(lower),
                "The parameter %s contains the header %s twice.".formatted(parameter, header));
    }

    private static void value(String parameter, @Nullable String value) {
        require(
                value == null || (HttpText.isFieldValue(value) && value.length() <= MAX_VALUE),
                "The parameter "
                        + parameter
                        + " is too long or has characters that a header cannot carry.");
    }
}
