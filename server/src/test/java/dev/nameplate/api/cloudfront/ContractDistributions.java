package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.ContractWalk.ACCOUNT;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_DISTRIBUTION;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_ETAG;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_UUID;
import static dev.nameplate.api.cloudfront.ContractWalk.OTHER;
import static dev.nameplate.api.cloudfront.ContractWalk.STALE;

import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Tag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Distributions, their copies, aliases, invalidations and tags.
final class ContractDistributions {
    private static final Set<String> NOT_FOR_UPDATES =
            Set.of("InvalidProtocolSettings", "InvalidOrigin");

    private final ContractWalk walk;
    private final CloudFrontClient api;
    private final String plain;
    private final String certificate;

    ContractDistributions(ContractWalk walk) {
        this.walk = walk;
        this.api = walk.api;
        this.certificate = walk.certificate(ACCOUNT, "*.example.com", "example.com");
        this.plain = create(Configs.minimal("plain")).distribution().id();
    }

    void all() {
        configurations();
        identities();
        aliases();
        staging();
        crowds();
        countries();
        certificates();
        invalidations();
        lists();
        tags();
    }

    private void configurations() {
        ConfigFaults.ALL.forEach((error, change) -> refused(error, change));
    }

    /// By each operation that takes a configuration.
    private void refused(String error, Consumer<DistributionConfig.Builder> change) {
        DistributionConfig config =
                Configs.minimal("refused-" + error).applyMutation(change).build();
        walk.shows(
                "CreateDistribution",
                error,
                () -> api.createDistribution(r -> r.distributionConfig(config)));
        walk.shows(
                "CreateDistributionWithTags",
                error,
                () ->
                        api.createDistributionWithTags(r ->
                                r.distributionConfigWithTags(t ->
                                        t.distributionConfig(config)
                                                .tags(tags -> tags.items(List.of())))));
        if (!NOT_FOR_UPDATES.contains(error)) {
            updateRefused(plain, "plain", error, change);
        }
    }

    private void updateRefused(
            String id,
            String reference,
            String error,
            Consumer<DistributionConfig.Builder> change) {
        String etag = etag(id);
        DistributionConfig config = Configs.minimal(reference).applyMutation(change).build();
        walk.shows(
                "UpdateDistribution",
                error,
                () ->
                        api.updateDistribution(
                                r -> r.id(id).ifMatch(etag).distributionConfig(config)));
    }

    private void identities() {
        DistributionConfig sound = Configs.minimal("plain").build();
        walk.shows(
                "CreateDistribution",
                "DistributionAlreadyExists",
                () -> api.createDistribution(r -> r.distributionConfig(sound)));
        walk.shows(
                "CreateDistributionWithTags",
                "DistributionAlreadyExists",
                () -> withTags(sound, List.of()));
        walk.shows(
                "CreateDistributionWithTags",
                "InvalidTagging",
                () -> withTags(Configs.minimal("tagged").build(), List.of(tag("aws:x"))));
        walk.shows(
                "GetDistribution",
                "NoSuchDistribution",
                () -> api.getDistribution(r -> r.id(NO_DISTRIBUTION)));
        walk.shows(
                "GetDistributionConfig",
                "NoSuchDistribution",
                () -> api.getDistributionConfig(r -> r.id(NO_DISTRIBUTION)));
        walk.shows(
                "UpdateDistribution",
                "NoSuchDistribution",
                () -> update(NO_DISTRIBUTION, STALE, sound));
        walk.shows(
                "UpdateDistribution", "InvalidIfMatchVersion", () -> update(plain, NO_ETAG, sound));
        walk.shows("UpdateDistribution", "PreconditionFailed", () -> update(plain, STALE, sound));
        walk.shows(
                "UpdateDistribution",
                "IllegalUpdate",
                () -> update(plain, etag(plain), Configs.minimal("another").build()));
        walk.shows(
                "DeleteDistribution",
                "NoSuchDistribution",
                () -> api.deleteDistribution(r -> r.id(NO_DISTRIBUTION).ifMatch(STALE)));
        walk.shows(
                "DeleteDistribution",
                "InvalidIfMatchVersion",
                () -> api.deleteDistribution(r -> r.id(plain)));
        walk.shows(
                "DeleteDistribution",
                "PreconditionFailed",
                () -> api.deleteDistribution(r -> r.id(plain).ifMatch(STALE)));
        walk.shows(
                "DeleteDistribution",
                "DistributionNotDisabled",
                () -> api.deleteDistribution(r -> r.id(plain).ifMatch(etag(plain))));
    }

