package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.TrafficShare;
import dev.nameplate.edge.config.Staging.Choice;
import dev.nameplate.edge.config.Staging.Stickiness;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyInUseException;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyType;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InconsistentQuantitiesException;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidIfMatchVersionException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchContinuousDeploymentPolicyException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.ResourceInUseException;
import software.amazon.awssdk.services.cloudfront.model.StagingDistributionInUseException;
import software.amazon.awssdk.services.cloudfront.model.TrafficConfig;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

final class StagingFamilyTest {
    private static final TrafficConfig BY_HEADER =
            TrafficConfig.builder()
                    .type(ContinuousDeploymentPolicyType.SINGLE_HEADER)
                    .singleHeaderConfig(h -> h.header("Aws-Cf-Cd-Try").value("yes"))
                    .build();

    /// A primary and its staging distribution.
    private static final class Scene {
        final TestFeatures features;
        final CloudFrontClient api;
        final CreateDistributionResponse primary;
        final String primaryId;
        final CopyDistributionResponse copy;
        final String stagingId;

        Scene(Database database) {
            features = new TestFeatures(database);
            api = features.cloudFront().as(TestFeatures.caller("us-east-1"));
            primary =
                    api.createDistribution(r -> r.distributionConfig(Configs.minimal("p").build()));
            primaryId = primary.distribution().id();
            copy = copy("s", primary.eTag());
            stagingId = copy.distribution().id();
        }

        CopyDistributionResponse copy(String reference, String etag) {
            return api.copyDistribution(r ->
                    r.primaryDistributionId(primaryId)
                            .staging(true)
                            .ifMatch(etag)
                            .callerReference(reference));
        }

        ContinuousDeploymentPolicyConfig config(TrafficConfig traffic) {
            return ContinuousDeploymentPolicyConfig.builder()
                    .enabled(true)
                    .stagingDistributionDnsNames(
                            n -> n.quantity(1).items(copy.distribution().domainName()))
                    .trafficConfig(traffic)
                    .build();
        }

        String policy() {
            return api.createContinuousDeploymentPolicy(
                            r -> r.continuousDeploymentPolicyConfig(config(BY_HEADER)))
                    .continuousDeploymentPolicy()
                    .id();
        }

        UpdateDistributionResponse update(String id, Consumer<DistributionConfig.Builder> change) {
            var now = api.getDistributionConfig(r -> r.id(id));
            DistributionConfig changed =
                    now.distributionConfig().toBuilder().applyMutation(change).build();
            return api.updateDistribution(
                    r -> r.id(id).ifMatch(now.eTag()).distributionConfig(changed));
        }

        void attach(String policy) {
            assertThat(
                            update(primaryId, c -> c.continuousDeploymentPolicyId(policy))
                                    .distribution()
                                    .distributionConfig()
                                    .continuousDeploymentPolicyId())
                    .isEqualTo(policy);
        }

        Optional<TrafficShare> share() {
            return features.database
                    .read(handle ->
                            features.distributions.find(handle, new DistributionId(primaryId)))
                    .map(Distribution::config)
                    .orElseThrow()
                    .trafficShare();
        }

        String etag(String id) {
            return api.getDistribution(r -> r.id(id)).eTag();
        }
    }

    private static void refused(Class<? extends Throwable> how, String why, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(how).hasMessageContaining(why);
    }

