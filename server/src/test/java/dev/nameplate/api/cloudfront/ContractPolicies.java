package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.ContractWalk.ACCOUNT;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_UUID;
import static dev.nameplate.api.cloudfront.ContractWalk.STALE;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyType;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;

/// Policies, and the quotas of all that distributions name by id.
final class ContractPolicies {
    private static final String MANAGED_ORIGIN_REQUEST = "216adef6-5c7f-47e4-b989-5492eafa07d3";
    private static final String MANAGED_RESPONSE_HEADERS = "60669652-455b-4ae9-85a4-c4c02393f86c";
    private static final String KEY = newKey();

    private final ContractWalk walk;
    private final CloudFrontClient api;
    private final Made used;

    /// One of each kind, by id.
    record Made(
            String cache,
            String originRequest,
            String responseHeaders,
            String control,
            String key,
            String keyGroup) {}

    ContractPolicies(ContractWalk walk) {
        this.walk = walk;
        this.api = walk.api;
        this.used = made(api, "used");
        made(api, "other");
        DistributionConfig naming =
                Configs.minimal("naming")
                        .applyMutation(c ->
                                ConfigFaults.bucket(
                                        c, o -> o.originAccessControlId(used.control())))
                        .applyMutation(c ->
                                ConfigFaults.behavior(
                                        c,
                                        b ->
                                                b.cachePolicyId(used.cache())
                                                        .originRequestPolicyId(used.originRequest())
                                                        .responseHeadersPolicyId(
                                                                used.responseHeaders())
                                                        .trustedKeyGroups(k ->
                                                                k.enabled(true)
                                                                        .quantity(1)
                                                                        .items(used.keyGroup()))))
                        .build();
        api.createDistribution(r -> r.distributionConfig(naming));
    }

    Made used() {
        return used;
    }

    void all() {
        cachePolicies();
        originRequestPolicies();
        responseHeadersPolicies();
    }

    private void cachePolicies() {
        ContractWalk.Family family =
                new ContractWalk.Family(
                        "CachePolicy",
                        "NoSuchCachePolicy",
                        NO_UUID,
                        used.cache(),
                        id -> api.getCachePolicy(r -> r.id(id)),
                        id -> api.getCachePolicyConfig(r -> r.id(id)),
                        (id, etag) -> cache(id, etag, Configs.cachePolicy("renamed").build()),
                        (id, etag) -> api.deleteCachePolicy(r -> r.id(id).ifMatch(etag)),
                        this::cacheEtag);
        family.walk(walk);
        family.inUse(walk, "CachePolicyInUse");
        walk.shows(
                "UpdateCachePolicy",
                "IllegalUpdate",
                () ->
                        cache(
                                Configs.CACHING_OPTIMIZED,
                                STALE,
                                Configs.cachePolicy("renamed").build()));
        walk.shows(
                "DeleteCachePolicy",
                "IllegalDelete",
                () -> api.deleteCachePolicy(r -> r.id(Configs.CACHING_OPTIMIZED).ifMatch(STALE)));
        cacheRefused("CachePolicyAlreadyExists", Configs.cachePolicy("other").build());
        cacheRefused("InvalidArgument", Configs.cachePolicy("no name").build());
        List<String> many = ConfigFaults.names(11);
        cacheRefused("TooManyHeadersInCachePolicy", key("h", "whitelist", many, 11));
        cacheRefused("TooManyCookiesInCachePolicy", key("c", "whitelist", many, 11));
        cacheRefused("TooManyQueryStringsInCachePolicy", key("q", "whitelist", many, 11));
        cacheRefused("InconsistentQuantities", key("h", "whitelist", many, 3));
        walk.shows(
                "ListCachePolicies",
                "InvalidArgument",
                () -> api.listCachePolicies(r -> r.maxItems("0")));
        walk.shows(
                "ListDistributionsByCachePolicyId",
                "NoSuchCachePolicy",
                () -> api.listDistributionsByCachePolicyId(r -> r.cachePolicyId(NO_UUID)));
        walk.shows(
                "ListDistributionsByCachePolicyId",
                "InvalidArgument",
                () ->
                        api.listDistributionsByCachePolicyId(
                                r -> r.cachePolicyId(used.cache()).marker("nonsense")));
    }

