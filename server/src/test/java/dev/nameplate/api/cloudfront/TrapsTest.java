package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginAccessControlException;
import software.amazon.awssdk.services.cloudfront.model.InvalidViewerCertificateException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchCachePolicyException;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.waiters.CloudFrontWaiter;

import java.util.function.Consumer;

/// Where imitations of ACM and CloudFront together go wrong, and clients then trip over.
final class TrapsTest {

    /// ACM and CloudFront over one store.
    private static final class Scene {
        final TestFeatures features;
        final TestCa ca;
        final AcmClient acm;
        final CloudFrontClient cloudFront;

        Scene(Database database) {
            features = new TestFeatures(database);
            ca = features.trustedCa();
            acm = acm("us-east-1");
            cloudFront = features.cloudFront().as(TestFeatures.caller("us-east-1"));
        }

        Acm door() {
            return new Acm(
                    features.database,
                    features.certificates,
                    features.tags,
                    AcmSettings.DEFAULT,
                    features.clock,
                    features.random);
        }

        AcmClient acm(String region) {
            return door().as(TestFeatures.caller(region));
        }

        static String importInto(AcmClient acm, TestCa.Issued issued) {
            return acm.importCertificate(r ->
                            r.certificate(SdkBytes.fromByteArray(issued.certificatePem()))
                                    .privateKey(SdkBytes.fromByteArray(issued.privateKeyPem()))
                                    .certificateChain(SdkBytes.fromByteArray(issued.chainPem())))
                    .certificateArn();
        }

        CreateDistributionResponse create(DistributionConfig.Builder config) {
            return cloudFront.createDistribution(r -> r.distributionConfig(config.build()));
        }

        void update(String id, Consumer<DistributionConfig.Builder> change) {
            var now = cloudFront.getDistributionConfig(r -> r.id(id));
            DistributionConfig changed =
                    now.distributionConfig().toBuilder().applyMutation(change).build();
            cloudFront.updateDistribution(
                    r -> r.id(id).ifMatch(now.eTag()).distributionConfig(changed));
        }

        int distributions() {
            return cloudFront.listDistributions(_ -> {}).distributionList().quantity();
        }

        /// The refusal is of its type and leaves nothing behind.
        void refused(Class<? extends CloudFrontException> type, ThrowingCallable call) {
            int before = distributions();
            assertThatThrownBy(call).isInstanceOf(type);
            assertThat(distributions()).isEqualTo(before);
        }
    }

    @StoreTest
    void waitersEndByTheExactWordsOfTheStates(Database database) {
        var scene = new Scene(database);
        String id = scene.create(Configs.minimal("r")).distribution().id();
        try (CloudFrontWaiter waiter =
                CloudFrontWaiter.builder()
                        .client(scene.cloudFront)
                        .overrideConfiguration(o -> o.maxAttempts(1))
                        .build()) {
            assertThatThrownBy(() -> waiter.waitUntilDistributionDeployed(r -> r.id(id)))
                    .hasMessageContaining("exceeded the max retry attempts");
            scene.features.deployAll();
            assertThat(waiter.waitUntilDistributionDeployed(r -> r.id(id)).matched().response())
                    .isPresent();
        }
    }