    @StoreTest
    void aCopyIsTheSameButForNamesAndWillNotBeCopiedAgain(Database database) {
        Scene scene = new Scene(database);
        DistributionConfig copied = scene.copy.distribution().distributionConfig();
        assertThat(copied.staging()).isTrue();
        assertThat(copied.enabled()).isTrue();
        assertThat(copied.callerReference()).isEqualTo("s");
        DistributionConfig own = scene.primary.distribution().distributionConfig();
        assertThat(copied.toBuilder().staging(false).callerReference("p").build()).isEqualTo(own);
        assertThat(scene.copy.eTag()).isEqualTo(scene.etag(scene.stagingId));
        assertThat(scene.copy.location()).endsWith("/distribution/" + scene.stagingId);

        refused(
                DistributionAlreadyExistsException.class,
                scene.stagingId,
                () -> scene.copy("s", scene.primary.eTag()));
        refused(PreconditionFailedException.class, "", () -> scene.copy("t", scene.copy.eTag()));
        refused(InvalidIfMatchVersionException.class, "", () -> scene.copy("t", ""));
        refused(
                InvalidArgumentException.class,
                "Staging must be true",
                () ->
                        scene.api.copyDistribution(r ->
                                r.primaryDistributionId(scene.primaryId)
                                        .ifMatch(scene.primary.eTag())
                                        .callerReference("t")));
        refused(
                InvalidArgumentException.class,
                "names a staging distribution",
                () ->
                        scene.api.copyDistribution(r ->
                                r.primaryDistributionId(scene.stagingId)
                                        .staging(true)
                                        .ifMatch(scene.copy.eTag())
                                        .callerReference("t")));
        refused(
                NoSuchDistributionException.class,
                "",
                () ->
                        scene.api.copyDistribution(r ->
                                r.primaryDistributionId("E0123456789ABC")
                                        .staging(true)
                                        .ifMatch(scene.copy.eTag())
                                        .callerReference("t")));
    }

    @StoreTest
    void aStagingDistributionStaysOneAndHasNoNames(Database database) {
        Scene scene = new Scene(database);
        refused(
                IllegalUpdateException.class,
                "Staging",
                () -> scene.update(scene.stagingId, c -> c.staging(false)));
        refused(
                IllegalUpdateException.class,
                "Staging",
                () -> scene.update(scene.primaryId, c -> c.staging(true)));
        refused(
                InvalidArgumentException.class,
                "Aliases",
                () ->
                        scene.update(
                                scene.stagingId,
                                c -> c.aliases(a -> a.quantity(1).items("www.example.com"))));
        String policy = scene.policy();
        refused(
                InvalidArgumentException.class,
                "primary",
                () -> scene.update(scene.stagingId, c -> c.continuousDeploymentPolicyId(policy)));
        refused(
                InvalidArgumentException.class,
                "HTTP/3",
                () -> scene.update(scene.stagingId, c -> c.httpVersion(HttpVersion.HTTP2_AND3)));
    }

    @StoreTest
    void aPolicyReachesItsPrimaryAndIsGuardedByWhoNamesIt(Database database) {
        Scene scene = new Scene(database);
        String policy = scene.policy();
        assertThat(scene.share()).isEmpty();
        scene.attach(policy);
        DistributionId staging = new DistributionId(scene.stagingId);
        assertThat(scene.share())
                .contains(new TrafficShare(staging, new Choice.ByHeader("aws-cf-cd-try", "yes")));

        TrafficConfig byWeight =
                TrafficConfig.builder()
                        .type(ContinuousDeploymentPolicyType.SINGLE_WEIGHT)
                        .singleWeightConfig(w ->
                                w.weight(0.15f)
                                        .sessionStickinessConfig(
                                                s -> s.idleTTL(300).maximumTTL(3_600)))
                        .build();
        String before = scene.etag(scene.primaryId);
        var found = scene.api.getContinuousDeploymentPolicy(r -> r.id(policy));
        var changed =
                scene.api.updateContinuousDeploymentPolicy(r ->
                        r.id(policy)
                                .ifMatch(found.eTag())
                                .continuousDeploymentPolicyConfig(scene.config(byWeight)));
        assertThat(changed.eTag()).isNotEqualTo(found.eTag());
        assertThat(scene.share())
                .contains(
                        new TrafficShare(
                                staging,
                                new Choice.ByWeight(
                                        0.15,
                                        Optional.of(
                                                new Stickiness(
                                                        Duration.ofMinutes(5),
                                                        Duration.ofHours(1))))));
        assertThat(scene.etag(scene.primaryId)).isEqualTo(before);
        refused(
                PreconditionFailedException.class,
                "",
                () ->
                        scene.api.updateContinuousDeploymentPolicy(r ->
                                r.id(policy)
                                        .ifMatch(found.eTag())
                                        .continuousDeploymentPolicyConfig(
                                                scene.config(BY_HEADER))));

        refused(
                ContinuousDeploymentPolicyInUseException.class,
                "",
                () ->
                        scene.api.deleteContinuousDeploymentPolicy(
                                r -> r.id(policy).ifMatch(changed.eTag())));
        String other =
                scene.api
                        .createDistribution(r -> r.distributionConfig(Configs.minimal("o").build()))
                        .distribution()
                        .id();
        refused(
                StagingDistributionInUseException.class,
                "",
                () -> scene.update(other, c -> c.continuousDeploymentPolicyId(policy)));
        scene.update(scene.stagingId, c -> c.enabled(false));
        scene.features.deployAll();
        refused(
                ResourceInUseException.class,
                "continuous deployment policy",
                () ->
                        scene.api.deleteDistribution(
                                r -> r.id(scene.stagingId).ifMatch(scene.etag(scene.stagingId))));

        scene.update(scene.primaryId, c -> c.continuousDeploymentPolicyId(""));
        assertThat(scene.share()).isEmpty();
        var _ =
                scene.api.deleteContinuousDeploymentPolicy(
                        r -> r.id(policy).ifMatch(changed.eTag()));
        var _ =
                scene.api.deleteDistribution(
                        r -> r.id(scene.stagingId).ifMatch(scene.etag(scene.stagingId)));
        refused(
                NoSuchContinuousDeploymentPolicyException.class,
                policy,
                () -> scene.update(scene.primaryId, c -> c.continuousDeploymentPolicyId(policy)));
    }