    private static CachePolicyConfig key(
            String part, String behavior, List<String> names, int quantity) {
        return Configs.cachePolicy("keyed")
                .parametersInCacheKeyAndForwardedToOrigin(key -> {
                    key.enableAcceptEncodingGzip(false)
                            .headersConfig(h -> h.headerBehavior("none"))
                            .cookiesConfig(c -> c.cookieBehavior("none"))
                            .queryStringsConfig(q -> q.queryStringBehavior("none"));
                    switch (part) {
                        case "h" ->
                                key.headersConfig(h ->
                                        h.headerBehavior(behavior)
                                                .headers(n -> n.quantity(quantity).items(names)));
                        case "c" ->
                                key.cookiesConfig(c ->
                                        c.cookieBehavior(behavior)
                                                .cookies(n -> n.quantity(quantity).items(names)));
                        default ->
                                key.queryStringsConfig(q ->
                                        q.queryStringBehavior(behavior)
                                                .queryStrings(
                                                        n -> n.quantity(quantity).items(names)));
                    }
                })
                .build();
    }

    private void cacheRefused(String error, CachePolicyConfig config) {
        walk.shows(
                "CreateCachePolicy",
                error,
                () -> api.createCachePolicy(r -> r.cachePolicyConfig(config)));
        walk.shows(
                "UpdateCachePolicy",
                error,
                () -> cache(used.cache(), cacheEtag(used.cache()), config));
    }

    private void cache(String id, String etag, CachePolicyConfig config) {
        api.updateCachePolicy(r -> r.id(id).ifMatch(etag).cachePolicyConfig(config));
    }

    private String cacheEtag(String id) {
        return api.getCachePolicy(r -> r.id(id)).eTag();
    }

    private void originRequestPolicies() {
        OriginRequestPolicyConfig renamed = originRequest("renamed").build();
        ContractWalk.Family family =
                new ContractWalk.Family(
                        "OriginRequestPolicy",
                        "NoSuchOriginRequestPolicy",
                        NO_UUID,
                        used.originRequest(),
                        id -> api.getOriginRequestPolicy(r -> r.id(id)),
                        id -> api.getOriginRequestPolicyConfig(r -> r.id(id)),
                        (id, etag) -> originRequest(id, etag, renamed),
                        (id, etag) -> api.deleteOriginRequestPolicy(r -> r.id(id).ifMatch(etag)),
                        this::originRequestEtag);
        family.walk(walk);
        family.inUse(walk, "OriginRequestPolicyInUse");
        walk.shows(
                "UpdateOriginRequestPolicy",
                "IllegalUpdate",
                () -> originRequest(MANAGED_ORIGIN_REQUEST, STALE, renamed));
        walk.shows(
                "DeleteOriginRequestPolicy",
                "IllegalDelete",
                () ->
                        api.deleteOriginRequestPolicy(
                                r -> r.id(MANAGED_ORIGIN_REQUEST).ifMatch(STALE)));
        originRequestRefused("OriginRequestPolicyAlreadyExists", originRequest("other").build());
        originRequestRefused("InvalidArgument", originRequest("no name").build());
        List<String> many = ConfigFaults.names(11);
        OriginRequestPolicyConfig.Builder keyed = originRequest("keyed");
        originRequestRefused(
                "TooManyHeadersInOriginRequestPolicy",
                keyed.copy()
                        .headersConfig(h ->
                                h.headerBehavior("whitelist")
                                        .headers(n -> n.quantity(11).items(many)))
                        .build());
        originRequestRefused(
                "TooManyCookiesInOriginRequestPolicy",
                keyed.copy()
                        .cookiesConfig(c ->
                                c.cookieBehavior("whitelist")
                                        .cookies(n -> n.quantity(11).items(many)))
                        .build());
        originRequestRefused(
                "TooManyQueryStringsInOriginRequestPolicy",
                keyed.copy()
                        .queryStringsConfig(q ->
                                q.queryStringBehavior("whitelist")
                                        .queryStrings(n -> n.quantity(11).items(many)))
                        .build());
        originRequestRefused(
                "InconsistentQuantities",
                keyed.copy()
                        .headersConfig(h ->
                                h.headerBehavior("whitelist")
                                        .headers(n -> n.quantity(3).items(many)))
                        .build());
        walk.shows(
                "ListOriginRequestPolicies",
                "InvalidArgument",
                () -> api.listOriginRequestPolicies(r -> r.maxItems("0")));
        walk.shows(
                "ListDistributionsByOriginRequestPolicyId",
                "NoSuchOriginRequestPolicy",
                () ->
                        api.listDistributionsByOriginRequestPolicyId(
                                r -> r.originRequestPolicyId(NO_UUID)));
        walk.shows(
                "ListDistributionsByOriginRequestPolicyId",
                "InvalidArgument",
                () ->
                        api.listDistributionsByOriginRequestPolicyId(r ->
                                r.originRequestPolicyId(used.originRequest()).marker("nonsense")));
    }

