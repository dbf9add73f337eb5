package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Provenance;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.lightsail.model.CacheBehaviorPerPath;
import software.amazon.awssdk.services.lightsail.model.DistributionBundle;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;
import software.amazon.awssdk.services.lightsail.model.UpdateDistributionRequest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

final class DistributionChangesTest {
    private static final String BUSY = "Please wait for it to complete before trying again";

    @StoreTest
    void anUpdateChangesWhatItNamesAndNothingElse(Database database) {
        var door = new Door(database);
        LightsailDistribution before = door.deployedDistribution("shop");
        Operation operation =
                update(
                        door,
                        r ->
                                r.origin(o -> o.responseTimeout(7))
                                        .cacheBehaviors(
                                                CacheBehaviorPerPath.builder()
                                                        .path("img/*")
                                                        .behavior("dont-cache")
                                                        .build())
                                        .viewerMinimumTlsProtocolVersion("TLSv1.2_2019"));
        assertThat(operation.operationTypeAsString()).isEqualTo("UpdateDistribution");
        assertThat(operation.status()).isEqualTo(OperationStatus.STARTED);
        LightsailDistribution after = door.distribution("shop");
        assertThat(after.status()).isEqualTo("InProgress");
        assertThat(after.origin().name()).isEqualTo(before.origin().name());
        assertThat(after.origin().protocolPolicy()).isEqualTo(before.origin().protocolPolicy());
        assertThat(after.origin().responseTimeout()).isEqualTo(7);
        assertThat(after.cacheBehaviors()).hasSize(1);
        assertThat(after.cacheBehaviorSettings()).isEqualTo(before.cacheBehaviorSettings());
        assertThat(after.defaultCacheBehavior()).isEqualTo(before.defaultCacheBehavior());
        assertThat(after.viewerMinimumTlsProtocolVersion()).isEqualTo("TLSv1.2_2019");

        Door.assertInvalid(() -> update(door, r -> r.isEnabled(false)), BUSY);
        door.features.deployAll();
        assertThat(
                        door.lightsail
                                .getOperation(r -> r.operationId(operation.id()))
                                .operation()
                                .status())
                .isEqualTo(OperationStatus.SUCCEEDED);
        update(door, r -> r.isEnabled(false).cacheBehaviors(List.of()));
        assertThat(door.distribution("shop").isEnabled()).isFalse();
        assertThat(door.distribution("shop").cacheBehaviors()).isEmpty();
        assertThat(served(door).config().enabled()).isFalse();
        Door.assertInvalid(() -> update(door, _ -> {}), "changes nothing");
        Door.assertNotFound(
                () ->
                        door.lightsail.updateDistribution(
                                r -> r.distributionName("none").isEnabled(true)),
                "The Distribution does not exist: none");
    }

    @StoreTest
    void cacheSettingsAreReplacedWhole(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        update(
                door,
                r ->
                        r.cacheBehaviorSettings(s ->
                                s.defaultTTL(60L)
                                        .forwardedCookies(c ->
                                                c.option("allow-list")
                                                        .cookiesAllowList("session"))));
        door.features.deployAll();
        update(door, r -> r.cacheBehaviorSettings(s -> s.minimumTTL(5L)));
        var settings = door.distribution("shop").cacheBehaviorSettings();
        assertThat(settings.minimumTTL()).isEqualTo(5);
        assertThat(settings.defaultTTL()).isEqualTo(86_400);
        assertThat(settings.forwardedCookies().optionAsString()).isEqualTo("none");
        assertThat(settings.forwardedCookies().cookiesAllowList()).isEmpty();
    }