    @StoreTest
    void anAliasIsHeldOnceOverAllAccountsHoweverItIsSpelt(Database database) {
        var scene = new Scene(database);
        String own = Scene.importInto(scene.acm, scene.ca.issue("*.example.com"));
        scene.create(Configs.withAliases(Configs.minimal("r"), own, "a.example.com"));
        AcmClient othersAcm = scene.door().as(TestFeatures.otherAccount("us-east-1"));
        CloudFrontClient other =
                scene.features.cloudFront().as(TestFeatures.otherAccount("us-east-1"));
        String theirs = Scene.importInto(othersAcm, scene.ca.issue("*.example.com"));

        assertThatThrownBy(() -> create(other, theirs, "a.example.com"))
                .isInstanceOf(CnameAlreadyExistsException.class);
        assertThatThrownBy(() -> create(other, theirs, "A.example.com"))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> create(other, theirs, "a.example.com."))
                .isInstanceOf(InvalidViewerCertificateException.class);
        assertThatThrownBy(() -> create(other, theirs, "*.example.com"))
                .isInstanceOf(CnameAlreadyExistsException.class);
        assertThat(other.listDistributions(_ -> {}).distributionList().quantity()).isZero();
        create(other, theirs, "b.example.com");
    }

    private static void create(CloudFrontClient api, String certificate, String alias) {
        api.createDistribution(r ->
                r.distributionConfig(
                        Configs.withAliases(Configs.minimal("s"), certificate, alias).build()));
    }

    @StoreTest
    void aCertificateIsInUseUntilNoDistributionNamesItThoughAllAreDisabled(Database database) {
        var scene = new Scene(database);
        String arn = Scene.importInto(scene.acm, scene.ca.issue("a.example.com"));
        var made =
                scene.create(
                        Configs.withAliases(
                                Configs.minimal("r").enabled(false), arn, "a.example.com"));
        String id = made.distribution().id();
        scene.features.deployAll();

        assertThatThrownBy(() -> scene.acm.deleteCertificate(r -> r.certificateArn(arn)))
                .isInstanceOf(ResourceInUseException.class);
        assertThat(scene.acm.describeCertificate(r -> r.certificateArn(arn)).certificate())
                .satisfies(detail ->
                        assertThat(detail.inUseBy()).containsExactly(made.distribution().arn()));

        scene.update(
                id,
                c ->
                        c.aliases(a -> a.quantity(0))
                                .viewerCertificate(v -> v.cloudFrontDefaultCertificate(true)));
        scene.acm.deleteCertificate(r -> r.certificateArn(arn));
        assertThatThrownBy(() -> scene.acm.describeCertificate(r -> r.certificateArn(arn)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @StoreTest
    void aDeletedDistributionLetsGoOfItsCertificate(Database database) {
        var scene = new Scene(database);
        String arn = Scene.importInto(scene.acm, scene.ca.issue("a.example.com"));
        var made =
                scene.create(
                        Configs.withAliases(
                                Configs.minimal("r").enabled(false), arn, "a.example.com"));
        scene.features.deployAll();
        scene.cloudFront.deleteDistribution(
                r -> r.id(made.distribution().id()).ifMatch(made.eTag()));
        scene.acm.deleteCertificate(r -> r.certificateArn(arn));
    }

    @StoreTest
    void ellipticAndLongRsaKeysAreListedOnlyWhenAskedFor(Database database) {
        var scene = new Scene(database);
        String elliptic = Scene.importInto(scene.acm, scene.ca.issue("a.example.com"));
        String longer = Scene.importInto(scene.acm, scene.ca.issueLongRsa("b.example.com"));
        String usual = Scene.importInto(scene.acm, scene.ca.issueRsa("c.example.com"));

        assertThat(scene.acm.listCertificates(_ -> {}).certificateSummaryList())
                .extracting(CertificateSummary::certificateArn)
                .containsExactly(usual);
        assertThat(
                        scene.acm
                                .listCertificates(r ->
                                        r.includes(i ->
                                                i.keyTypes(
                                                        KeyAlgorithm.RSA_4096,
                                                        KeyAlgorithm.EC_PRIME256_V1)))
                                .certificateSummaryList())
                .extracting(CertificateSummary::certificateArn)
                .containsExactlyInAnyOrder(elliptic, longer);
    }

    @StoreTest
    void aCertificateOfAnotherRegionIsNoneOfCloudFronts(Database database) {
        var scene = new Scene(database);
        AcmClient europe = scene.acm("eu-west-1");
        TestCa.Issued issued = scene.ca.issue("a.example.com");
        String there = Scene.importInto(europe, issued);
        assertThat(there).startsWith("arn:aws:acm:eu-west-1:");
        assertThat(
                        europe.describeCertificate(r -> r.certificateArn(there))
                                .certificate()
                                .domainName())
                .isEqualTo("a.example.com");

        for (String arn : new String[] {there, there.replace("eu-west-1", "us-east-1")}) {
            scene.refused(
                    InvalidViewerCertificateException.class,
                    () ->
                            scene.create(
                                    Configs.withAliases(
                                            Configs.minimal("r"), arn, "a.example.com")));
        }
        assertThat(europe.describeCertificate(r -> r.certificateArn(there)).certificate().inUseBy())
                .isEmpty();
        europe.deleteCertificate(r -> r.certificateArn(there));
        String here = Scene.importInto(scene.acm, issued);
        scene.create(Configs.withAliases(Configs.minimal("r"), here, "a.example.com"));
    }

    @StoreTest
    void aCopyWhoseCachePolicyIsGoneIsRefusedWhole(Database database) {
        var scene = new Scene(database);
        var policy =
                scene.cloudFront.createCachePolicy(
                        r -> r.cachePolicyConfig(Configs.cachePolicy("p").build()));
        String policyId = policy.cachePolicy().id();
        CreateDistributionResponse first =
                scene.create(
                        Configs.minimal("r")
                                .defaultCacheBehavior(b ->
                                        b.targetOriginId("web")
                                                .viewerProtocolPolicy("allow-all")
                                                .cachePolicyId(policyId)));
        DistributionConfig kept = first.distribution().distributionConfig();
        scene.update(
                first.distribution().id(),
                c -> c.defaultCacheBehavior(Configs.minimal("r").build().defaultCacheBehavior()));
        scene.cloudFront.deleteCachePolicy(r -> r.id(policyId).ifMatch(policy.eTag()));

        scene.refused(
                NoSuchCachePolicyException.class,
                () -> scene.create(kept.toBuilder().callerReference("copy")));
        // The reference of a refused copy is free, so that the corrected one may use it.
        scene.create(Configs.minimal("copy"));
    }

    @StoreTest
    void aCopyWhoseBucketIsReadBySigningIsRefusedWhole(Database database) {
        var scene = new Scene(database);
        String control = accessControl(scene, "never");
        CreateDistributionResponse first =
                scene.create(
                        Configs.minimal("r").origins(o -> o.quantity(1).items(bucket(control))));
        DistributionConfig kept = first.distribution().distributionConfig();
        String signing = accessControl(scene, "always");

        scene.refused(
                InvalidOriginAccessControlException.class,
                () ->
                        scene.create(
                                kept.toBuilder()
                                        .callerReference("copy")
                                        .origins(o -> o.quantity(1).items(bucket(signing)))));

        scene.update(
                first.distribution().id(), c -> c.origins(Configs.minimal("r").build().origins()));
        String etag = scene.cloudFront.getOriginAccessControl(r -> r.id(control)).eTag();
        scene.cloudFront.deleteOriginAccessControl(r -> r.id(control).ifMatch(etag));
        scene.refused(
                InvalidOriginAccessControlException.class,
                () -> scene.create(kept.toBuilder().callerReference("copy")));
    }

    private static Origin bucket(String control) {
        return Configs.bucket().originAccessControlId(control).build();
    }

    private static String accessControl(Scene scene, String signing) {
        return scene.cloudFront
                .createOriginAccessControl(r ->
                        r.originAccessControlConfig(c ->
                                c.name(signing)
                                        .signingProtocol("sigv4")
                                        .signingBehavior(signing)
                                        .originAccessControlOriginType("s3")))
                .originAccessControl()
                .id();
    }
}