    private void aliases() {
        String holder =
                create(Configs.withAliases(Configs.minimal("h"), certificate, "www.example.com"))
                        .distribution()
                        .id();
        refused("CnameAlreadyExists", c -> Configs.withAliases(c, certificate, "www.example.com"));
        String full =
                create(
                                Configs.withAliases(
                                        Configs.minimal("full"),
                                        certificate,
                                        ConfigFaults.names(100).stream()
                                                .map(n -> n + ".example.com")
                                                .toArray(String[]::new)))
                        .distribution()
                        .id();
        Distribution made = api.getDistribution(r -> r.id(full)).distribution();
        walk.features.texts.add("_one.example.com " + made.domainName());
        walk.features.texts.add("_theirs.example.com " + made.domainName());
        walk.shows(
                "AssociateAlias",
                "NoSuchDistribution",
                () -> associate(NO_DISTRIBUTION, "one.example.com"));
        walk.shows("AssociateAlias", "InvalidArgument", () -> associate(holder, "example.org"));
        walk.shows(
                "AssociateAlias",
                "TooManyDistributionCnamEs",
                () -> associate(full, "one.example.com"));
        var others = walk.features.cloudFront().as(TestFeatures.otherAccount("us-east-1"));
        others.createDistribution(r ->
                r.distributionConfig(
                        Configs.withAliases(
                                        Configs.minimal("o"),
                                        walk.certificate(OTHER, "theirs.example.com"),
                                        "theirs.example.com")
                                .build()));
        Distribution target = api.getDistribution(r -> r.id(holder)).distribution();
        walk.features.texts.add("_theirs.example.com " + target.domainName());
        walk.shows(
                "AssociateAlias", "IllegalUpdate", () -> associate(holder, "theirs.example.com"));
        walk.shows(
                "ListConflictingAliases",
                "NoSuchDistribution",
                () ->
                        api.listConflictingAliases(
                                r -> r.distributionId(NO_DISTRIBUTION).alias("a.example.com")));
        walk.shows(
                "ListConflictingAliases",
                "InvalidArgument",
                () -> api.listConflictingAliases(r -> r.distributionId(holder).alias("a b")));
    }

    private void staging() {
        String primary = create(Configs.minimal("primary")).distribution().id();
        Distribution copy = copy(primary, "staging");
        String policy = policy(copy);
        var ofStaging = ContractPolicies.deployment(copy.domainName());
        walk.shows(
                "CopyDistribution", "NoSuchDistribution", () -> copy(NO_DISTRIBUTION, STALE, "c"));
        walk.shows("CopyDistribution", "InvalidIfMatchVersion", () -> copy(primary, NO_ETAG, "c"));
        walk.shows("CopyDistribution", "PreconditionFailed", () -> copy(primary, STALE, "c"));
        walk.shows(
                "CopyDistribution",
                "DistributionAlreadyExists",
                () -> copy(primary, etag(primary), "staging"));
        walk.shows(
                "CopyDistribution",
                "InvalidArgument",
                () ->
                        api.copyDistribution(r ->
                                r.primaryDistributionId(primary)
                                        .ifMatch(etag(primary))
                                        .callerReference("c")));
        walk.shows(
                "CreateContinuousDeploymentPolicy",
                "StagingDistributionInUse",
                () ->
                        api.createContinuousDeploymentPolicy(
                                r -> r.continuousDeploymentPolicyConfig(ofStaging)));
        Distribution second = copy(primary, "second");
        String secondPolicy = policy(second);
        walk.shows(
                "UpdateContinuousDeploymentPolicy",
                "StagingDistributionInUse",
                () ->
                        api.updateContinuousDeploymentPolicy(r ->
                                r.id(secondPolicy)
                                        .ifMatch(
                                                api.getContinuousDeploymentPolicy(
                                                                g -> g.id(secondPolicy))
                                                        .eTag())
                                        .continuousDeploymentPolicyConfig(ofStaging)));
        walk.shows(
                "DeleteDistribution",
                "ResourceInUse",
                () -> {
                    change(copy.id(), c -> c.enabled(false));
                    walk.features.deployAll();
                    api.deleteDistribution(r -> r.id(copy.id()).ifMatch(etag(copy.id())));
                });
        updateRefused(
                primary,
                "primary",
                "NoSuchContinuousDeploymentPolicy",
                c -> c.continuousDeploymentPolicyId(NO_UUID));
        walk.shows(
                "UpdateDistributionWithStagingConfig",
                "IllegalUpdate",
                () -> promote(primary, etag(primary), copy.id(), etag(copy.id())));
        change(primary, c -> c.continuousDeploymentPolicyId(policy));
        updateRefused(
                plain,
                "plain",
                "StagingDistributionInUse",
                c -> c.continuousDeploymentPolicyId(policy));
        walk.shows(
                "DeleteContinuousDeploymentPolicy",
                "ContinuousDeploymentPolicyInUse",
                () ->
                        api.deleteContinuousDeploymentPolicy(r ->
                                r.id(policy)
                                        .ifMatch(
                                                api.getContinuousDeploymentPolicy(g -> g.id(policy))
                                                        .eTag())));
        walk.shows(
                "UpdateDistributionWithStagingConfig",
                "NoSuchDistribution",
                () -> promote(NO_DISTRIBUTION, STALE, copy.id(), STALE));
        walk.shows(
                "UpdateDistributionWithStagingConfig",
                "InvalidIfMatchVersion",
                () -> promote(primary, NO_ETAG, copy.id(), etag(copy.id())));
        walk.shows(
                "UpdateDistributionWithStagingConfig",
                "PreconditionFailed",
                () -> promote(primary, etag(primary), copy.id(), STALE));
    }