    private void originRequestRefused(String error, OriginRequestPolicyConfig config) {
        walk.shows(
                "CreateOriginRequestPolicy",
                error,
                () -> api.createOriginRequestPolicy(r -> r.originRequestPolicyConfig(config)));
        walk.shows(
                "UpdateOriginRequestPolicy",
                error,
                () ->
                        originRequest(
                                used.originRequest(),
                                originRequestEtag(used.originRequest()),
                                config));
    }

    private void originRequest(String id, String etag, OriginRequestPolicyConfig config) {
        api.updateOriginRequestPolicy(
                r -> r.id(id).ifMatch(etag).originRequestPolicyConfig(config));
    }

    private String originRequestEtag(String id) {
        return api.getOriginRequestPolicy(r -> r.id(id)).eTag();
    }

    private void responseHeadersPolicies() {
        ResponseHeadersPolicyConfig renamed = Configs.responseHeaders("renamed").build();
        ContractWalk.Family family =
                new ContractWalk.Family(
                        "ResponseHeadersPolicy",
                        "NoSuchResponseHeadersPolicy",
                        NO_UUID,
                        used.responseHeaders(),
                        id -> api.getResponseHeadersPolicy(r -> r.id(id)),
                        id -> api.getResponseHeadersPolicyConfig(r -> r.id(id)),
                        (id, etag) -> responseHeaders(id, etag, renamed),
                        (id, etag) -> api.deleteResponseHeadersPolicy(r -> r.id(id).ifMatch(etag)),
                        this::responseHeadersEtag);
        family.walk(walk);
        family.inUse(walk, "ResponseHeadersPolicyInUse");
        walk.shows(
                "UpdateResponseHeadersPolicy",
                "IllegalUpdate",
                () -> responseHeaders(MANAGED_RESPONSE_HEADERS, STALE, renamed));
        walk.shows(
                "DeleteResponseHeadersPolicy",
                "IllegalDelete",
                () ->
                        api.deleteResponseHeadersPolicy(
                                r -> r.id(MANAGED_RESPONSE_HEADERS).ifMatch(STALE)));
        responseHeadersRefused(
                "ResponseHeadersPolicyAlreadyExists", Configs.responseHeaders("other").build());
        responseHeadersRefused("InvalidArgument", Configs.responseHeaders("no name").build());
        List<ResponseHeadersPolicyCustomHeader> custom =
                ConfigFaults.names(11).stream()
                        .map(name ->
                                ResponseHeadersPolicyCustomHeader.builder()
                                        .header("x-" + name)
                                        .value("v")
                                        .override(true)
                                        .build())
                        .toList();
        responseHeadersRefused(
                "TooManyCustomHeadersInResponseHeadersPolicy",
                Configs.responseHeaders("full")
                        .customHeadersConfig(h -> h.quantity(11).items(custom))
                        .build());
        responseHeadersRefused(
                "InconsistentQuantities",
                Configs.responseHeaders("full")
                        .customHeadersConfig(h -> h.quantity(3).items(custom))
                        .build());
        List<ResponseHeadersPolicyRemoveHeader> removed =
                ConfigFaults.names(11).stream()
                        .map(name ->
                                ResponseHeadersPolicyRemoveHeader.builder()
                                        .header("x-" + name)
                                        .build())
                        .toList();
        responseHeadersRefused(
                "TooManyRemoveHeadersInResponseHeadersPolicy",
                Configs.responseHeaders("full")
                        .removeHeadersConfig(h -> h.quantity(11).items(removed))
                        .build());
        responseHeadersRefused(
                "TooLongCspInResponseHeadersPolicy",
                Configs.responseHeaders("full")
                        .securityHeadersConfig(s ->
                                s.contentSecurityPolicy(csp ->
                                        csp.override(true)
                                                .contentSecurityPolicy("x".repeat(1_784))))
                        .build());
        walk.shows(
                "ListResponseHeadersPolicies",
                "InvalidArgument",
                () -> api.listResponseHeadersPolicies(r -> r.maxItems("0")));
        walk.shows(
                "ListDistributionsByResponseHeadersPolicyId",
                "NoSuchResponseHeadersPolicy",
                () ->
                        api.listDistributionsByResponseHeadersPolicyId(
                                r -> r.responseHeadersPolicyId(NO_UUID)));
        walk.shows(
                "ListDistributionsByResponseHeadersPolicyId",
                "InvalidArgument",
                () ->
                        api.listDistributionsByResponseHeadersPolicyId(r ->
                                r.responseHeadersPolicyId(used.responseHeaders())
                                        .marker("nonsense")));
    }

