package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.services.lightsail.model.Certificate;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.util.List;
import java.util.Optional;

@org.junit.jupiter.api.Tag("slow")
final class LightsailDistributionsTest {

    @StoreTest
    void aNewDistributionShowsEveryDefault(Database database) {
        var door = new Door(database);
        var answer =
                door.lightsail.createDistribution(request ->
                        request.distributionName("shop")
                                .bundleId("small_1_0")
                                .origin(origin ->
                                        origin.name("app.example.net").regionName("eu-west-1"))
                                .defaultCacheBehavior(cache -> cache.behavior("cache"))
                                .tags(Tag.builder().key("env").build()));
        LightsailDistribution made = answer.distribution();
        assertThat(made.name()).isEqualTo("shop");
        assertThat(made.arn())
                .matches("arn:aws:lightsail:us-east-1:123456789012:Distribution/[0-9a-f-]{36}");
        assertThat(made.supportCode()).matches("[0-9A-Z]{12}/E[0-9A-Z]{13}");
        assertThat(made.location().availabilityZone()).isEqualTo("all");
        assertThat(made.location().regionNameAsString()).isEqualTo("us-east-1");
        assertThat(made.resourceType()).isEqualTo(ResourceType.DISTRIBUTION);
        assertThat(made.status()).isEqualTo("InProgress");
        assertThat(made.isEnabled()).isTrue();
        assertThat(made.domainName()).matches("d[0-9a-z]{13}\\.cdn\\.nameplate\\.internal");
        assertThat(made.alternativeDomainNames()).isEmpty();
        assertThat(made.hasAlternativeDomainNames()).isTrue();
        assertThat(made.certificateName()).isNull();
        assertThat(made.origin().name()).isEqualTo("app.example.net");
        assertThat(made.origin().regionNameAsString()).isEqualTo("eu-west-1");
        assertThat(made.origin().protocolPolicyAsString()).isEqualTo("http-only");
        assertThat(made.origin().responseTimeout()).isEqualTo(30);
        assertThat(made.originPublicDNS()).isEqualTo("app.example.net");
        assertThat(made.defaultCacheBehavior().behaviorAsString()).isEqualTo("cache");
        assertThat(made.cacheBehaviors()).isEmpty();
        var settings = made.cacheBehaviorSettings();
        assertThat(settings.allowedHTTPMethods())
                .isEqualTo("GET,HEAD,OPTIONS,PUT,PATCH,POST,DELETE");
        assertThat(settings.cachedHTTPMethods()).isEqualTo("GET,HEAD");
        assertThat(settings.defaultTTL()).isEqualTo(86_400);
        assertThat(settings.minimumTTL()).isZero();
        assertThat(settings.maximumTTL()).isEqualTo(31_536_000);
        assertThat(settings.forwardedCookies().optionAsString()).isEqualTo("none");
        assertThat(settings.forwardedHeaders().optionAsString()).isEqualTo("default");
        assertThat(settings.forwardedQueryStrings().option()).isFalse();
        assertThat(made.ipAddressTypeAsString()).isEqualTo("dualstack");
        assertThat(made.viewerMinimumTlsProtocolVersion()).isEqualTo("TLSv1.2_2021");
        assertThat(made.bundleId()).isEqualTo("small_1_0");
        assertThat(made.ableToUpdateBundle()).isTrue();
        assertThat(made.tags()).containsExactly(Tag.builder().key("env").value("").build());
        assertThat(made.createdAt()).isEqualTo(door.features.clock.instant());

        Operation operation = answer.operation();
        assertThat(operation.operationTypeAsString()).isEqualTo("CreateDistribution");
        assertThat(operation.status()).isEqualTo(OperationStatus.STARTED);
        assertThat(operation.isTerminal()).isFalse();

        assertThat(door.distribution("shop")).isEqualTo(made);
        door.features.deployAll();
        assertThat(door.distribution("shop").status()).isEqualTo("Deployed");
        assertThat(door.lightsail.getDistributions(_ -> {}).distributions())
                .extracting(LightsailDistribution::name)
                .containsExactly("shop");
    }

