package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidDomainNameForOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlOriginTypes;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.StagingDistributionInUseException;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionsAssociatedToCachePolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionsAssociatedToKeyGroupException;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionsAssociatedToOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionsAssociatedToOriginRequestPolicyException;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionsAssociatedToResponseHeadersPolicyException;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroupDoesNotExistException;

import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// All that a distribution's configuration may name by id, and what naming it asks.
final class Policies {
    /// CloudFront's own quota. It also bounds what a policy's change has to derive again in one transaction.
    static final int MAX_DISTRIBUTIONS = 100;

    final KeptConfigs<CachePolicyConfig> cache;
    final KeptConfigs<OriginRequestPolicyConfig> originRequest;
    final KeptConfigs<ResponseHeadersPolicyConfig> responseHeaders;
    final KeptConfigs<OriginAccessControlConfig> accessControls;
    final KeptConfigs<KeyGroupConfig> keyGroups;
    final KeptConfigs<PublicKeyConfig> publicKeys;
    final KeptConfigs<ContinuousDeploymentPolicyConfig> deployments;

    Policies(
            KeptConfigs<CachePolicyConfig> cache,
            KeptConfigs<OriginRequestPolicyConfig> originRequest,
            KeptConfigs<ResponseHeadersPolicyConfig> responseHeaders,
            KeptConfigs<OriginAccessControlConfig> accessControls,
            KeptConfigs<KeyGroupConfig> keyGroups,
            KeptConfigs<PublicKeyConfig> publicKeys,
            KeptConfigs<ContinuousDeploymentPolicyConfig> deployments) {
        this.cache = cache;
        this.originRequest = originRequest;
        this.responseHeaders = responseHeaders;
        this.accessControls = accessControls;
        this.keyGroups = keyGroups;
        this.publicKeys = publicKeys;
        this.deployments = deployments;
    }

    /// The policies that one configuration names, as they are now.
    record Resolved(
            Map<String, CachePolicyConfig> cache,
            Map<String, OriginRequestPolicyConfig> originRequest,
            Map<String, ResponseHeadersPolicyConfig> responseHeaders,
            Map<String, TrustedKeys> keyGroups) {
        static final Resolved NONE = new Resolved(Map.of(), Map.of(), Map.of(), Map.of());
    }

    /// @param config checked by the rules that need no store
    /// @throws CloudFrontException if it names something that is not there, or cannot be served
    Resolved resolve(Handle handle, AccountId account, DistributionConfig config) {
        Map<String, CachePolicyConfig> cached = new HashMap<>();
        Map<String, OriginRequestPolicyConfig> requested = new HashMap<>();
        Map<String, ResponseHeadersPolicyConfig> answered = new HashMap<>();
        Map<String, TrustedKeys> trusted = new HashMap<>();
        for (Uses.Named named : Uses.of(config)) {
            String id = named.id();
            switch (named.kind()) {
                case CACHE_POLICY -> cached.put(id, cache.get(handle, account, id).config());
                case ORIGIN_REQUEST_POLICY ->
                        requested.put(id, served(id, originRequest.get(handle, account, id)));
                case RESPONSE_HEADERS_POLICY ->
                        answered.put(id, responseHeaders.get(handle, account, id).config());
                case ORIGIN_ACCESS_CONTROL -> {
                    OriginAccessControlConfig control = accessControl(handle, account, id);
                    config.origins().items().stream()
                            .filter(origin -> id.equals(origin.originAccessControlId()))
                            .forEach(origin -> accessControl(control, origin));
                }
                case KEY_GROUP -> trusted.put(id, keys(handle, account, id));
                // resolved by Derivation; here it only has to exist
                case CONTINUOUS_DEPLOYMENT_POLICY -> deployments.get(handle, account, id);
                case PUBLIC_KEY, STAGING_DISTRIBUTION ->
                        throw new IllegalStateException("no distribution names a " + named.kind());
            }
        }
        return new Resolved(cached, requested, answered, trusted);
    }

    /// Counts the users of what an account made itself; CloudFront's own may have any number.
    ///
    /// @param user already among the users
    void checkNumbers(Handle handle, Distribution user, DistributionConfig config) {
        for (Uses.Named named : Uses.of(config)) {
            boolean own =
                    switch (named.kind()) {
                        case CACHE_POLICY -> !cache.isManaged(named.id());
                        case ORIGIN_REQUEST_POLICY -> !originRequest.isManaged(named.id());
                        case RESPONSE_HEADERS_POLICY -> !responseHeaders.isManaged(named.id());
                        case ORIGIN_ACCESS_CONTROL,
                                KEY_GROUP,
                                CONTINUOUS_DEPLOYMENT_POLICY,
                                PUBLIC_KEY,
                                STAGING_DISTRIBUTION ->
                                true;
                    };
            if (own) {
                int most =
                        named.kind() == Kind.CONTINUOUS_DEPLOYMENT_POLICY ? 1 : MAX_DISTRIBUTIONS;
                List<Uses.User> users =
                        Uses.page(
                                handle,
                                user.account(),
                                named.kind(),
                                named.id(),
                                Optional.empty(),
                                most + 1);
                require(users.size() <= most, tooManyUsers(named, most));
            }
        }
    }