    private void responseHeadersRefused(String error, ResponseHeadersPolicyConfig config) {
        walk.shows(
                "CreateResponseHeadersPolicy",
                error,
                () -> api.createResponseHeadersPolicy(r -> r.responseHeadersPolicyConfig(config)));
        walk.shows(
                "UpdateResponseHeadersPolicy",
                error,
                () ->
                        responseHeaders(
                                used.responseHeaders(),
                                responseHeadersEtag(used.responseHeaders()),
                                config));
    }

    private void responseHeaders(String id, String etag, ResponseHeadersPolicyConfig config) {
        api.updateResponseHeadersPolicy(
                r -> r.id(id).ifMatch(etag).responseHeadersPolicyConfig(config));
    }

    private String responseHeadersEtag(String id) {
        return api.getResponseHeadersPolicy(r -> r.id(id)).eTag();
    }

    /// Last, since it fills the store.
    void quotas() {
        walk.features.database.write(write -> {
            for (Kind kind : Kind.values()) {
                for (String name : ConfigFaults.names(100)) {
                    write.handle()
                            .createUpdate(
                                    """
                                    INSERT INTO cloudfront_config
                                        (kind, id, account, name, etag, created_at, modified_at, document)
                                    VALUES (:kind, :name, :account, :name, 'E', 0, 0, '{}')
                                    """)
                            .bind("kind", kind.name())
                            .bind("name", name)
                            .bind("account", ACCOUNT.value())
                            .execute();
                }
            }
            return true;
        });
        walk.shows("CreateCachePolicy", "TooManyCachePolicies", () -> made(api, "one-more"));
        walk.shows(
                "CreateOriginRequestPolicy",
                "TooManyOriginRequestPolicies",
                () ->
                        api.createOriginRequestPolicy(
                                r -> r.originRequestPolicyConfig(originRequest("more").build())));
        walk.shows(
                "CreateResponseHeadersPolicy",
                "TooManyResponseHeadersPolicies",
                () ->
                        api.createResponseHeadersPolicy(r ->
                                r.responseHeadersPolicyConfig(
                                        Configs.responseHeaders("more").build())));
        walk.shows(
                "CreateOriginAccessControl",
                "TooManyOriginAccessControls",
                () ->
                        api.createOriginAccessControl(
                                r -> r.originAccessControlConfig(control("more", "s3", "never"))));
        walk.shows(
                "CreatePublicKey",
                "TooManyPublicKeys",
                () -> api.createPublicKey(r -> r.publicKeyConfig(key("more"))));
        walk.shows(
                "CreateKeyGroup",
                "TooManyKeyGroups",
                () -> api.createKeyGroup(r -> r.keyGroupConfig(group("more", used.key()))));
        walk.shows(
                "CreateContinuousDeploymentPolicy",
                "TooManyContinuousDeploymentPolicies",
                () ->
                        api.createContinuousDeploymentPolicy(
                                r -> r.continuousDeploymentPolicyConfig(deployment("d.example"))));
    }