    /// What may be named by a hundred distributions is named by the hundred and first.
    private void crowds() {
        ContractPolicies.Made made = ContractPolicies.made(api, "crowd");
        Map<String, Consumer<DistributionConfig.Builder>> naming = new LinkedHashMap<>();
        naming.put("CachePolicy", c -> behavior(c, b -> b.cachePolicyId(made.cache())));
        naming.put(
                "OriginRequestPolicy",
                c -> behavior(c, b -> b.originRequestPolicyId(made.originRequest())));
        naming.put(
                "ResponseHeadersPolicy",
                c -> behavior(c, b -> b.responseHeadersPolicyId(made.responseHeaders())));
        naming.put(
                "KeyGroup",
                c ->
                        behavior(
                                c,
                                b ->
                                        b.trustedKeyGroups(k ->
                                                k.enabled(true)
                                                        .quantity(1)
                                                        .items(made.keyGroup()))));
        naming.put(
                "OriginAccessControl",
                c -> ConfigFaults.bucket(c, o -> o.originAccessControlId(made.control())));
        List<Runnable> afterwards = new ArrayList<>();
        naming.forEach((kind, change) -> {
            String error = "TooManyDistributionsAssociatedTo" + kind;
            String named =
                    create(Configs.minimal("named-" + kind).applyMutation(change))
                            .distribution()
                            .id();
            String primary = create(Configs.minimal("promoted-" + kind)).distribution().id();
            Distribution staging = copy(primary, "promoting-" + kind);
            change(staging.id(), change);
            String policy = policy(staging);
            change(primary, c -> c.continuousDeploymentPolicyId(policy));
            afterwards.add(() -> {
                refused(error, change);
                walk.shows(
                        "CopyDistribution", error, () -> copy(named, etag(named), "copy-" + kind));
                walk.shows(
                        "UpdateDistributionWithStagingConfig",
                        error,
                        () -> promote(primary, etag(primary), staging.id(), etag(staging.id())));
            });
        });
        Set<Uses.Named> all =
                Set.of(
                        new Uses.Named(Kind.CACHE_POLICY, made.cache()),
                        new Uses.Named(Kind.ORIGIN_REQUEST_POLICY, made.originRequest()),
                        new Uses.Named(Kind.RESPONSE_HEADERS_POLICY, made.responseHeaders()),
                        new Uses.Named(Kind.KEY_GROUP, made.keyGroup()),
                        new Uses.Named(Kind.ORIGIN_ACCESS_CONTROL, made.control()));
        walk.features.database.write(write -> {
            for (int user = 0; user < 98; user++) {
                Uses.keep(write.handle(), "E%013d".formatted(user), ACCOUNT, Instant.EPOCH, all);
            }
            return true;
        });
        afterwards.forEach(Runnable::run);
        String signed =
                api.createOriginAccessControl(r ->
                                r.originAccessControlConfig(
                                        ContractPolicies.control("of-buckets", "s3", "never")))
                        .originAccessControl()
                        .id();
        DistributionConfig noBucket =
                Configs.minimal("no-bucket")
                        .applyMutation(
                                c -> ConfigFaults.origin(c, o -> o.originAccessControlId(signed)))
                        .build();
        for (String operation :
                List.of("CreateDistribution", "CreateDistributionWithTags", "UpdateDistribution")) {
            walk.shows(
                    operation,
                    "InvalidDomainNameForOriginAccessControl",
                    () -> {
                        switch (operation) {
                            case "CreateDistribution" ->
                                    api.createDistribution(r -> r.distributionConfig(noBucket));
                            case "UpdateDistribution" ->
                                    update(
                                            plain,
                                            etag(plain),
                                            noBucket.toBuilder().callerReference("plain").build());
                            default -> withTags(noBucket, List.of());
                        }
                    });
        }
    }

