package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.InvalidForwardCookiesException;
import software.amazon.awssdk.services.cloudfront.model.InvalidQueryStringParametersException;
import software.amazon.awssdk.services.cloudfront.model.InvalidTtlOrderException;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.TooManyCookieNamesInWhiteListException;
import software.amazon.awssdk.services.cloudfront.model.TooManyHeadersInForwardedValuesException;
import software.amazon.awssdk.services.cloudfront.model.TooManyKeyGroupsAssociatedToDistributionException;
import software.amazon.awssdk.services.cloudfront.model.TooManyQueryStringParametersException;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What must hold within one cache behaviour.
@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
final class BehaviorRules {
    private static final int MAX_NAMES = 10;
    private static final int MAX_KEY_GROUPS = 4;
    private static final Set<String> READ = Set.of("GET", "HEAD");
    private static final Set<String> READ_AND_OPTIONS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> EVERY =
            Set.of("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE");

    private BehaviorRules() {}

    /// @param behavior with defaults filled in
    static void check(DefaultCacheBehavior behavior) {
        require(
                behavior.viewerProtocolPolicy() != null
                        && behavior.viewerProtocolPolicy()
                                != ViewerProtocolPolicy.UNKNOWN_TO_SDK_VERSION,
                "The parameter ViewerProtocolPolicy must be allow-all, https-only or redirect-to-https.");
        methods(behavior);
        keyGroups(behavior.trustedKeyGroups());
        if (behavior.cachePolicyId() != null) {
            policies(behavior);
        } else {
            legacy(behavior);
        }
    }

    private static void keyGroups(TrustedKeyGroups groups) {
        require(
                groups.enabled() != groups.items().isEmpty(),
                "The parameter TrustedKeyGroups must be enabled if it has key groups, and only then.");
        require(
                groups.items().size() <= MAX_KEY_GROUPS,
                () ->
                        TooManyKeyGroupsAssociatedToDistributionException.builder()
                                .message(
                                        "The number of key groups referenced by this cache behavior is more than the maximum"
                                                + " allowed: "
                                                + MAX_KEY_GROUPS
                                                + ".")
                                .build());
    }

    /// Whether only methods are allowed that change nothing.
    static boolean onlyReads(DefaultCacheBehavior behavior) {
        return READ_AND_OPTIONS.containsAll(behavior.allowedMethods().itemsAsStrings());
    }

    private static void methods(DefaultCacheBehavior behavior) {
        Set<String> allowed = Set.copyOf(behavior.allowedMethods().itemsAsStrings());
        require(
                allowed.equals(READ) || allowed.equals(READ_AND_OPTIONS) || allowed.equals(EVERY),
                "The parameter AllowedMethods must be GET and HEAD; GET, HEAD and OPTIONS; or all seven methods.");
        Set<String> cached = Set.copyOf(behavior.allowedMethods().cachedMethods().itemsAsStrings());
        require(
                (cached.equals(READ) || cached.equals(READ_AND_OPTIONS))
                        && allowed.containsAll(cached),
                "The parameter CachedMethods must be GET and HEAD, or GET, HEAD and OPTIONS, and be among AllowedMethods.");
    }

    private static void policies(DefaultCacheBehavior behavior) {
        require(
                behavior.forwardedValues() == null,
                "The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.");
        require(
                behavior.minTTL() == null
                        && behavior.defaultTTL() == null
                        && behavior.maxTTL() == null,
                "The parameters MinTTL, DefaultTTL and MaxTTL cannot be used when a cache policy is associated to the cache"
                        + " behavior.");
    }

    private static void legacy(DefaultCacheBehavior behavior) {
        require(
                behavior.originRequestPolicyId() == null,
                "The parameter OriginRequestPolicyId cannot be used without a cache policy.");
        ForwardedValues values = behavior.forwardedValues();
        require(
                values != null,
                "The parameter ForwardedValues is required, unless a cache policy is associated to the cache behavior.");
        require(
                0 <= behavior.minTTL()
                        && behavior.minTTL() <= behavior.defaultTTL()
                        && behavior.defaultTTL() <= behavior.maxTTL(),
                () ->
                        InvalidTtlOrderException.builder()
                                .message(
                                        "The order of TTLs is not valid: 0 <= MinTTL <= DefaultTTL <= MaxTTL must hold.")
                                .build());
        headers(behavior, values.headers().items());
        cookies(values);
        queryStrings(values);
    }

    private static void headers(DefaultCacheBehavior behavior, List<String> headers) {
        if (headers.contains("*")) {
            require(
                    headers.size() == 1,
                    "The parameter Headers contains * and other names; * already stands for all.");
            require(
                    behavior.minTTL() == 0,
                    "The parameter MinTTL must be 0 when all headers are forwarded.");
            return;
        }
        require(
                headers.size() <= MAX_NAMES,
                () ->
                        TooManyHeadersInForwardedValuesException.builder()
                                .message(
                                        "Your request contains too many headers in forwarded values: it may have "
                                                + MAX_NAMES
                                                + ".")
                                .build());
        for (String header : headers) {
            require(
                    HttpText.isToken(header),
                    "The parameter Headers contains " + header + ", which is not a header's name.");
            VisitorFacts.check(header.toLowerCase(Locale.ROOT));
        }
    }

    private static void cookies(ForwardedValues values) {
        ItemSelection forward = values.cookies().forward();
        boolean named = values.cookies().whitelistedNames() != null;
        require(
                forward == ItemSelection.ALL
                        || forward == ItemSelection.NONE
                        || (forward == ItemSelection.WHITELIST
                                && named
                                && !values.cookies().whitelistedNames().items().isEmpty()),
                () ->
                        InvalidForwardCookiesException.builder()
                                .message(
                                        "Your request contains a forward cookies option which doesn't match with the expectation"
                                                + " for the whitelisted list of cookie names: whitelist needs names.")
                                .build());
        require(
                !named
                        || values.cookies().whitelistedNames().items().isEmpty()
                        || forward == ItemSelection.WHITELIST,
                () ->
                        InvalidForwardCookiesException.builder()
                                .message(
                                        "Your request contains a forward cookies option which doesn't match with the expectation"
                                                + " for the whitelisted list of cookie names: only whitelist takes names.")
                                .build());
        require(
                !named || values.cookies().whitelistedNames().items().size() <= MAX_NAMES,
                () ->
                        TooManyCookieNamesInWhiteListException.builder()
                                .message(
                                        "Your request contains more cookie names in the whitelist than are allowed per cache"
                                                + " behavior: "
                                                + MAX_NAMES
                                                + ".")
                                .build());
    }

    private static void queryStrings(ForwardedValues values) {
        List<String> keys = values.queryStringCacheKeys().items();
        require(
                keys.isEmpty() || values.queryString(),
                () ->
                        InvalidQueryStringParametersException.builder()
                                .message(
                                        "Query string parameters specified are invalid: QueryStringCacheKeys needs QueryString"
                                                + " true.")
                                .build());
        require(
                keys.size() <= MAX_NAMES,
                () ->
                        TooManyQueryStringParametersException.builder()
                                .message(
                                        "Your request contains too many query string parameters: it may have "
                                                + MAX_NAMES
                                                + ".")
                                .build());
    }
}