    @StoreTest
    void anUpdateAttachesReplacesAndDetachesACertificate(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        door.issuedCertificate("one", "one.example.com");
        door.issuedCertificate("two", "two.example.com");
        update(door, r -> r.certificateName("one").useDefaultCertificate(false));
        assertThat(door.distribution("shop").alternativeDomainNames())
                .containsExactly("one.example.com");
        door.features.deployAll();
        update(door, r -> r.certificateName("two"));
        assertThat(door.distribution("shop").certificateName()).isEqualTo("two");
        assertThat(door.certificate("one").inUseResourceCount()).isZero();
        door.features.deployAll();
        Door.assertInvalid(
                () -> update(door, r -> r.certificateName("one").useDefaultCertificate(true)),
                "give one of the two");
        update(door, r -> r.useDefaultCertificate(true));
        assertThat(door.distribution("shop").certificateName()).isNull();
        assertThat(door.distribution("shop").alternativeDomainNames()).isEmpty();
        assertThat(door.certificate("two").inUseResourceCount()).isZero();
    }

    /// Else a certificate that could not be renewed would also keep its owner from switching off what it serves.
    @StoreTest
    void otherChangesGoOnWithACertificateThatHasEnded(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        door.issuedCertificate("site", "example.com");
        door.attach("site", "shop");
        door.features.deployAll();
        door.features.clock.advance(Duration.ofDays(400));
        update(door, r -> r.isEnabled(false));
        assertThat(door.distribution("shop").isEnabled()).isFalse();
        assertThat(door.distribution("shop").certificateName()).isEqualTo("site");
    }

    @StoreTest
    void aPlanChangesOnceInAMonth(Database database) {
        var door = new Door(database);
        assertThat(door.lightsail.getDistributionBundles(_ -> {}).bundles())
                .extracting(DistributionBundle::bundleId)
                .containsExactly("small_1_0", "medium_1_0", "large_1_0");
        door.deployedDistribution("shop");
        Door.assertInvalid(() -> bundle(door, "small_1_0"), "has the bundle small_1_0 already");
        Door.assertInvalid(() -> bundle(door, "huge_1_0"), "bundleId 'huge_1_0' is not known");
        assertThat(bundle(door, "large_1_0").operationTypeAsString())
                .isEqualTo("UpdateDistributionBundle");
        door.features.deployAll();
        LightsailDistribution changed = door.distribution("shop");
        assertThat(changed.bundleId()).isEqualTo("large_1_0");
        assertThat(changed.ableToUpdateBundle()).isFalse();
        Door.assertInvalid(() -> bundle(door, "small_1_0"), "in this billing month already");
        door.features.clock.advance(Duration.ofDays(32));
        assertThat(door.distribution("shop").ableToUpdateBundle()).isTrue();
        bundle(door, "small_1_0");
    }

    @StoreTest
    void theAddressTypeIsOneOfTwo(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        Door.assertInvalid(() -> addressType(door, "Distribution", "ipv6"), "cannot be ipv6 only");
        Door.assertInvalid(() -> addressType(door, "Instance", "ipv4"), "Distribution only");
        assertThat(addressType(door, "Distribution", "ipv4").operationTypeAsString())
                .isEqualTo("SetIpAddressType");
        assertThat(door.distribution("shop").ipAddressTypeAsString()).isEqualTo("ipv4");
    }

    @StoreTest
    void aResetIsToldUntilTheEdgeHasForgotten(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        var none = door.lightsail.getDistributionLatestCacheReset(r -> r.distributionName("shop"));
        assertThat(none.status()).isNull();
        var reset = door.lightsail.resetDistributionCache(r -> r.distributionName("shop"));
        assertThat(reset.status()).isEqualTo("InProgress");
        assertThat(reset.createTime()).isEqualTo(door.features.clock.instant());
        assertThat(reset.operation().operationTypeAsString()).isEqualTo("ResetDistributionCache");
        assertThat(status(door, reset.operation())).isEqualTo(OperationStatus.STARTED);
        assertThat(latest(door)).isEqualTo("InProgress");
        database.write(write -> {
            door.features
                    .invalidations
                    .allInProgress(write.handle(), 10)
                    .forEach(id -> door.features.invalidations.completed(write, id));
            return true;
        });
        assertThat(latest(door)).isEqualTo("Completed");
        assertThat(status(door, reset.operation())).isEqualTo(OperationStatus.SUCCEEDED);
        for (int i = 0; i < 15; i++) {
            door.lightsail.resetDistributionCache(r -> r.distributionName("shop"));
        }
        Door.assertInvalid(
                () -> door.lightsail.resetDistributionCache(r -> r.distributionName("shop")),
                "Please try again in a few minutes");
        Door.assertInvalid(
                () -> door.lightsail.resetDistributionCache(_ -> {}),
                "distributionName is missing");
        Door.assertNotFound(
                () ->
                        door.lightsail.getDistributionLatestCacheReset(
                                r -> r.distributionName("none")),
                "does not exist: none");
    }