    /// What was accepted while the server knew countries is asked again without.
    private void countries() {
        Consumer<DistributionConfig.Builder> list =
                c ->
                        c.restrictions(r ->
                                r.geoRestriction(g ->
                                        g.restrictionType("whitelist").quantity(1).items("AT")));
        String listed = create(Configs.minimal("listed").applyMutation(list)).distribution().id();
        String primary = create(Configs.minimal("to-be-listed")).distribution().id();
        Distribution staging = copy(primary, "listing");
        change(staging.id(), list);
        String policy = policy(staging);
        change(primary, c -> c.continuousDeploymentPolicyId(policy));
        walk.features.countriesKnown = false;
        CloudFrontClient ignorant = walk.client(walk.features.cloudFront());
        walk.features.countriesKnown = true;
        walk.shows(
                "CopyDistribution",
                "InvalidGeoRestrictionParameter",
                () ->
                        ignorant.copyDistribution(r ->
                                r.primaryDistributionId(listed)
                                        .staging(true)
                                        .ifMatch(etag(listed))
                                        .callerReference("c")));
        walk.shows(
                "UpdateDistributionWithStagingConfig",
                "InvalidGeoRestrictionParameter",
                () ->
                        ignorant.updateDistributionWithStagingConfig(r ->
                                r.id(primary)
                                        .stagingDistributionId(staging.id())
                                        .ifMatch(etag(primary) + ", " + etag(staging.id()))));
    }

    /// A root that was trusted when the certificate was taken is trusted no more.
    private void certificates() {
        TestCa leaving = walk.features.trustedCa();
        String arn =
                TenantView.certificateArn(
                        ACCOUNT,
                        walk.features
                                .importCertificate(
                                        ACCOUNT, Region.US_EAST_1, leaving.issue("left.example"))
                                .id());
        String primary =
                create(Configs.withAliases(Configs.minimal("left"), arn, "left.example"))
                        .distribution()
                        .id();
        Distribution staging = copy(primary, "leaving");
        String policy = policy(staging);
        change(primary, c -> c.continuousDeploymentPolicyId(policy));
        walk.features.trusted.remove(leaving.root());
        walk.shows(
                "UpdateDistributionWithStagingConfig",
                "InvalidViewerCertificate",
                () -> promote(primary, etag(primary), staging.id(), etag(staging.id())));
    }

    private void invalidations() {
        walk.shows(
                "CreateInvalidation",
                "NoSuchDistribution",
                () -> invalidate(NO_DISTRIBUTION, 1, List.of("/a")));
        walk.shows(
                "CreateInvalidation",
                "InconsistentQuantities",
                () -> invalidate(plain, 2, List.of("/a")));
        walk.shows(
                "CreateInvalidation", "InvalidArgument", () -> invalidate(plain, 1, List.of("a")));
        List<String> many = ConfigFaults.names(3_001).stream().map(n -> "/" + n).toList();
        walk.shows(
                "CreateInvalidation", "BatchTooLarge", () -> invalidate(plain, many.size(), many));
        walk.shows(
                "CreateInvalidation",
                "TooManyInvalidationsInProgress",
                () -> {
                    List<String> wild =
                            ConfigFaults.names(16).stream().map(n -> "/" + n + "/*").toList();
                    invalidate(plain, wild.size(), wild);
                });
        walk.shows(
                "GetInvalidation",
                "NoSuchDistribution",
                () -> api.getInvalidation(r -> r.distributionId(NO_DISTRIBUTION).id("I1")));
        walk.shows(
                "GetInvalidation",
                "NoSuchInvalidation",
                () -> api.getInvalidation(r -> r.distributionId(plain).id("I1")));
        walk.shows(
                "ListInvalidations",
                "NoSuchDistribution",
                () -> api.listInvalidations(r -> r.distributionId(NO_DISTRIBUTION)));
        walk.shows(
                "ListInvalidations",
                "InvalidArgument",
                () -> api.listInvalidations(r -> r.distributionId(plain).maxItems("0")));
    }