    @StoreTest
    void distributionsAreKeptInOneRegionAndRefusedInEveryOther(Database database) {
        var elsewhere = new Door(database).in("eu-west-1");
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(
                        () -> elsewhere.createDistribution(r -> r.distributionName("shop")),
                        () -> elsewhere.getDistributions(_ -> {}),
                        () -> elsewhere.deleteDistribution(r -> r.distributionName("shop")),
                        () ->
                                elsewhere.attachCertificateToDistribution(
                                        r -> r.distributionName("shop").certificateName("site")),
                        () ->
                                elsewhere.detachCertificateFromDistribution(
                                        r -> r.distributionName("shop")))) {
            Door.assertInvalid(
                    call,
                    "UnsupportedOperation",
                    "Distribution-related APIs are only available in the us-east-1 Region. Please set"
                            + " your Region configuration to us-east-1 to create, view, or edit these"
                            + " resources.");
        }
    }

    @StoreTest
    void anUnknownDistributionIsNotFound(Database database) {
        var door = new Door(database);
        door.issuedCertificate("site", "example.com");
        String sentence = "The Distribution does not exist: none";
        Door.assertNotFound(() -> door.distribution("none"), sentence);
        Door.assertNotFound(
                () -> door.lightsail.deleteDistribution(r -> r.distributionName("none")), sentence);
        Door.assertNotFound(() -> door.attach("site", "none"), sentence);
        Door.assertNotFound(
                () ->
                        door.lightsail.detachCertificateFromDistribution(
                                r -> r.distributionName("none")),
                sentence);
        Door.assertInvalid(
                () -> door.lightsail.deleteDistribution(_ -> {}),
                "The distributionName is missing.");
    }

    @StoreTest
    void namesAreSharedWithEveryOtherResource(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        Door.assertInvalid(
                () -> door.createDistribution("site"),
                "NameExists",
                "Some names are already in use: site");
        Door.assertInvalid(
                () -> door.createDistribution("-"), "The distribution name '-' is not valid");
    }

    @StoreTest
    void attachingMakesTheCertificatesNamesTheDistributions(Database database) {
        var door = new Door(database);
        door.issuedCertificate("site", "example.com", "www.example.com");
        door.deployedDistribution("shop");
        Operation operation =
                door.lightsail
                        .attachCertificateToDistribution(
                                r -> r.distributionName("shop").certificateName("site"))
                        .operation();
        assertThat(operation.operationTypeAsString()).isEqualTo("AttachCertificateToDistribution");
        assertThat(operation.resourceName()).isEqualTo("shop");
        assertThat(operation.operationDetails()).isEqualTo("site");
        assertThat(operation.status()).isEqualTo(OperationStatus.STARTED);

        LightsailDistribution shop = door.distribution("shop");
        assertThat(shop.certificateName()).isEqualTo("site");
        assertThat(shop.alternativeDomainNames()).containsExactly("example.com", "www.example.com");
        assertThat(shop.status()).isEqualTo("InProgress");
        Certificate certificate = door.certificate("site");
        assertThat(certificate.inUseResourceCount()).isEqualTo(1);
        assertThat(certificate.eligibleToRenew()).isEqualTo("ELIGIBLE");

        door.features.deployAll();
        assertThat(door.distribution("shop").status()).isEqualTo("Deployed");
        assertThat(
                        door.lightsail
                                .getOperation(r -> r.operationId(operation.id()))
                                .operation()
                                .status())
                .isEqualTo(OperationStatus.SUCCEEDED);
    }

    @StoreTest
    void detachingTakesThemAway(Database database) {
        var door = new Door(database);
        door.issuedCertificate("site", "example.com");
        door.deployedDistribution("shop");
        door.attach("site", "shop");
        door.features.deployAll();
        Operation operation =
                door.lightsail
                        .detachCertificateFromDistribution(r -> r.distributionName("shop"))
                        .operation();
        assertThat(operation.operationTypeAsString())
                .isEqualTo("DetachCertificateFromDistribution");
        assertThat(operation.operationDetails()).isEqualTo("site");
        assertThat(door.distribution("shop").certificateName()).isNull();
        assertThat(door.distribution("shop").alternativeDomainNames()).isEmpty();
        assertThat(door.certificate("site").inUseResourceCount()).isZero();
        door.features.deployAll();
        Door.assertInvalid(
                () ->
                        door.lightsail.detachCertificateFromDistribution(
                                r -> r.distributionName("shop")),
                "No certificate is attached to the distribution 'shop'.");
        door.attach("site", "shop");
    }

    @StoreTest
    void whatCannotBeAttachedIsRefusedWithTheReason(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        Door.assertNotFound(
                () -> door.attach("none", "shop"), "The Certificate does not exist: none");

        door.createCertificate("pending", "example.org");
        Door.assertInvalid(
                () -> door.attach("pending", "shop"),
                "Sorry, you can only attach a validated certificate to a distribution. The status of"
                        + " 'pending' is PENDING_VALIDATION, not ISSUED.");

        door.in("eu-west-1")
                .createCertificate(r -> r.certificateName("irish").domainName("example.ie"));
        Door.assertInvalid(
                () -> door.attach("irish", "shop"),
                "Only certificates created in the us-east-1 Region can be attached to a distribution,"
                        + " and 'irish' was created in eu-west-1.");

        door.issuedCertificate("site", "example.com");
        door.attach("site", "shop");
        Door.assertInvalid(
                () -> door.attach("site", "shop"),
                "Please wait for it to complete before trying again.");
        Door.assertInvalid(
                () ->
                        door.lightsail.detachCertificateFromDistribution(
                                r -> r.distributionName("shop")),
                "Please wait for it to complete before trying again.");
        door.features.deployAll();
        Door.assertInvalid(
                () -> door.attach("site", "shop"), "Detach it before you attach it again.");
        door.issuedCertificate("other", "other.example.com");
        Door.assertInvalid(
                () -> door.attach("other", "shop"),
                "The certificate 'site' is attached to the distribution 'shop' already. Detach it"
                        + " before you attach another one.");
    }

    @StoreTest
    void aDomainBelongsToOneDistribution(Database database) {
        var door = new Door(database);
        door.issuedCertificate("one", "example.com", "a.example.com");
        door.issuedCertificate("two", "a.example.com");
        door.deployedDistribution("first");
        door.deployedDistribution("second");
        door.attach("one", "first");
        Door.assertInvalid(
                () -> door.attach("two", "second"),
                "The domain 'a.example.com' of the certificate 'two' is already in use by another"
                        + " distribution.");
        assertThat(door.distribution("second").certificateName()).isNull();
        assertThat(door.certificate("two").inUseResourceCount()).isZero();
        door.lightsail.deleteDistribution(r -> r.distributionName("first"));
        door.attach("two", "second");
    }

    @StoreTest
    void aCertificateCanBeAttachedAtCreation(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        Door.assertInvalid(
                () -> createWith(door, "site"),
                "you can only attach a validated certificate to a distribution");
        Door.assertNotFound(() -> createWith(door, "none"), "does not exist: none");
        door.features.settleCertificates();
        LightsailDistribution made = createWith(door, "site");
        assertThat(made.certificateName()).isEqualTo("site");
        assertThat(made.alternativeDomainNames()).containsExactly("example.com");
        assertThat(door.certificate("site").inUseResourceCount()).isEqualTo(1);
    }

    @StoreTest
    void aCertificateInUseIsNotDeleted(Database database) {
        var door = new Door(database);
        door.issuedCertificate("site", "example.com");
        door.deployedDistribution("shop");
        door.attach("site", "shop");
        Door.assertInvalid(
                () -> door.lightsail.deleteCertificate(r -> r.certificateName("site")),
                "The certificate 'site' is in use by the distribution 'shop'. Detach it there before"
                        + " you delete it.");
        door.lightsail.deleteDistribution(r -> r.distributionName("shop"));
        door.lightsail.deleteCertificate(r -> r.certificateName("site"));
    }

    @StoreTest
    void deletingNeedsNoDisablingAndFreesEverythingAtOnce(Database database) {
        var door = new Door(database);
        door.createDistribution("shop");
        Operation operation =
                door.lightsail.deleteDistribution(r -> r.distributionName("shop")).operation();
        assertThat(operation.operationTypeAsString()).isEqualTo("DeleteDistribution");
        assertThat(operation.status()).isEqualTo(OperationStatus.STARTED);
        assertThat(
                        door.lightsail
                                .getOperation(r -> r.operationId(operation.id()))
                                .operation()
                                .status())
                .isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(door.lightsail.getDistributions(_ -> {}).distributions()).isEmpty();
        door.createDistribution("shop");
    }

    @StoreTest
    void whatTheEdgeServesFollowsTheRequest(Database database) {
        var door = new Door(database);
        door.lightsail.createDistribution(request ->
                request.distributionName("shop")
                        .bundleId("medium_1_0")
                        .viewerMinimumTlsProtocolVersion("TLSv1.2_2019")
                        .origin(origin ->
                                origin.name("192.0.2.7:8443")
                                        .protocolPolicy("https-only")
                                        .responseTimeout(5))
                        .defaultCacheBehavior(cache -> cache.behavior("dont-cache")));
        Distribution served =
                database.read(handle ->
                                door.features.distributions.page(
                                        handle,
                                        new AccountId(TestFeatures.ACCOUNT),
                                        Distribution.Kind.LIGHTSAIL,
                                        Optional.empty(),
                                        1))
                        .getFirst();
        assertThat(served.config().minimumTls()).isEqualTo("TLSv1.2_2019");
        assertThat(served.config().origins().getFirst().httpsPort()).isEqualTo(8443);
        assertThat(served.config().behaviors().getLast().caching().enabled()).isFalse();
    }

    @StoreTest
    void longListsComeInPages(Database database) {
        var door = new Door(database);
        for (int i = 0; i < PageToken.PAGE + 1; i++) {
            door.createDistribution("shop-" + i);
        }
        var first = door.lightsail.getDistributions(_ -> {});
        assertThat(first.distributions()).hasSize(PageToken.PAGE);
        var second = door.lightsail.getDistributions(r -> r.pageToken(first.nextPageToken()));
        assertThat(second.distributions()).hasSize(1);
        assertThat(second.nextPageToken()).isNull();
    }

    private static LightsailDistribution createWith(Door door, String certificate) {
        return door.lightsail
                .createDistribution(request ->
                        request.distributionName("shop")
                                .bundleId("small_1_0")
                                .certificateName(certificate)
                                .origin(origin -> origin.name("192.0.2.7:8080"))
                                .defaultCacheBehavior(cache -> cache.behavior("cache")))
                .distribution();
    }
}