    /// The ids of a key group's public keys.
    List<String> keysOf(Handle handle, AccountId account, String group) {
        return keyGroups
                .find(handle, account, group)
                .map(kept -> kept.config().items())
                .orElse(List.of());
    }

    private TrustedKeys keys(Handle handle, AccountId account, String id) {
        KeyGroupConfig group =
                keyGroups
                        .find(handle, account, id)
                        .orElseThrow(() ->
                                TrustedKeyGroupDoesNotExistException.builder()
                                        .message("The specified key group does not exist: " + id)
                                        .build())
                        .config();
        Map<String, PublicKey> keys = new HashMap<>();
        group.items()
                .forEach(key ->
                        keys.put(
                                key,
                                PublicKeyPem.parse(
                                        publicKeys
                                                .get(handle, account, key)
                                                .config()
                                                .encodedKey())));
        return new TrustedKeys(keys);
    }

    /// One of CloudFront's own asks for facts about the visitor that the edge does not send.
    private static OriginRequestPolicyConfig served(
            String id, Kept<OriginRequestPolicyConfig> policy) {
        Optional.ofNullable(policy.config().headersConfig().headers())
                .ifPresent(headers ->
                        headers.items()
                                .forEach(name ->
                                        require(
                                                VisitorFacts.isServed(
                                                        name.toLowerCase(Locale.ROOT)),
                                                "The parameter OriginRequestPolicyId is not supported with "
                                                        + id
                                                        + ": the policy asks for "
                                                        + name
                                                        + ", which is not added to requests here.")));
        return policy.config();
    }

    private OriginAccessControlConfig accessControl(Handle handle, AccountId account, String id) {
        return accessControls
                .find(handle, account, id)
                .orElseThrow(() ->
                        InvalidOriginAccessControlException.builder()
                                .message("The origin access control " + id + " does not exist.")
                                .build())
                .config();
    }

    private static void accessControl(OriginAccessControlConfig control, Origin origin) {
        require(
                control.originAccessControlOriginType() != OriginAccessControlOriginTypes.S3
                        || ConfigRules.isBucket(origin.domainName()),
                () ->
                        InvalidDomainNameForOriginAccessControlException.builder()
                                .message(
                                        "An origin access control is associated with an origin whose domain name is not"
                                                + " supported: "
                                                + origin.domainName()
                                                + " is no S3 bucket.")
                                .build());
        require(
                control.signingBehavior() == OriginAccessControlSigningBehaviors.NEVER,
                () ->
                        InvalidOriginAccessControlException.builder()
                                .message(
                                        "The origin access control "
                                                + origin.originAccessControlId()
                                                + " signs requests, but requests to origins are not signed here. Use the"
                                                + " signing behavior never and a bucket that may be read without.")
                                .build());
    }

    private static Supplier<CloudFrontException> tooManyUsers(Uses.Named named, int most) {
        String message =
                "The maximum number of distributions have been associated with %s: %d."
                        .formatted(named.id(), most);
        return () ->
                (CloudFrontException)
                        (switch (named.kind()) {
                                    case CACHE_POLICY ->
                                            TooManyDistributionsAssociatedToCachePolicyException
                                                    .builder();
                                    case ORIGIN_REQUEST_POLICY ->
                                            TooManyDistributionsAssociatedToOriginRequestPolicyException
                                                    .builder();
                                    case RESPONSE_HEADERS_POLICY ->
                                            TooManyDistributionsAssociatedToResponseHeadersPolicyException
                                                    .builder();
                                    case ORIGIN_ACCESS_CONTROL ->
                                            TooManyDistributionsAssociatedToOriginAccessControlException
                                                    .builder();
                                    case CONTINUOUS_DEPLOYMENT_POLICY ->
                                            StagingDistributionInUseException.builder();
                                    case KEY_GROUP, PUBLIC_KEY, STAGING_DISTRIBUTION ->
                                            TooManyDistributionsAssociatedToKeyGroupException
                                                    .builder();
                                })
                                .message(message)
                                .build();
    }
}
