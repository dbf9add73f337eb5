package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.ContractPolicies.control;
import static dev.nameplate.api.cloudfront.ContractPolicies.deployment;
import static dev.nameplate.api.cloudfront.ContractPolicies.group;
import static dev.nameplate.api.cloudfront.ContractPolicies.key;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_UUID;
import static dev.nameplate.api.cloudfront.ContractWalk.STALE;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/// Origin access controls, public keys, key groups and continuous deployment policies.
final class ContractKeys {
    private final ContractWalk walk;
    private final CloudFrontClient api;
    private final ContractPolicies.Made used;

    /// @param used by a distribution
    ContractKeys(ContractWalk walk, ContractPolicies.Made used) {
        this.walk = walk;
        this.api = walk.api;
        this.used = used;
    }

    void all() {
        accessControls();
        publicKeys();
        keyGroups();
        deployments();
    }

    private void accessControls() {
        ContractWalk.Family family =
                new ContractWalk.Family(
                        "OriginAccessControl",
                        "NoSuchOriginAccessControl",
                        STALE,
                        used.control(),
                        id -> api.getOriginAccessControl(r -> r.id(id)),
                        id -> api.getOriginAccessControlConfig(r -> r.id(id)),
                        (id, etag) -> change(id, etag, control("renamed", "s3", "never")),
                        (id, etag) -> api.deleteOriginAccessControl(r -> r.id(id).ifMatch(etag)),
                        this::controlEtag);
        family.walk(walk);
        family.inUse(walk, "OriginAccessControlInUse");
        walk.shows(
                "UpdateOriginAccessControl",
                "IllegalUpdate",
                () ->
                        change(
                                used.control(),
                                controlEtag(used.control()),
                                control("used", "s3", "always")));
        controlRefused("OriginAccessControlAlreadyExists", control("other", "s3", "never"));
        controlRefused("InvalidArgument", control("x".repeat(65), "s3", "never"));
        walk.shows(
                "ListOriginAccessControls",
                "InvalidArgument",
                () -> api.listOriginAccessControls(r -> r.maxItems("0")));
    }

    private void controlRefused(String error, OriginAccessControlConfig config) {
        walk.shows(
                "CreateOriginAccessControl",
                error,
                () -> api.createOriginAccessControl(r -> r.originAccessControlConfig(config)));
        walk.shows(
                "UpdateOriginAccessControl",
                error,
                () -> change(used.control(), controlEtag(used.control()), config));
    }

    private void change(String id, String etag, OriginAccessControlConfig config) {
        api.updateOriginAccessControl(
                r -> r.id(id).ifMatch(etag).originAccessControlConfig(config));
    }

    private String controlEtag(String id) {
        return api.getOriginAccessControl(r -> r.id(id)).eTag();
    }

    private void publicKeys() {
        PublicKeyConfig config = key("used");
        ContractWalk.Family family =
                new ContractWalk.Family(
                        "PublicKey",
                        "NoSuchPublicKey",
                        "K0000000000000",
                        used.key(),
                        id -> api.getPublicKey(r -> r.id(id)),
                        id -> api.getPublicKeyConfig(r -> r.id(id)),
                        (id, etag) -> change(id, etag, config),
                        (id, etag) -> api.deletePublicKey(r -> r.id(id).ifMatch(etag)),
                        this::keyEtag);
        family.walk(walk);
        family.inUse(walk, "PublicKeyInUse");
        walk.shows(
                "UpdatePublicKey",
                "CannotChangeImmutablePublicKeyFields",
                () -> change(used.key(), keyEtag(used.key()), key("renamed")));
        walk.shows(
                "UpdatePublicKey",
                "InvalidArgument",
                () ->
                        change(
                                used.key(),
                                keyEtag(used.key()),
                                config.toBuilder().comment("x".repeat(129)).build()));
        walk.shows(
                "CreatePublicKey",
                "PublicKeyAlreadyExists",
                () -> api.createPublicKey(r -> r.publicKeyConfig(config)));
        walk.shows(
                "CreatePublicKey",
                "InvalidArgument",
                () ->
                        api.createPublicKey(r ->
                                r.publicKeyConfig(
                                        key("bad").toBuilder().encodedKey("none").build())));
        walk.shows(
                "ListPublicKeys",
                "InvalidArgument",
                () -> api.listPublicKeys(r -> r.maxItems("0")));
    }

    private void change(String id, String etag, PublicKeyConfig config) {
        api.updatePublicKey(r -> r.id(id).ifMatch(etag).publicKeyConfig(config));
    }

    private String keyEtag(String id) {
        return api.getPublicKey(r -> r.id(id)).eTag();
    }