    private void lists() {
        walk.shows(
                "ListDistributions",
                "InvalidArgument",
                () -> api.listDistributions(r -> r.marker("nonsense")));
        walk.shows(
                "ListDistributionsByWebAclId",
                "InvalidArgument",
                () -> api.listDistributionsByWebACLId(r -> r.webACLId("null").maxItems("x")));
        walk.shows(
                "ListDistributionsByConnectionMode",
                "InvalidArgument",
                () -> api.listDistributionsByConnectionMode(r -> r.connectionMode("sideways")));
    }

    private void tags() {
        String arn = "arn:aws:cloudfront::" + ACCOUNT + ":distribution/";
        walk.shows(
                "TagResource",
                "NoSuchResource",
                () ->
                        api.tagResource(r ->
                                r.resource(arn + NO_DISTRIBUTION).tags(t -> t.items(tag("a")))));
        walk.shows(
                "TagResource",
                "InvalidTagging",
                () ->
                        api.tagResource(
                                r -> r.resource(arn + plain).tags(t -> t.items(tag("aws:x")))));
        walk.shows(
                "TagResource",
                "InvalidArgument",
                () ->
                        api.tagResource(
                                r -> r.resource("arn:aws:s3:::b").tags(t -> t.items(tag("a")))));
        walk.shows(
                "UntagResource",
                "NoSuchResource",
                () ->
                        api.untagResource(
                                r -> r.resource(arn + NO_DISTRIBUTION).tagKeys(k -> k.items("a"))));
        walk.shows(
                "UntagResource",
                "InvalidArgument",
                () ->
                        api.untagResource(
                                r -> r.resource("arn:aws:s3:::b").tagKeys(k -> k.items("a"))));
        walk.shows(
                "ListTagsForResource",
                "NoSuchResource",
                () -> api.listTagsForResource(r -> r.resource(arn + NO_DISTRIBUTION)));
        walk.shows(
                "ListTagsForResource",
                "InvalidArgument",
                () -> api.listTagsForResource(r -> r.resource("arn:aws:s3:::b")));
    }

    private static void behavior(
            DistributionConfig.Builder config,
            Consumer<software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior.Builder>
                    change) {
        ConfigFaults.behavior(config, change);
    }

    private CreateDistributionResponse create(DistributionConfig.Builder config) {
        return api.createDistribution(r -> r.distributionConfig(config.build()));
    }

    private void withTags(DistributionConfig config, List<Tag> tags) {
        api.createDistributionWithTags(r ->
                r.distributionConfigWithTags(
                        t -> t.distributionConfig(config).tags(all -> all.items(tags))));
    }

    private void update(String id, String etag, DistributionConfig config) {
        api.updateDistribution(r -> r.id(id).ifMatch(etag).distributionConfig(config));
    }

    private void change(String id, Consumer<DistributionConfig.Builder> change) {
        var now = api.getDistributionConfig(r -> r.id(id));
        update(id, now.eTag(), now.distributionConfig().toBuilder().applyMutation(change).build());
    }

    private Distribution copy(String primary, String reference) {
        return copy(primary, etag(primary), reference);
    }

    private Distribution copy(String primary, String etag, String reference) {
        return api.copyDistribution(r ->
                        r.primaryDistributionId(primary)
                                .staging(true)
                                .ifMatch(etag)
                                .callerReference(reference))
                .distribution();
    }

    private String policy(Distribution staging) {
        return api.createContinuousDeploymentPolicy(r ->
                        r.continuousDeploymentPolicyConfig(
                                ContractPolicies.deployment(staging.domainName())))
                .continuousDeploymentPolicy()
                .id();
    }

    private void promote(String primary, String etag, String staging, String stagingEtag) {
        api.updateDistributionWithStagingConfig(r ->
                r.id(primary).stagingDistributionId(staging).ifMatch(etag + ", " + stagingEtag));
    }

    private void associate(String target, String alias) {
        api.associateAlias(r -> r.targetDistributionId(target).alias(alias));
    }

    private void invalidate(String target, int quantity, List<String> paths) {
        api.createInvalidation(r ->
                r.distributionId(target)
                        .invalidationBatch(b ->
                                b.callerReference("i" + quantity)
                                        .paths(p -> p.quantity(quantity).items(paths))));
    }

    private String etag(String id) {
        return api.getDistribution(r -> r.id(id)).eTag();
    }

    private static Tag tag(String key) {
        return Tag.builder().key(key).value("v").build();
    }
}
