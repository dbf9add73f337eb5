package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// The documented requests of the snapshot calls, as written but for the distributions' ids, sent by a client that escapes what
/// cannot be in a request line and nothing else. What is applied is seen at the edge, and is there after `kill -9`.
@Tag("slow")
final class SnapshotIT {

    @TempDir private Path folder;

    @Test
    void theDocumentedRequestsDoWhatTheySay() throws IOException {
        Parts.need("curl", "curl", "--version");
        Path data = folder.resolve("data");
        Distribution source;
        Distribution target;
        try (OriginServer origin = OriginServer.start()) {
            RunningServer server = RunningServer.start(data);
            try (CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
                String template = SdkClients.of(server).template(origin);
                source = cloudFront.getDistribution(r -> r.id(template)).distribution();
                target = copy(cloudFront, source, "/target");
                snapshots(server, source.id());

                Visitor visitor = new Visitor(server, server.caRoot());
                assertThat(visitor.fetchWhenServed(target.domainName(), "/a").body())
                        .isEqualTo(OriginServer.page("/target/a"));
                assertThat(
                                post(
                                                server,
                                                "/snapshot/apply_snapshot?src_distribution_id= %s&target_distribution_ids=%s&snapshot_name= snapshot2"
                                                        .formatted(source.id(), target.id()))
                                        .path("body")
                                        .asText())
                        .isEqualTo("succeed apply snapshot to target distributions");
                server.kill();
                server = RunningServer.start(data);
                applied(server, source, target);
            } finally {
                server.close();
            }
        }
    }

    private static void snapshots(RunningServer server, String id) {
        JsonNode created =
                post(
                        server,
                        "/snapshot/create_snapshot?distributionId=%s&snapShotName=first Snapshot&snapShotNote=\"This is for Testing\""
                                .formatted(id));
        assertThat(created.toString())
                .isEqualTo("{\"statusCode\":200,\"body\":\"succeed create new snapshot\"}");
        try (CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
            var found = cloudFront.getDistributionConfig(r -> r.id(id));
            cloudFront.updateDistribution(r ->
                    r.id(id)
                            .ifMatch(found.eTag())
                            .distributionConfig(originPath(found.distributionConfig(), "/source")));
        }
        post(
                server,
                "/snapshot/create_snapshot?distributionId=%s&snapShotName=snapshot2&snapShotNote="
                        .formatted(id));
        JsonNode list = post(server, "/snapshot/list_snapshots?distributionId=" + id);
        assertThat(list.findValuesAsText("snapshot_name"))
                .containsExactly("snapshot2", "first Snapshot", "_LATEST_");
        assertThat(list.findValuesAsText("note")).containsExactly("", "This is for Testing", "");
        assertThat(get(server, "/snapshot/list_snapshots?distributionId=" + id)).isEqualTo(list);
        assertThat(
                        post(
                                        server,
                                        "/snapshot/diff_cloudfront_snapshot?distribution_id=%s&snapshot1=first Snapshot&snapshot2=snapshot2"
                                                .formatted(id))
                                .asText())
                .startsWith("diff --git a/%1$s_1.json b/%1$s_2.json\n".formatted(id))
                .containsPattern("\n- +\"OriginPath\": \"\",\n\\+ +\"OriginPath\": \"/source\",\n");
        assertThat(
                        post(
                                        server,
                                        "/snapshot/config_snapshot_tag_update?distribution_id=%s&snapshot_name=snapshot2&note=测试版本snapshot"
                                                .formatted(id))
                                .at("/Attributes/note")
                                .asText())
                .isEqualTo("测试版本snapshot");
        JsonNode link =
                post(
                        server,
                        "/snapshot/get_snapshot_link?distributionId=%s&snapShotName=first Snapshot"
                                .formatted(id));
        URI content = URI.create(link.path("config_link").asText());
        assertThat(content.getAuthority()).isEqualTo(server.api().getAuthority());
        assertThat(
                        RestApi.send(HttpRequest.newBuilder(content), 200)
                                .at("/Origins/Items/0/OriginPath")
                                .asText())
                .isEmpty();
        assertThat(
                        post(
                                        server,
                                        "/snapshot/delete_snapshot?distributionId=%s&snapShotName=dfdfd"
                                                .formatted(id))
                                .toString())
                .isEqualTo("{\"statusCode\":200,\"body\":\"succeed delete snapshot\"}");
    }

    /// Seen by a visitor of a server that was killed as soon as it had answered; and taken back again.
    private static void applied(RunningServer server, Distribution source, Distribution target) {
        Visitor visitor = new Visitor(server, server.caRoot());
        assertThat(visitor.fetchWhenServed(target.domainName(), "/b").body())
                .isEqualTo(OriginServer.page("/source/b"));
        assertThat(
                        get(
                                        server,
                                        "/snapshot/get_applied_snapshot_name?distributionId="
                                                + target.id())
                                .asText())
                .isEqualTo("snapshot2");
        assertThat(
                        get(
                                        server,
                                        "/version/apply_config?src_distribution_id=%1$s&version=1&target_distribution_ids=%1$s"
                                                .formatted(target.id()))
                                .asText())
                .isEqualTo("target distributions been updated");
        AtomicInteger looks = new AtomicInteger();
        Await.until(
                Duration.ofSeconds(60),
                "the former version to be served",
                () -> {
                    // A path of its own each time: what was kept under the version before stays
                    // kept.
                    String path = "/c" + looks.incrementAndGet();
                    return visitor.fetchWhenServed(target.domainName(), path)
                            .body()
                            .equals(OriginServer.page("/target" + path));
                });
        assertThat(get(server, "/cf_list").findValuesAsText("versionCount"))
                .containsExactlyInAnyOrder("2", "3");
        assertThat(
                        get(
                                        server,
                                        "/cf_config_manager/version/diff?distributionId=%s&version1=1&version2=3"
                                                .formatted(target.id()))
                                .asText())
                .isEmpty();
        assertThat(visitor.fetchWhenServed(source.domainName(), "/d").body())
                .isEqualTo(OriginServer.page("/source/d"));
    }

    private static Distribution copy(CloudFrontClient cloudFront, Distribution of, String path) {
        return cloudFront
                .createDistribution(r ->
                        r.distributionConfig(
                                originPath(of.distributionConfig(), path).toBuilder()
                                        .callerReference("copy")
                                        .build()))
                .distribution();
    }

    private static DistributionConfig originPath(DistributionConfig config, String path) {
        return config.toBuilder()
                .origins(origins ->
                        origins.quantity(1)
                                .items(
                                        config.origins().items().getFirst().toBuilder()
                                                .originPath(path)
                                                .build()))
                .build();
    }

    private static JsonNode post(RunningServer server, String target) {
        return RestApi.send(at(server, target).POST(HttpRequest.BodyPublishers.noBody()), 200);
    }

    private static JsonNode get(RunningServer server, String target) {
        return RestApi.send(at(server, target).GET(), 200);
    }

    private static HttpRequest.Builder at(RunningServer server, String target) {
        StringBuilder escaped = new StringBuilder();
        target.codePoints()
                .mapToObj(Character::toString)
                .map(letter ->
                        letter.matches("[ \"]|\\P{ASCII}")
                                ? URLEncoder.encode(letter, StandardCharsets.UTF_8)
                                        .replace("+", "%20")
                                : letter)
                .forEach(escaped::append);
        return HttpRequest.newBuilder(URI.create(server.api() + escaped.toString()));
    }
}