    @StoreTest
    void aPolicyIsRefusedByItsRules(Database database) {
        Scene scene = new Scene(database);
        ContinuousDeploymentPolicyConfig right = scene.config(BY_HEADER);
        Consumer<ContinuousDeploymentPolicyConfig> create =
                config -> {
                    var _ =
                            scene.api.createContinuousDeploymentPolicy(
                                    r -> r.continuousDeploymentPolicyConfig(config));
                };
        for (TrafficConfig wrong :
                List.of(
                        BY_HEADER.toBuilder()
                                .singleHeaderConfig(h -> h.header("x-try").value("1"))
                                .build(),
                        BY_HEADER.toBuilder().type("SingleWeight").build(),
                        BY_HEADER.toBuilder().singleWeightConfig(w -> w.weight(0.1f)).build(),
                        weight(0.16f, 300, 300),
                        weight(-0.01f, 300, 300),
                        weight(0.1f, 299, 300),
                        weight(0.1f, 300, 3_601),
                        weight(0.1f, 600, 300))) {
            refused(
                    InvalidArgumentException.class,
                    "The parameter",
                    () -> create.accept(right.toBuilder().trafficConfig(wrong).build()));
        }
        refused(
                InvalidArgumentException.class,
                "TrafficConfig is required",
                () -> create.accept(right.toBuilder().trafficConfig((TrafficConfig) null).build()));
        refused(
                InconsistentQuantitiesException.class,
                "",
                () ->
                        create.accept(
                                right.toBuilder()
                                        .stagingDistributionDnsNames(
                                                n -> n.quantity(2).items("d1.example"))
                                        .build()));
        refused(
                InvalidArgumentException.class,
                "no staging distribution",
                () ->
                        create.accept(
                                right.toBuilder()
                                        .stagingDistributionDnsNames(n ->
                                                n.quantity(1)
                                                        .items(
                                                                scene.primary
                                                                        .distribution()
                                                                        .domainName()))
                                        .build()));
        String policy = scene.policy();
        refused(StagingDistributionInUseException.class, "", () -> create.accept(right));
        assertThat(
                        scene.api
                                .listContinuousDeploymentPolicies(r -> {})
                                .continuousDeploymentPolicyList()
                                .items())
                .singleElement()
                .satisfies(
                        one -> assertThat(one.continuousDeploymentPolicy().id()).isEqualTo(policy));
        refused(
                InvalidArgumentException.class,
                "during distribution creation",
                () ->
                        scene.api.createDistribution(r ->
                                r.distributionConfig(
                                        Configs.minimal("n")
                                                .continuousDeploymentPolicyId(policy)
                                                .build())));
    }

