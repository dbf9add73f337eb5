package dev.nameplate.api.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.util.List;

/// Applying a configuration to distributions, on both engines.
final class TransfersTest {

    @StoreTest
    void theTargetKeepsItsReferenceAliasesAndCertificate(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String source = scene.distribution("source", "source.example.com");
        scene.post("/snapshot/create_snapshot?snapShotName=s&distributionId=" + source);
        String target = scene.distribution("target", "target.example.com");
        DistributionConfig before = scene.config(target);
        scene.post(apply(source, target, ""));

        DistributionConfig after = scene.config(target);
        assertThat(after.comment()).isEqualTo("source");
        assertThat(after)
                .isEqualTo(before.toBuilder().comment("source").build())
                .isNotEqualTo(scene.config(source));
        assertThat(scene.cloudFront.getDistribution(r -> r.id(target)).distribution().status())
                .as("on its way to the edge")
                .isEqualTo("InProgress");
    }

    @StoreTest
    void whatWasAppliedIsRolledBackByApplyingTheFormerVersion(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String source = scene.distribution("source", "source.example.com");
        scene.post("/snapshot/create_snapshot?snapShotName=s&distributionId=" + source);
        String target = scene.distribution("target", "target.example.com");
        scene.post(apply(source, target, ""));
        assertThat(scene.document(target, 2)).isNotEqualTo(scene.document(target, 1));

        scene.post(
                "/version/apply_config?src_distribution_id=%1$s&version=1&target_distribution_ids=%1$s"
                        .formatted(target));
        assertThat(scene.versionOf(target)).isEqualTo(3);
        assertThat(scene.document(target, 3)).isEqualTo(scene.document(target, 1));
    }

    @StoreTest
    void aliasesAndCertificateAreCopiedWhenTold(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String id = scene.distribution("named", "old.example.com");
        scene.rename(id, "new.example.com");
        scene.post(
                "/version/apply_config?version=1&src_distribution_id=%1$s&target_distribution_ids=%1$s"
                        .formatted(id));
        assertThat(scene.versionOf(id)).as("nothing but the names differed").isEqualTo(2);
        scene.post(
                "/version/apply_config?version=1&src_distribution_id=%1$s&target_distribution_ids=%1$s&copy_aliases_and_certificate=true"
                        .formatted(id));
        assertThat(scene.document(id, 3)).isEqualTo(scene.document(id, 1));
        assertThat(scene.config(id).aliases().items()).containsExactly("old.example.com");
    }

    @StoreTest
    void oneTargetThatCannotTakeItUpKeepsAllOthersAsTheyWere(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String source = scene.distribution("source", "source.example.com");
        scene.post("/snapshot/create_snapshot?snapShotName=s&distributionId=" + source);
        String first = scene.distribution("first");
        String second = scene.distribution("second");
        String told =
                scene.refused(
                        apply(
                                source,
                                source + "," + first + "," + second,
                                "&copy_aliases_and_certificate=true"),
                        "target_distribution_ids[1]",
                        "target_distribution_ids[2]");
        assertThat(told).contains("nothing was changed").contains(first).contains(second);
        for (String id : List.of(source, first, second)) {
            assertThat(scene.versionOf(id)).isEqualTo(1);
            assertThat(scene.lastApplied(id)).isEmpty();
        }
        scene.cloudFront.createDistribution(r ->
                r.distributionConfig(
                        ArchiveScene.config("after", "the store is as it was").build()));
    }

    @StoreTest
    void aConfigurationThatNoUpdateWouldBeAcceptedWithIsRefused(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String source = scene.distribution("source");
        String target = scene.distribution("target");
        database.write(write ->
                write.handle()
                        .execute(
                                """
                                UPDATE distribution_version SET document =
                                    REPLACE(document, '"TargetOriginId":"main"', '"TargetOriginId":"gone"')
                                WHERE distribution = ?
                                """,
                                source));
        assertThat(
                        scene.refused(
                                apply(source, target, "").replace("=s&", "=_LATEST_&"),
                                "target_distribution_ids[0]"))
                .contains("origins or origin groups do not exist");
        assertThat(scene.versionOf(target)).isEqualTo(1);
    }

    @StoreTest
    void configurationsStayWithTheKindOfTheirDistribution(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String source = scene.distribution("source");
        scene.lightsail.createDistribution(request ->
                request.distributionName("shop")
                        .bundleId("small_1_0")
                        .origin(origin ->
                                origin.name("origin.example.com")
                                        .regionName("us-east-1")
                                        .protocolPolicy("http-only"))
                        .defaultCacheBehavior(cache -> cache.behavior("cache")));
        String lightsail =
                database.read(handle ->
                        handle.createQuery("SELECT id FROM distribution WHERE kind = 'LIGHTSAIL'")
                                .mapTo(String.class)
                                .one());
        assertThat(
                        scene.refused(
                                apply(source, lightsail, "").replace("=s&", "=_LATEST_&"),
                                "target_distribution_ids[0]"))
                .contains("CLOUDFRONT")
                .contains("LIGHTSAIL");
        scene.features.deployAll();
        scene.lightsail.updateDistribution(
                request -> request.distributionName("shop").isEnabled(false));
        scene.features.deployAll();
        scene.get(
                "/version/apply_config?version=1&src_distribution_id=%1$s&target_distribution_ids=%1$s"
                        .formatted(lightsail));
        assertThat(scene.document(lightsail, 3)).isEqualTo(scene.document(lightsail, 1));
        assertThat(
                        scene.lightsail
                                .getDistributions(r -> r.distributionName("shop"))
                                .distributions()
                                .getFirst()
                                .isEnabled())
                .isTrue();
    }

    @StoreTest
    void aStagingDistributionStaysOne(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String primary = scene.distribution("primary");
        String staging =
                scene.cloudFront
                        .copyDistribution(r ->
                                r.primaryDistributionId(primary)
                                        .staging(true)
                                        .callerReference("s")
                                        .ifMatch(
                                                scene.cloudFront
                                                        .getDistribution(d -> d.id(primary))
                                                        .eTag()))
                        .distribution()
                        .id();
        scene.comment(primary, "changed");
        scene.post(apply(primary, staging, "").replace("=s&", "=_LATEST_&"));
        assertThat(scene.config(staging).comment()).isEqualTo("changed");
        assertThat(scene.config(staging).staging()).isTrue();

        scene.comment(staging, "tried out");
        scene.post(apply(staging, primary, "").replace("=s&", "=_LATEST_&"));
        assertThat(scene.config(primary).comment()).isEqualTo("tried out");
        assertThat(scene.config(primary).staging()).isFalse();
    }

    @StoreTest
    void aDistributionIsNotMadeATemplateOfTenants(Database database) {
        ArchiveScene scene = new ArchiveScene(database);
        String plain = scene.distribution("plain");
        String template =
                scene.cloudFront
                        .createDistribution(r ->
                                r.distributionConfig(
                                        ArchiveScene.config("t", "template")
                                                .connectionMode("tenant-only")
                                                .tenantConfig(tenants ->
                                                        tenants.parameterDefinitions(List.of()))
                                                .build()))
                        .distribution()
                        .id();
        assertThat(
                        scene.refused(
                                apply(template, plain, "").replace("=s&", "=_LATEST_&"),
                                "target_distribution_ids[0]"))
                .contains("ConnectionMode");
        assertThat(scene.versionOf(plain)).isEqualTo(1);
    }

    private static String apply(String source, String targets, String more) {
        return "/snapshot/apply_snapshot?snapshot_name=s&src_distribution_id=%s&target_distribution_ids=%s%s"
                .formatted(source, targets, more);
    }
}