    private void keyGroups() {
        ContractWalk.Family family =
                new ContractWalk.Family(
                        "KeyGroup",
                        "NoSuchResource",
                        NO_UUID,
                        used.keyGroup(),
                        id -> api.getKeyGroup(r -> r.id(id)),
                        id -> api.getKeyGroupConfig(r -> r.id(id)),
                        (id, etag) -> change(id, etag, group("renamed", used.key())),
                        (id, etag) -> api.deleteKeyGroup(r -> r.id(id).ifMatch(etag)),
                        this::groupEtag);
        family.walk(walk);
        family.inUse(walk, "ResourceInUse");
        groupRefused("KeyGroupAlreadyExists", group("other", used.key()));
        groupRefused("InvalidArgument", group("g", "K0000000000000"));
        groupRefused(
                "TooManyPublicKeysInKeyGroup",
                group("g", ConfigFaults.names(6).toArray(String[]::new)));
        walk.shows(
                "ListKeyGroups", "InvalidArgument", () -> api.listKeyGroups(r -> r.maxItems("0")));
        walk.shows(
                "ListDistributionsByKeyGroup",
                "NoSuchResource",
                () -> api.listDistributionsByKeyGroup(r -> r.keyGroupId(NO_UUID)));
        walk.shows(
                "ListDistributionsByKeyGroup",
                "InvalidArgument",
                () ->
                        api.listDistributionsByKeyGroup(
                                r -> r.keyGroupId(used.keyGroup()).marker("nonsense")));
    }

    private void groupRefused(String error, KeyGroupConfig config) {
        walk.shows(
                "CreateKeyGroup", error, () -> api.createKeyGroup(r -> r.keyGroupConfig(config)));
        walk.shows(
                "UpdateKeyGroup",
                error,
                () -> change(used.keyGroup(), groupEtag(used.keyGroup()), config));
    }

    private void change(String id, String etag, KeyGroupConfig config) {
        api.updateKeyGroup(r -> r.id(id).ifMatch(etag).keyGroupConfig(config));
    }

    private String groupEtag(String id) {
        return api.getKeyGroup(r -> r.id(id)).eTag();
    }

    private void deployments() {
        String primary =
                api.createDistribution(r -> r.distributionConfig(Configs.minimal("staged").build()))
                        .distribution()
                        .id();
        String etag = api.getDistribution(r -> r.id(primary)).eTag();
        String name =
                api.copyDistribution(r ->
                                r.primaryDistributionId(primary)
                                        .staging(true)
                                        .ifMatch(etag)
                                        .callerReference("staged-copy"))
                        .distribution()
                        .domainName();
        String existing =
                api.createContinuousDeploymentPolicy(
                                r -> r.continuousDeploymentPolicyConfig(deployment(name)))
                        .continuousDeploymentPolicy()
                        .id();
        new ContractWalk.Family(
                        "ContinuousDeploymentPolicy",
                        "NoSuchContinuousDeploymentPolicy",
                        NO_UUID,
                        existing,
                        id -> api.getContinuousDeploymentPolicy(r -> r.id(id)),
                        id -> api.getContinuousDeploymentPolicyConfig(r -> r.id(id)),
                        (id, version) -> change(id, version, deployment(name)),
                        (id, version) ->
                                api.deleteContinuousDeploymentPolicy(
                                        r -> r.id(id).ifMatch(version)),
                        this::deploymentEtag)
                .walk(walk);
        ContinuousDeploymentPolicyConfig inconsistent =
                deployment(name).toBuilder()
                        .stagingDistributionDnsNames(n -> n.quantity(2).items(name))
                        .build();
        deploymentRefused(existing, "InconsistentQuantities", inconsistent);
        deploymentRefused(existing, "InvalidArgument", deployment("nobody.example"));
        walk.shows(
                "ListContinuousDeploymentPolicies",
                "InvalidArgument",
                () -> api.listContinuousDeploymentPolicies(r -> r.maxItems("0")));
    }

    private void deploymentRefused(
            String existing, String error, ContinuousDeploymentPolicyConfig config) {
        walk.shows(
                "CreateContinuousDeploymentPolicy",
                error,
                () ->
                        api.createContinuousDeploymentPolicy(
                                r -> r.continuousDeploymentPolicyConfig(config)));
        walk.shows(
                "UpdateContinuousDeploymentPolicy",
                error,
                () -> change(existing, deploymentEtag(existing), config));
    }

    private void change(String id, String etag, ContinuousDeploymentPolicyConfig config) {
        api.updateContinuousDeploymentPolicy(
                r -> r.id(id).ifMatch(etag).continuousDeploymentPolicyConfig(config));
    }

    private String deploymentEtag(String id) {
        return api.getContinuousDeploymentPolicy(r -> r.id(id)).eTag();
    }
}