    private static TrafficConfig weight(float weight, int idle, int maximum) {
        return TrafficConfig.builder()
                .type(ContinuousDeploymentPolicyType.SINGLE_WEIGHT)
                .singleWeightConfig(w ->
                        w.weight(weight)
                                .sessionStickinessConfig(s -> s.idleTTL(idle).maximumTTL(maximum)))
                .build();
    }

    @StoreTest
    void promotingTakesOverAllButWhatIsThePrimarysOwnAndEndsTheTrial(Database database) {
        Scene scene = new Scene(database);
        refused(
                IllegalUpdateException.class,
                "no continuous deployment policy",
                () -> promote(scene, scene.primary.eTag() + "," + scene.copy.eTag()));
        String policy = scene.policy();
        scene.attach(policy);
        String staged =
                scene.update(scene.stagingId, c -> c.comment("new").defaultRootObject("new.html"))
                        .eTag();
        String primary = scene.etag(scene.primaryId);
        refused(InvalidIfMatchVersionException.class, "", () -> promote(scene, primary));
        refused(
                PreconditionFailedException.class,
                "",
                () -> promote(scene, primary + "," + scene.copy.eTag()));
        refused(
                PreconditionFailedException.class,
                "",
                () -> promote(scene, staged + "," + primary));

        promote(scene, primary + ", " + staged);
        DistributionConfig now =
                scene.api.getDistributionConfig(r -> r.id(scene.primaryId)).distributionConfig();
        assertThat(now.defaultRootObject()).isEqualTo("new.html");
        assertThat(now.comment()).isEqualTo("new");
        assertThat(now.callerReference()).isEqualTo("p");
        assertThat(now.staging()).isFalse();
        assertThat(now.continuousDeploymentPolicyId()).isEqualTo(policy);
        assertThat(scene.share()).isEmpty();
        assertThat(
                        scene.api
                                .getContinuousDeploymentPolicyConfig(r -> r.id(policy))
                                .continuousDeploymentPolicyConfig()
                                .enabled())
                .isFalse();
        assertThat(scene.etag(scene.stagingId)).isEqualTo(staged);
    }

    private static void promote(Scene scene, String ifMatch) {
        var _ =
                scene.api.updateDistributionWithStagingConfig(r ->
                        r.id(scene.primaryId)
                                .stagingDistributionId(scene.stagingId)
                                .ifMatch(ifMatch));
    }

    @StoreTest
    void distributionsAreListedByConnectionMode(Database database) {
        Scene scene = new Scene(database);
        var first =
                scene.api.listDistributionsByConnectionMode(
                        r -> r.connectionMode(ConnectionMode.DIRECT).maxItems(1));
        var second =
                scene.api.listDistributionsByConnectionMode(r ->
                        r.connectionMode(ConnectionMode.DIRECT)
                                .marker(first.distributionList().nextMarker()));
        assertThat(first.distributionList().items()).hasSize(1);
        assertThat(second.distributionList().items()).hasSize(1);
        // Made in the same millisecond, they may come either way.
        assertThat(
                        Stream.of(first, second)
                                .flatMap(page -> page.distributionList().items().stream()))
                .extracting(DistributionSummary::id)
                .containsExactlyInAnyOrder(scene.primaryId, scene.stagingId);
        assertThat(
                        scene.api
                                .listDistributionsByConnectionMode(
                                        r -> r.connectionMode(ConnectionMode.TENANT_ONLY))
                                .distributionList()
                                .quantity())
                .isZero();
        refused(
                InvalidArgumentException.class,
                "ConnectionMode",
                () -> scene.api.listDistributionsByConnectionMode(r -> r.connectionMode("both")));
    }
}