    @StoreTest
    void rollingBackChecksTheOldCertificateAndKeepsThePlan(Database database) {
        var door = new Door(database);
        door.issuedCertificate("site", "example.com");
        door.deployedDistribution("shop");
        door.attach("site", "shop");
        door.features.deployAll();
        bundle(door, "large_1_0");
        door.features.deployAll();
        door.lightsail.detachCertificateFromDistribution(r -> r.distributionName("shop"));

        assertThatThrownBy(() -> rollBack(door, 2))
                .isInstanceOf(ConfigDoor.Refused.class)
                .hasMessageContaining(BUSY);
        door.features.deployAll();
        rollBack(door, 2);
        LightsailDistribution now = door.distribution("shop");
        assertThat(now.certificateName()).isEqualTo("site");
        assertThat(now.alternativeDomainNames()).containsExactly("example.com");
        assertThat(now.bundleId()).isEqualTo("large_1_0");
        assertThat(door.certificate("site").inUseResourceCount()).isEqualTo(1);

        door.features.deployAll();
        door.lightsail.detachCertificateFromDistribution(r -> r.distributionName("shop"));
        door.features.deployAll();
        door.features.clock.advance(Duration.ofSeconds(1)); // [#served] takes the oldest
        door.deployedDistribution("other");
        door.attach("site", "other");
        assertThatThrownBy(() -> rollBack(door, 2))
                .isInstanceOf(ConfigDoor.Refused.class)
                .hasMessageContaining("is already in use by another distribution");
        door.lightsail.deleteDistribution(r -> r.distributionName("other"));
        door.lightsail.deleteCertificate(r -> r.certificateName("site"));
        assertThatThrownBy(() -> rollBack(door, 2))
                .isInstanceOf(ConfigDoor.Refused.class)
                .hasMessageContaining("The Certificate does not exist: site");
    }

    private static void rollBack(Door door, long number) {
        ConfigVersions versions =
                new ConfigVersions(
                        door.features.distributions,
                        Map.of(Distribution.Kind.LIGHTSAIL, door.door.configDoor()));
        Distribution existing = served(door);
        door.features.database.write(write -> {
            ConfigVersion version =
                    versions.find(write.handle(), existing.id(), number).orElseThrow();
            return versions.rollBack(
                    write, existing, version, Provenance.ofRollBack("test", version, ""));
        });
    }

    private static Operation update(Door door, Consumer<UpdateDistributionRequest.Builder> change) {
        return door.lightsail
                .updateDistribution(r -> change.accept(r.distributionName("shop")))
                .operation();
    }

    private static Operation bundle(Door door, String bundle) {
        return door.lightsail
                .updateDistributionBundle(r -> r.distributionName("shop").bundleId(bundle))
                .operation();
    }

    private static Operation addressType(Door door, String resource, String type) {
        return door.lightsail
                .setIpAddressType(
                        r -> r.resourceType(resource).resourceName("shop").ipAddressType(type))
                .operations()
                .getFirst();
    }

    private static OperationStatus status(Door door, Operation operation) {
        return door.lightsail.getOperation(r -> r.operationId(operation.id())).operation().status();
    }

    private static String latest(Door door) {
        return door.lightsail
                .getDistributionLatestCacheReset(r -> r.distributionName("shop"))
                .status();
    }

    private static Distribution served(Door door) {
        return door.features
                .database
                .read(handle ->
                        door.features.distributions.page(
                                handle,
                                new AccountId(TestFeatures.ACCOUNT),
                                Distribution.Kind.LIGHTSAIL,
                                Optional.empty(),
                                1))
                .getFirst();
    }
}
