package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.wire.HttpResponse;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;

import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

final class VersionRoutesTest {
    @StoreTest
    void everyAcceptedConfigurationIsListedShownAndCompared(Database database) {
        RestScene scene = new RestScene(database);
        CloudFrontClient cloudFront =
                scene.features.cloudFront().as(TestFeatures.caller("us-east-1"));
        String id = create(cloudFront, "first.example.com");
        scene.features.clock.advance(Duration.ofMinutes(1));
        update(cloudFront, id, "second.example.com");

        JsonNode list = scene.get(at(id, ""));
        assertThat(list.path("version").intValue()).isEqualTo(2);
        assertThat(list.path("kind").textValue()).isEqualTo("CLOUDFRONT");
        assertThat(numbers(list)).containsExactly(2, 1);
        JsonNode newest = list.path("versions").path(0);
        assertThat(newest.path("current").booleanValue()).isTrue();
        assertThat(newest.path("door").textValue()).isEqualTo("cloudfront");
        assertThat(newest.path("acceptedAt").textValue())
                .isEqualTo(scene.features.clock.instant().toString());
        JsonNode page = scene.get(at(id, "?limit=1"));
        assertThat(numbers(page)).containsExactly(2);
        assertThat(page.path("nextBelow").intValue()).isEqualTo(2);
        assertThat(numbers(scene.get(at(id, "?below=2")))).containsExactly(1);

        JsonNode first = scene.get(at(id, "/1"));
        assertThat(origin(first.path("config"))).isEqualTo("first.example.com");
        assertThat(first.path("current").booleanValue()).isFalse();

        JsonNode diff = scene.get(at(id, "/1/diff/2"));
        assertThat(diff.path("differences")).hasSize(1);
        JsonNode one = diff.path("differences").path(0);
        assertThat(one.path("path").textValue()).isEqualTo("/Origins/Items[Id=main]/DomainName");
        assertThat(one.path("before").textValue()).isEqualTo("first.example.com");
        assertThat(one.path("after").textValue()).isEqualTo("second.example.com");
        assertThat(scene.get(at(id, "/2/diff/2")).path("differences")).isEmpty();
    }

    @StoreTest
    void rollingBackAcceptsTheOldConfigurationAsANewVersion(Database database) {
        RestScene scene = new RestScene(database);
        CloudFrontClient cloudFront =
                scene.features.cloudFront().as(TestFeatures.caller("us-east-1"));
        String id = create(cloudFront, "first.example.com");
        update(cloudFront, id, "second.example.com");

        HttpResponse answer =
                scene.send(RestScene.KEY, "POST", at(id, "/1/rollback"), "{\"note\":\"it broke\"}");
        assertThat(answer.status()).isEqualTo(202);
        JsonNode made = RestScene.json(answer);
        assertThat(made.path("version").intValue()).isEqualTo(3);
        assertThat(made.path("note").textValue()).isEqualTo("rolled back to 1: it broke");
        assertThat(made.path("door").textValue()).isEqualTo("rest");
        var shown = cloudFront.getDistributionConfig(r -> r.id(id));
        assertThat(shown.distributionConfig().origins().items().getFirst().domainName())
                .isEqualTo("first.example.com");
        assertThat(shown.eTag()).isEqualTo(made.path("etag").textValue());

        assertThat(scene.send(RestScene.KEY, "POST", at(id, "/3/rollback")).status())
                .isEqualTo(409);
        HttpResponse misspelled =
                scene.send(RestScene.KEY, "POST", at(id, "/1/rollback"), "{\"nota\":\"x\"}");
        assertThat(misspelled.status()).isEqualTo(400);
        assertThat(scene.get(at(id, "")).path("version").intValue()).isEqualTo(3);
    }

