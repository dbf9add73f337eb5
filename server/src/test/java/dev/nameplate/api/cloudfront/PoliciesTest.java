package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.ResponseHeaders.Fixed;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.feed.Change;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyInUseException;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyList;
import software.amazon.awssdk.services.cloudfront.model.CachePolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CreateCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateOriginAccessControlResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IllegalDeleteException;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InvalidDomainNameForOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.InvalidIfMatchVersionException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchCachePolicyException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginRequestPolicyException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResponseHeadersPolicyException;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlInUseException;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.TooManyCachePoliciesException;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionsAssociatedToCachePolicyException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Policies and origin access controls, and the distributions that name them.
class PoliciesTest {
    private static final String MANAGED = Configs.CACHING_OPTIMIZED;

    @StoreTest
    void aPolicyIsMadeReadChangedAndDeletedByItsNewestEtag(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));

        CreateCachePolicyResponse created = create(api, Configs.cachePolicy("short").build());
        String id = created.cachePolicy().id();
        assertThat(id)
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(created.location()).endsWith("/2020-05-31/cache-policy/" + id);
        CachePolicyConfig echoed = created.cachePolicy().cachePolicyConfig();
        assertThat(echoed.defaultTTL()).isEqualTo(86_400);
        assertThat(echoed.maxTTL()).isEqualTo(31_536_000);
        assertThat(echoed.parametersInCacheKeyAndForwardedToOrigin().enableAcceptEncodingBrotli())
                .isFalse();
        assertThat(api.getCachePolicy(r -> r.id(id)).cachePolicy())
                .isEqualTo(created.cachePolicy());
        assertThat(api.getCachePolicyConfig(r -> r.id(id)).cachePolicyConfig()).isEqualTo(echoed);

        CachePolicyConfig other = echoed.toBuilder().defaultTTL(60L).build();
        assertThatThrownBy(() -> api.updateCachePolicy(r -> r.id(id).cachePolicyConfig(other)))
                .isInstanceOf(InvalidIfMatchVersionException.class);
        String changed =
                api.updateCachePolicy(
                                r -> r.id(id).ifMatch(created.eTag()).cachePolicyConfig(other))
                        .eTag();
        assertThat(changed).isNotEqualTo(created.eTag());
        assertThatThrownBy(() -> api.deleteCachePolicy(r -> r.id(id).ifMatch(created.eTag())))
                .isInstanceOf(PreconditionFailedException.class);
        assertThat(api.getCachePolicy(r -> r.id(id)).cachePolicy().cachePolicyConfig())
                .isEqualTo(other);
        api.deleteCachePolicy(r -> r.id(id).ifMatch(changed));
        assertThatThrownBy(() -> api.getCachePolicy(r -> r.id(id)))
                .isInstanceOf(NoSuchCachePolicyException.class);
    }

    @StoreTest
    void anotherAccountsPolicyDoesNotExistAndMayHaveTheSameName(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        CloudFrontClient other = features.cloudFront().as(TestFeatures.otherAccount("us-east-1"));
        String id = create(api, Configs.cachePolicy("mine").build()).cachePolicy().id();

        assertThatThrownBy(() -> other.getCachePolicy(r -> r.id(id)))
                .isInstanceOf(NoSuchCachePolicyException.class);
        assertThatThrownBy(() -> distribution(other, "r", b -> b.cachePolicyId(id)))
                .isInstanceOf(NoSuchCachePolicyException.class);
        assertThat(create(other, Configs.cachePolicy("mine").build()).cachePolicy().id())
                .isNotEqualTo(id);
        assertThatThrownBy(() -> create(api, Configs.cachePolicy("mine").build()))
                .isInstanceOf(CachePolicyAlreadyExistsException.class);
        assertThatThrownBy(() -> create(api, Configs.cachePolicy("Managed-Amplify").build()))
                .isInstanceOf(CachePolicyAlreadyExistsException.class);
    }

    @StoreTest
    void cloudFrontsOwnPoliciesAreThereForEveryoneAndNobodysToChange(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));

        CachePolicyConfig config =
                api.getCachePolicy(r -> r.id(MANAGED)).cachePolicy().cachePolicyConfig();
        assertThat(config.name()).isEqualTo("Managed-CachingOptimized");
        assertThat(config.minTTL()).isEqualTo(1);
        String etag = api.getCachePolicy(r -> r.id(MANAGED)).eTag();
        assertThatThrownBy(() ->
                        api.updateCachePolicy(
                                r -> r.id(MANAGED).ifMatch(etag).cachePolicyConfig(config)))
                .isInstanceOf(IllegalUpdateException.class);
        assertThatThrownBy(() -> api.deleteCachePolicy(r -> r.id(MANAGED).ifMatch(etag)))
                .isInstanceOf(IllegalDeleteException.class);
        assertThat(api.listCachePolicies(r -> r.type("managed")).cachePolicyList().quantity())
                .isEqualTo(11);
        assertThat(
                        api.listOriginRequestPolicies(r -> r.type("managed"))
                                .originRequestPolicyList()
                                .quantity())
                .isEqualTo(8);
        assertThat(
                        api
                                .listResponseHeadersPolicies(r -> r.type("managed"))
                                .responseHeadersPolicyList()
                                .items()
                                .stream()
                                .map(one ->
                                        one.responseHeadersPolicy()
                                                .responseHeadersPolicyConfig()
                                                .name()))
                .contains("Managed-SecurityHeadersPolicy", "Managed-SimpleCORS")
                .hasSize(5);
    }

    /// Whatever is stored here is only as good as what an account could have made itself.
    @StoreTest
    void cloudFrontsOwnPoliciesObeyTheRulesButForTheNumberOfNames(Database database) {
        ManagedPolicies.cachePolicies()
                .forEach(one ->
                        assertThat(CachePolicyRules.accepted(one.config()))
                                .isEqualTo(one.config()));
        ManagedPolicies.responseHeadersPolicies()
                .forEach(one ->
                        assertThat(ResponseHeadersPolicyRules.accepted(one.config()))
                                .isEqualTo(one.config()));
        ManagedPolicies.originRequestPolicies().stream()
                .filter(one -> !one.config().name().contains("2022-06"))
                .forEach(one ->
                        assertThat(OriginRequestPolicyRules.accepted(one.config()))
                                .isEqualTo(one.config()));
    }

    @StoreTest
    void listsAreWalkedInPagesOfManagedAndCustomOnes(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        List<String> made = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            made.add(create(api, Configs.cachePolicy(name).build()).cachePolicy().id());
        }

        List<String> custom = walk(api, "custom");
        assertThat(custom).containsExactlyInAnyOrderElementsOf(made);
        List<String> all = walk(api, null);
        assertThat(all).hasSize(14).doesNotHaveDuplicates().containsAll(made).contains(MANAGED);
        CachePolicyList few = api.listCachePolicies(r -> r.maxItems("100")).cachePolicyList();
        assertThat(few.nextMarker()).isNull();
    }

    @StoreTest
    void anAccountMayHaveTwentyCachePolicies(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        for (int i = 0; i < CachePolicyFamily.QUOTA; i++) {
            create(api, Configs.cachePolicy("p" + i).build());
        }
        assertThatThrownBy(() -> create(api, Configs.cachePolicy("more").build()))
                .isInstanceOf(TooManyCachePoliciesException.class);
    }

    @StoreTest
    void aPolicysChangeReachesItsDistributionsWhoseEtagsStay(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        CreateCachePolicyResponse policy =
                create(
                        api,
                        Configs.cachePolicy("keyed")
                                .parametersInCacheKeyAndForwardedToOrigin(p ->
                                        p.enableAcceptEncodingGzip(true)
                                                .headersConfig(h ->
                                                        h.headerBehavior("whitelist")
                                                                .headers(n ->
                                                                        n.quantity(1)
                                                                                .items(
                                                                                        "Accept-Language")))
                                                .cookiesConfig(c -> c.cookieBehavior("all"))
                                                .queryStringsConfig(q ->
                                                        q.queryStringBehavior("allExcept")
                                                                .queryStrings(n ->
                                                                        n.quantity(1)
                                                                                .items("utm"))))
                                .build());
        String policyId = policy.cachePolicy().id();
        CreateDistributionResponse user = distribution(api, "r", b -> b.cachePolicyId(policyId));
        String id = user.distribution().id();
        Behavior before = served(features, id);
        assertThat(before.caching().key().headers()).isEqualTo(Selection.only("Accept-Language"));
        assertThat(before.caching().key().cookies()).isEqualTo(Selection.ALL);
        assertThat(before.caching().key().queryStrings()).isEqualTo(Selection.allExcept("utm"));
        assertThat(before.caching().codings()).containsExactly(ContentCoding.GZIP);
        features.deployAll();
        long feed = database.read(features.feed::latest);

        api.updateCachePolicy(r ->
                r.id(policyId)
                        .ifMatch(policy.eTag())
                        .cachePolicyConfig(
                                Configs.cachePolicy("keyed").minTTL(5L).maxTTL(90_000L).build()));

        Behavior after = served(features, id);
        assertThat(after.caching().minimum()).isEqualTo(Duration.ofSeconds(5));
        assertThat(after.caching().key().headers()).isEqualTo(Selection.NONE);
        assertThat(api.getDistribution(r -> r.id(id)).eTag()).isEqualTo(user.eTag());
        assertThat(api.getDistribution(r -> r.id(id)).distribution().status())
                .as("until every edge has it")
                .isEqualTo("InProgress");
        List<Change> changes = database.read(handle -> features.feed.after(handle, feed, 10));
        assertThat(changes).hasSize(1);
        assertThat(changes.getFirst().names()).contains(user.distribution().domainName());
    }

    @StoreTest
    void aPolicyInUseIsListedByItsUsersAndNotDeleted(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        CreateCachePolicyResponse policy = create(api, Configs.cachePolicy("used").build());
        String policyId = policy.cachePolicy().id();
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            users.add(
                    distribution(api, "r" + i, b -> b.cachePolicyId(policyId)).distribution().id());
        }
        distribution(api, "other", b -> b);

        assertThatThrownBy(() -> api.deleteCachePolicy(r -> r.id(policyId).ifMatch(policy.eTag())))
                .isInstanceOf(CachePolicyInUseException.class);
        var first =
                api.listDistributionsByCachePolicyId(r -> r.cachePolicyId(policyId).maxItems("2"))
                        .distributionIdList();
        assertThat(first.isTruncated()).isTrue();
        var second =
                api.listDistributionsByCachePolicyId(
                                r -> r.cachePolicyId(policyId).marker(first.nextMarker()))
                        .distributionIdList();
        List<String> listed = new ArrayList<>(first.items());
        listed.addAll(second.items());
        assertThat(listed).containsExactlyInAnyOrderElementsOf(users);

        for (String id : users) {
            DistributionConfig config =
                    api.getDistributionConfig(r -> r.id(id)).distributionConfig();
            String etag = api.getDistributionConfig(r -> r.id(id)).eTag();
            api.updateDistribution(r ->
                    r.id(id)
                            .ifMatch(etag)
                            .distributionConfig(
                                    config.copy(c ->
                                            c.defaultCacheBehavior(
                                                    config.defaultCacheBehavior()
                                                            .copy(b ->
                                                                    b.cachePolicyId(MANAGED))))));
        }
        api.deleteCachePolicy(r -> r.id(policyId).ifMatch(policy.eTag()));
        assertThat(
                        api.listDistributionsByCachePolicyId(r -> r.cachePolicyId(MANAGED))
                                .distributionIdList()
                                .quantity())
                .isEqualTo(4);
        assertThatThrownBy(
                        () -> api.listDistributionsByCachePolicyId(r -> r.cachePolicyId(policyId)))
                .isInstanceOf(NoSuchCachePolicyException.class);
    }

    @StoreTest
    void aHundredDistributionsMayNameOneCustomPolicy(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        String policyId = create(api, Configs.cachePolicy("busy").build()).cachePolicy().id();
        for (int i = 0; i < Policies.MAX_DISTRIBUTIONS; i++) {
            distribution(api, "r" + i, b -> b.cachePolicyId(policyId));
        }
        assertThatThrownBy(() -> distribution(api, "more", b -> b.cachePolicyId(policyId)))
                .isInstanceOf(TooManyDistributionsAssociatedToCachePolicyException.class);
        distribution(api, "more", b -> b.cachePolicyId(MANAGED));
    }

    @StoreTest
    void whatABehaviourNamesMustExist(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        assertThatThrownBy(() -> distribution(api, "r", b -> b.cachePolicyId("unknown")))
                .isInstanceOf(NoSuchCachePolicyException.class);
        assertThatThrownBy(() -> distribution(api, "r", b -> b.originRequestPolicyId("unknown")))
                .isInstanceOf(NoSuchOriginRequestPolicyException.class);
        assertThatThrownBy(() -> distribution(api, "r", b -> b.responseHeadersPolicyId("unknown")))
                .isInstanceOf(NoSuchResponseHeadersPolicyException.class);
    }

    @StoreTest
    void originRequestAndResponseHeadersPoliciesReachTheEdge(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        String request =
                api.createOriginRequestPolicy(r ->
                                r.originRequestPolicyConfig(
                                        OriginRequestPolicyConfig.builder()
                                                .name("all-but-host")
                                                .headersConfig(h ->
                                                        h.headerBehavior("allExcept")
                                                                .headers(n ->
                                                                        n.quantity(1)
                                                                                .items("Host")))
                                                .cookiesConfig(c -> c.cookieBehavior("none"))
                                                .queryStringsConfig(
                                                        q -> q.queryStringBehavior("all"))
                                                .build()))
                        .originRequestPolicy()
                        .id();
        String answer =
                api.createResponseHeadersPolicy(r ->
                                r.responseHeadersPolicyConfig(Configs.responseHeaders("h").build()))
                        .responseHeadersPolicy()
                        .id();
        Behavior behavior =
                served(
                        features,
                        distribution(
                                        api,
                                        "r",
                                        b ->
                                                b.originRequestPolicyId(request)
                                                        .responseHeadersPolicyId(answer))
                                .distribution()
                                .id());

        assertThat(behavior.forwarding().headers()).isEqualTo(Selection.allExcept("Host"));
        assertThat(behavior.forwarding().queryStrings()).isEqualTo(Selection.ALL);
        var headers = behavior.responseHeaders().orElseThrow();
        assertThat(headers.set())
                .contains(
                        new Fixed(
                                "Strict-Transport-Security",
                                "max-age=600; includeSubDomains",
                                true),
                        new Fixed("X-Own", "yes", false));
        assertThat(headers.remove()).containsExactly("Server");
        assertThat(headers.serverTimingPercent()).isEqualTo(50);
        assertThat(
                        api.listDistributionsByResponseHeadersPolicyId(
                                        r -> r.responseHeadersPolicyId(answer))
                                .distributionIdList()
                                .quantity())
                .isEqualTo(1);
        assertThat(
                        api.listDistributionsByOriginRequestPolicyId(
                                        r -> r.originRequestPolicyId(request))
                                .distributionIdList()
                                .quantity())
                .isEqualTo(1);
    }

    @StoreTest
    void distributionsWithoutWebAclAreListedByTheWordNull(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        String id = distribution(api, "r", b -> b).distribution().id();
        assertThat(
                        api.listDistributionsByWebACLId(r -> r.webACLId("null"))
                                .distributionList()
                                .items()
                                .getFirst()
                                .id())
                .isEqualTo(id);
        assertThat(
                        api.listDistributionsByWebACLId(r -> r.webACLId("an-acl"))
                                .distributionList()
                                .quantity())
                .isZero();
    }

    @StoreTest
    void anOriginAccessControlIsKeptAndNamedWhereItNeverSigns(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        CreateOriginAccessControlResponse signs = accessControl(api, "signs", "always");
        String id = signs.originAccessControl().id();
        assertThat(id).matches("E[A-Z0-9]{13}");
        assertThatThrownBy(() -> bucket(api, "r", id))
                .isInstanceOf(InvalidOriginAccessControlException.class)
                .hasMessageContaining("not signed here");
        String never = accessControl(api, "never", "never").originAccessControl().id();
        bucket(api, "r", never);
        String etag = api.getOriginAccessControl(r -> r.id(never)).eTag();
        assertThatThrownBy(() -> api.deleteOriginAccessControl(r -> r.id(never).ifMatch(etag)))
                .isInstanceOf(OriginAccessControlInUseException.class);
        assertThatThrownBy(() ->
                        api.updateOriginAccessControl(r ->
                                r.id(never)
                                        .ifMatch(etag)
                                        .originAccessControlConfig(
                                                controlling("never", "always").build())))
                .isInstanceOf(IllegalUpdateException.class);
        assertThatThrownBy(() ->
                        api.createDistribution(r ->
                                r.distributionConfig(
                                        Configs.minimal("web")
                                                .origins(o ->
                                                        o.quantity(1)
                                                                .items(
                                                                        Configs.origin()
                                                                                .originAccessControlId(
                                                                                        never)
                                                                                .build()))
                                                .build())))
                .isInstanceOf(InvalidDomainNameForOriginAccessControlException.class);

        assertThat(api.listOriginAccessControls(r -> {}).originAccessControlList().items())
                .extracting(one -> one.name())
                .containsExactlyInAnyOrder("signs", "never");
        api.deleteOriginAccessControl(r -> r.id(id).ifMatch(signs.eTag()));
        assertThatThrownBy(() -> api.getOriginAccessControl(r -> r.id(id)))
                .isInstanceOf(NoSuchOriginAccessControlException.class);
    }

    private static CloudFrontClient api(TestFeatures features) {
        return features.cloudFront().as(TestFeatures.caller("us-east-1"));
    }

    private static CreateCachePolicyResponse create(
            CloudFrontClient api, CachePolicyConfig config) {
        return api.createCachePolicy(r -> r.cachePolicyConfig(config));
    }

    private static CreateDistributionResponse distribution(
            CloudFrontClient api,
            String reference,
            UnaryOperator<
                            software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior
                                    .Builder>
                    change) {
        DistributionConfig config = Configs.minimal(reference).build();
        return api.createDistribution(r ->
                r.distributionConfig(
                        config.copy(c ->
                                c.defaultCacheBehavior(
                                        change.apply(config.defaultCacheBehavior().toBuilder())
                                                .build()))));
    }

    private static CreateDistributionResponse bucket(
            CloudFrontClient api, String reference, String accessControl) {
        return api.createDistribution(r ->
                r.distributionConfig(
                        Configs.minimal(reference)
                                .origins(o ->
                                        o.quantity(1)
                                                .items(
                                                        Configs.bucket()
                                                                .originAccessControlId(
                                                                        accessControl)
                                                                .build()))
                                .build()));
    }

    private static CreateOriginAccessControlResponse accessControl(
            CloudFrontClient api, String name, String signing) {
        return api.createOriginAccessControl(
                r -> r.originAccessControlConfig(controlling(name, signing).build()));
    }

    private static OriginAccessControlConfig.Builder controlling(String name, String signing) {
        return OriginAccessControlConfig.builder()
                .name(name)
                .signingProtocol("sigv4")
                .signingBehavior(signing)
                .originAccessControlOriginType("s3");
    }

    private static Behavior served(TestFeatures features, String id) {
        Distribution found =
                features.database.read(handle ->
                        features.distributions.find(handle, new DistributionId(id)).orElseThrow());
        return found.config().behaviors().getLast();
    }

    private static List<String> walk(CloudFrontClient api, @Nullable String type) {
        List<String> ids = new ArrayList<>();
        String marker = null;
        do {
            String from = marker;
            CachePolicyList page =
                    api.listCachePolicies(r -> r.type(type).marker(from).maxItems("2"))
                            .cachePolicyList();
            page.items().stream()
                    .map(CachePolicySummary::cachePolicy)
                    .forEach(one -> ids.add(one.id()));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(2);
            marker = page.nextMarker();
        } while (marker != null);
        return ids;
    }
}