    static Made made(CloudFrontClient api, String name) {
        String cache =
                api.createCachePolicy(r -> r.cachePolicyConfig(Configs.cachePolicy(name).build()))
                        .cachePolicy()
                        .id();
        String originRequest =
                api.createOriginRequestPolicy(
                                r -> r.originRequestPolicyConfig(originRequest(name).build()))
                        .originRequestPolicy()
                        .id();
        String responseHeaders =
                api.createResponseHeadersPolicy(r ->
                                r.responseHeadersPolicyConfig(
                                        Configs.responseHeaders(name).build()))
                        .responseHeadersPolicy()
                        .id();
        String control =
                api.createOriginAccessControl(
                                r -> r.originAccessControlConfig(control(name, "s3", "never")))
                        .originAccessControl()
                        .id();
        String key = api.createPublicKey(r -> r.publicKeyConfig(key(name))).publicKey().id();
        String group = api.createKeyGroup(r -> r.keyGroupConfig(group(name, key))).keyGroup().id();
        return new Made(cache, originRequest, responseHeaders, control, key, group);
    }

    static OriginAccessControlConfig control(String name, String type, String signing) {
        return OriginAccessControlConfig.builder()
                .name(name)
                .signingProtocol("sigv4")
                .signingBehavior(signing)
                .originAccessControlOriginType(type)
                .build();
    }

    static ContinuousDeploymentPolicyConfig deployment(String staging) {
        return ContinuousDeploymentPolicyConfig.builder()
                .enabled(true)
                .stagingDistributionDnsNames(names -> names.quantity(1).items(staging))
                .trafficConfig(traffic ->
                        traffic.type(ContinuousDeploymentPolicyType.SINGLE_HEADER)
                                .singleHeaderConfig(h -> h.header("aws-cf-cd-try").value("yes")))
                .build();
    }

    private static OriginRequestPolicyConfig.Builder originRequest(String name) {
        return OriginRequestPolicyConfig.builder()
                .name(name)
                .headersConfig(h -> h.headerBehavior("none"))
                .cookiesConfig(c -> c.cookieBehavior("none"))
                .queryStringsConfig(q -> q.queryStringBehavior("none"));
    }

    static KeyGroupConfig group(String name, String... keys) {
        return KeyGroupConfig.builder().name(name).items(keys).build();
    }

    static PublicKeyConfig key(String name) {
        return PublicKeyConfig.builder()
                .callerReference(name)
                .name(name)
                .comment("")
                .encodedKey(KEY)
                .build();
    }

    private static String newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