    @StoreTest
    void aRollBackMeetsTheChecksOfAnUpdate(Database database) {
        RestScene scene = new RestScene(database);
        CloudFrontClient cloudFront =
                scene.features.cloudFront().as(TestFeatures.caller("us-east-1"));
        String id = create(cloudFront, "first.example.com");
        update(cloudFront, id, "second.example.com");
        // What no update would be accepted with, as an earlier release might have left it.
        database.write(write ->
                write.handle()
                        .execute(
                                """
                                UPDATE distribution_version SET document =
                                    REPLACE(document, '"TargetOriginId":"main"', '"TargetOriginId":"gone"')
                                WHERE number = 1
                                """));
        HttpResponse refused = scene.send(RestScene.KEY, "POST", at(id, "/1/rollback"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(RestScene.json(refused).path("detail").textValue())
                .startsWith("version 1 cannot be taken up again: ");
        assertThat(scene.get(at(id, "")).path("version").intValue()).isEqualTo(2);
    }

    @StoreTest
    void aVersionBearsANoteOfOneLine(Database database) {
        RestScene scene = new RestScene(database);
        CloudFrontClient cloudFront =
                scene.features.cloudFront().as(TestFeatures.caller("us-east-1"));
        String id = create(cloudFront, "first.example.com");
        HttpResponse noted =
                scene.send(
                        RestScene.KEY, "POST", at(id, "/1/note"), "{\"note\":\"before the move\"}");
        assertThat(noted.status()).isEqualTo(200);
        assertThat(scene.get(at(id, "/1")).path("note").textValue()).isEqualTo("before the move");
        for (String body : List.of("{}", "{\"note\":1}", "{\"note\":\"a\\nb\"}", "[]", "")) {
            assertThat(scene.send(RestScene.KEY, "POST", at(id, "/1/note"), body).status())
                    .as(body)
                    .isEqualTo(400);
        }
    }

    @StoreTest
    void othersAndTheUnknownAreNotFound(Database database) {
        RestScene scene = new RestScene(database);
        CloudFrontClient cloudFront =
                scene.features.cloudFront().as(TestFeatures.caller("us-east-1"));
        String id = create(cloudFront, "first.example.com");
        String own = cloudFront.getDistribution(r -> r.id(id)).distribution().domainName();
        assertThat(scene.get("/v1/distributions?host=" + own).path("distribution").textValue())
                .isEqualTo(id);
        for (String target :
                List.of(
                        at(id, ""),
                        at(id, "/1"),
                        at(id, "/1/diff/1"),
                        "/v1/distributions?host=" + own)) {
            assertThat(scene.send(RestScene.OTHER_KEY, "GET", target).status())
                    .as(target)
                    .isEqualTo(404);
        }
        assertThat(scene.send(RestScene.OTHER_KEY, "POST", at(id, "/1/rollback")).status())
                .isEqualTo(404);
        assertThat(scene.send(RestScene.KEY, "GET", at(id, "/9")).status()).isEqualTo(404);
        assertThat(scene.send(RestScene.KEY, "GET", at(id, "/one")).status()).isEqualTo(400);
        assertThat(scene.send(RestScene.KEY, "GET", at("E0000000000000", "")).status())
                .isEqualTo(404);
        assertThat(scene.send(RestScene.KEY, "GET", "/v1/distributions").status()).isEqualTo(400);
    }

    private static String create(CloudFrontClient cloudFront, String origin) {
        return cloudFront
                .createDistribution(request -> request.distributionConfig(config(origin)))
                .distribution()
                .id();
    }

    private static void update(CloudFrontClient cloudFront, String id, String origin) {
        String etag = cloudFront.getDistribution(r -> r.id(id)).eTag();
        cloudFront.updateDistribution(
                request -> request.id(id).ifMatch(etag).distributionConfig(config(origin)));
    }

    private static DistributionConfig config(String origin) {
        return DistributionConfig.builder()
                .callerReference("r")
                .comment("")
                .enabled(true)
                .origins(origins ->
                        origins.quantity(1)
                                .items(
                                        Origin.builder()
                                                .id("main")
                                                .domainName(origin)
                                                .customOriginConfig(custom ->
                                                        custom.httpPort(80)
                                                                .httpsPort(443)
                                                                .originProtocolPolicy("http-only"))
                                                .build()))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("main")
                                .viewerProtocolPolicy("allow-all")
                                .cachePolicyId("658327ea-f89d-4fab-a63d-7e88639e58f6"))
                .build();
    }

    private static String at(String id, String rest) {
        return "/v1/distributions/" + id + "/versions" + rest;
    }

    private static List<Integer> numbers(JsonNode list) {
        return StreamSupport.stream(list.path("versions").spliterator(), false)
                .map(version -> version.path("version").intValue())
                .toList();
    }

    private static String origin(JsonNode config) {
        return config.path("Origins").path("Items").path(0).path("DomainName").textValue();
    }
}
