package dev.nameplate.api.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What the documentation says of snapshots and versions, statement by statement, and what is put right.
class ArchiveContractTest {

    @TestFactory
    Stream<DynamicTest> documentedOrPutRight() {
        Map<String, Consumer<ArchiveScene>> statements =
                Map.ofEntries(
                        Map.entry(
                                "every call needs the key: 403 Forbidden",
                                ArchiveContractTest::key),
                        Map.entry("the stage may stand in front", ArchiveContractTest::stage),
                        Map.entry(
                                "methods: as documented and as they are",
                                ArchiveContractTest::methods),
                        Map.entry(
                                "parameters: any spelling, blanks and quotation marks around values",
                                ArchiveContractTest::spellings),
                        Map.entry(
                                "create_snapshot names the newest version",
                                ArchiveContractTest::create),
                        Map.entry(
                                "create_snapshot: no duplicate, empty or reserved names",
                                ArchiveContractTest::badNames),
                        Map.entry(
                                "delete_snapshot succeeds, for unknown names too",
                                ArchiveContractTest::delete),
                        Map.entry(
                                "list_snapshots: documented members, by descending name, with _LATEST_",
                                ArchiveContractTest::list),
                        Map.entry(
                                "_LATEST_ is always the newest version",
                                ArchiveContractTest::latest),
                        Map.entry(
                                "diff_cloudfront_snapshot: a unified diff, empty if equal",
                                ArchiveContractTest::diff),
                        Map.entry(
                                "get_snapshot_link leads to the configuration",
                                ArchiveContractTest::snapshotLink),
                        Map.entry(
                                "apply_snapshot answers as documented, and remembers the name",
                                ArchiveContractTest::apply),
                        Map.entry(
                                "apply: an identical configuration makes no version",
                                ArchiveContractTest::identical),
                        Map.entry(
                                "apply: empty and unknown targets are named, nothing changes",
                                ArchiveContractTest::badTargets),
                        Map.entry(
                                "config_snapshot_tag_update answers the note",
                                ArchiveContractTest::snapshotNote),
                        Map.entry(
                                "get_distribution_cname lists the aliases",
                                ArchiveContractTest::aliases),
                        Map.entry(
                                "list_versions: newest first, numbers as strings",
                                ArchiveContractTest::versions),
                        Map.entry("version/diff: by number", ArchiveContractTest::versionDiff),
                        Map.entry(
                                "apply_config: by number, on GET too",
                                ArchiveContractTest::applyVersion),
                        Map.entry(
                                "config_tag_update writes a version's note",
                                ArchiveContractTest::versionNote),
                        Map.entry(
                                "config_link and config_content: a version by its number",
                                ArchiveContractTest::content),
                        Map.entry(
                                "cf_list: distributions with their counts",
                                ArchiveContractTest::distributions),
                        Map.entry(
                                "errors: 400 that names the parameter",
                                ArchiveContractTest::errors),
                        Map.entry("unknown routes: 404 Not found", ArchiveContractTest::unknown));
        return statements.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(statement ->
                        DynamicTest.dynamicTest(
                                statement.getKey(),
                                () -> {
                                    try (TestStore store = TestStore.sqlite()) {
                                        statement
                                                .getValue()
                                                .accept(new ArchiveScene(store.database()));
                                    }
                                }));
    }

    private static void key(ArchiveScene scene) {
        for (String key : List.of("", "wrong")) {
            HttpResponse answer = scene.send(key, "GET", "/cf_list");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(ArchiveScene.text(answer)).isEqualTo("{\"message\":\"Forbidden\"}");
        }
    }

    private static void stage(ArchiveScene scene) {
        String id = scene.distribution("one");
        assertThat(scene.get("/prod/snapshot/list_snapshots/?distributionId=" + id)).hasSize(1);
        assertThat(VersionsApi.accepts(request("GET", "/prod/cf_list"))).isTrue();
        assertThat(VersionsApi.accepts(request("GET", "/snapshots"))).isFalse();
    }

    private static HttpRequest request(String method, String path) {
        return new HttpRequest(method, path, "", Headers.none(), new byte[0]);
    }

    private static void methods(ArchiveScene scene) {
        String id = scene.distribution("one");
        for (String target :
                List.of(
                        "/snapshot/list_snapshots?distributionId=" + id,
                        "/snapshot/diff_cloudfront_snapshot?distribution_id="
                                + id
                                + "&snapshot1=_LATEST_&snapshot2=_LATEST_",
                        "/snapshot/get_snapshot_link?snapShotName=_LATEST_&distributionId=" + id,
                        "/snapshot/get_applied_snapshot_name?distributionId=" + id)) {
            assertThat(scene.get(target)).as(target).isEqualTo(scene.post(target));
        }
        for (String path :
                List.of(
                        "create_snapshot",
                        "delete_snapshot",
                        "apply_snapshot",
                        "config_snapshot_tag_update")) {
            assertThat(scene.send(ArchiveScene.KEY, "GET", "/snapshot/" + path).status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(scene.send(ArchiveScene.KEY, "DELETE", "/cf_list").status()).isEqualTo(404);
    }

    private static void spellings(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.post(
                "/snapshot/create_snapshot?distribution_id=+%s&snapshot_name=%%20a%%20b+&note=%%22c%%20d%%22"
                        .formatted(id));
        scene.post("/snapshot/create_snapshot?DistributionID=" + id + "&snapShotName=\"plain\"");
        assertThat(scene.snapshotNames(id)).containsExactly("plain", "a b", "_LATEST_");
        assertThat(
                        scene.get("/snapshot/list_snapshots?distribution_id= " + id)
                                .path(1)
                                .path("note")
                                .textValue())
                .as("the note has two documented names as well")
                .isEqualTo("c d");
        scene.refused(
                "/snapshot/create_snapshot?distributionId=%s&distribution_id=E0000000000000&snapShotName=x"
                        .formatted(id),
                "distribution_id");
    }

    private static void create(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.comment(id, "two");
        assertThat(
                        ArchiveScene.text(
                                scene.send(
                                        ArchiveScene.KEY,
                                        "POST",
                                        "/snapshot/create_snapshot?distributionId=%s&snapShotName=s&snapShotNote=n"
                                                .formatted(id))))
                .isEqualTo("{\"statusCode\":200,\"body\":\"succeed create new snapshot\"}");
        scene.comment(id, "three");
        assertThat(scene.get(link(scene, id, "s")).path("Comment").textValue()).isEqualTo("two");
    }

    private static void badNames(ArchiveScene scene) {
        String id = scene.distribution("one");
        String create = "/snapshot/create_snapshot?distributionId=" + id + "&snapShotName=";
        scene.post(create + "s");
        assertThat(scene.refused(create + "s", "snapShotName")).contains("already");
        assertThat(scene.refused(create + "_LATEST_", "snapShotName")).contains("reserved");
        scene.refused(create, "snapShotName");
        scene.refused(create + "%20", "snapShotName");
        scene.refused(create + "a%0Ab", "snapShotName");
        scene.refused(create + "a%00", "snapShotName");
        scene.refused(create + "x".repeat(256), "snapShotName");
        scene.refused(create + "n&snapShotNote=" + "x".repeat(1001), "snapShotNote");
        scene.refused("/snapshot/create_snapshot", "distributionId", "snapShotName");
        assertThat(scene.snapshotNames(id)).containsExactly("s", "_LATEST_");
        scene.post(create + "%E6%B5%8B%E8%AF%95".repeat(100));
    }

    private static void delete(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.post("/snapshot/create_snapshot?snapShotName=s&distributionId=" + id);
        String delete = "/snapshot/delete_snapshot?distributionId=" + id + "&snapShotName=";
        for (int times = 0; times < 2; times++) {
            assertThat(scene.post(delete + "s"))
                    .isEqualTo(Shapes.inner(200, "succeed delete snapshot"));
            assertThat(scene.snapshotNames(id)).containsExactly("_LATEST_");
        }
        assertThat(scene.refused(delete + "_LATEST_", "snapShotName")).contains("reserved");
        assertThat(scene.versionOf(id)).isEqualTo(1);
    }

    private static void list(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.post("/snapshot/create_snapshot?snapShotName=first%20Snapshot&distributionId=" + id);
        scene.features.clock.advance(Duration.ofMinutes(1));
        scene.post(
                "/snapshot/create_snapshot?snapShotName=snapshot2&snapShotNote=why&distributionId="
                        + id);
        JsonNode list = scene.get("/snapshot/list_snapshots?distributionId=" + id);
        assertThat(scene.snapshotNames(id))
                .containsExactly("snapshot2", "first Snapshot", "_LATEST_");
        assertThat(list.path(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "id",
                        "distribution_id",
                        "snapshot_name",
                        "note",
                        "dateTime",
                        "config_link",
                        "s3_bucket",
                        "s3_key");
        assertThat(list.path(0).path("id").textValue()).isEqualTo("snapshot2");
        assertThat(list.path(0).path("distribution_id").textValue()).isEqualTo(id);
        assertThat(list.path(0).path("note").textValue()).isEqualTo("why");
        assertThat(list.path(0).path("dateTime").textValue())
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}")
                .isGreaterThan(list.path(1).path("dateTime").textValue());
    }

    private static void latest(ArchiveScene scene) {
        String id = scene.distribution("one");
        for (String comment : List.of("two", "three")) {
            scene.comment(id, comment);
            assertThat(scene.get(link(scene, id, "_LATEST_")).path("Comment").textValue())
                    .isEqualTo(comment);
        }
        String other = scene.distribution("other");
        scene.post(
                "/snapshot/apply_snapshot?snapshot_name=_LATEST_&src_distribution_id=%s&target_distribution_ids=%s"
                        .formatted(id, other));
        assertThat(scene.config(other).comment()).isEqualTo("three");
    }

    private static void diff(ArchiveScene scene) {
        String id = scene.distribution("my test for cf");
        scene.post("/snapshot/create_snapshot?snapShotName=a&distributionId=" + id);
        scene.post("/snapshot/create_snapshot?snapShotName=b&distributionId=" + id);
        scene.comment(id, "my test for cf a new one");
        String diff = "/snapshot/diff_cloudfront_snapshot?distribution_id=" + id;
        assertThat(scene.get(diff + "&snapshot1=a&snapshot2=b").textValue()).isEmpty();
        assertThat(scene.get(diff + "&snapshot1=a&snapshot2=_LATEST_").textValue())
                .startsWith(
                        """
                        diff --git a/%1$s_1.json b/%1$s_2.json
                        --- a/%1$s_1.json
                        +++ b/%1$s_2.json
                        @@ -\
                        """
                                .formatted(id))
                .contains(
                        """

                        -    "Comment": "my test for cf",
                        +    "Comment": "my test for cf a new one",
                        """)
                .doesNotContain("CallerReference\": \"r1");
        scene.refused(diff + "&snapshot1=a", "snapshot2");
        assertThat(scene.refused(diff + "&snapshot1=a&snapshot2=none", "snapshot2"))
                .contains("no snapshot 'none'");
    }

    private static void snapshotLink(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.post("/snapshot/create_snapshot?snapShotName=s&distributionId=" + id);
        scene.comment(id, "two");
        assertThat(
                        scene.post(
                                        "/snapshot/get_snapshot_link?snapShotName=s&distributionId="
                                                + id)
                                .path("config_link")
                                .textValue())
                .isEqualTo(
                        "http://names.example:8080/versions/config_content/1?distributionId=" + id);
        assertThat(scene.get(link(scene, id, "s"))).isEqualTo(scene.document(id, 1));
    }

    private static void apply(ArchiveScene scene) {
        String source = scene.distribution("of the source");
        scene.post("/snapshot/create_snapshot?snapShotName=snapshot1&distributionId=" + source);
        scene.comment(source, "later");
        String first = scene.distribution("first");
        String second = scene.distribution("second");
        assertThat(scene.lastApplied(first)).isEmpty();
        assertThat(
                        scene.post(
                                "/snapshot/apply_snapshot?src_distribution_id=%s&target_distribution_ids=%s,+%s&snapshot_name=snapshot1"
                                        .formatted(source, first, second)))
                .isEqualTo(Shapes.inner(200, "succeed apply snapshot to target distributions"));
        for (String target : List.of(first, second)) {
            assertThat(scene.config(target).comment()).isEqualTo("of the source");
            assertThat(scene.lastApplied(target)).isEqualTo("snapshot1");
            assertThat(scene.versionOf(target)).isEqualTo(2);
        }
        assertThat(scene.config(first).callerReference())
                .isNotEqualTo(scene.config(second).callerReference());
        assertThat(scene.config(source).comment()).isEqualTo("later");
        assertThat(
                        scene.get("/version/list_versions?distributionId=" + first)
                                .path(0)
                                .path("note")
                                .textValue())
                .isEqualTo("applied snapshot snapshot1 of " + source + ", version 1");
    }

    private static void identical(ArchiveScene scene) {
        String source = scene.distribution("same");
        String target = scene.distribution("same");
        scene.post(
                "/snapshot/apply_snapshot?snapshot_name=_LATEST_&src_distribution_id=%s&target_distribution_ids=%s,%s"
                        .formatted(source, target, source));
        assertThat(scene.versionOf(target)).isEqualTo(1);
        assertThat(scene.versionOf(source)).isEqualTo(1);
        assertThat(scene.lastApplied(target)).isEqualTo("_LATEST_");
    }

    private static void badTargets(ArchiveScene scene) {
        String source = scene.distribution("source");
        String target = scene.distribution("target");
        String apply =
                "/snapshot/apply_snapshot?snapshot_name=_LATEST_&src_distribution_id=" + source;
        scene.refused(apply, "target_distribution_ids");
        scene.refused(
                apply + "&target_distribution_ids=," + target + ",",
                "target_distribution_ids[0]",
                "target_distribution_ids[2]");
        scene.refused(
                apply + "&target_distribution_ids=" + target + ",E0000000000000,nonsense",
                "target_distribution_ids[1]",
                "target_distribution_ids[2]");
        String many =
                String.join(",", IntStream.range(0, 201).mapToObj("E%013d"::formatted).toList());
        scene.refused(apply + "&target_distribution_ids=" + many, "target_distribution_ids");
        scene.refused(
                apply
                        + "&target_distribution_ids=%s&copy_aliases_and_certificate=yes"
                                .formatted(target),
                "copy_aliases_and_certificate");
        scene.refused(
                "/snapshot/apply_snapshot?snapshot_name=none&src_distribution_id=%s&target_distribution_ids=%s"
                        .formatted(source, target),
                "snapshot_name");
        assertThat(scene.versionOf(target)).isEqualTo(1);
        assertThat(scene.lastApplied(target)).isEmpty();
    }

    private static void snapshotNote(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.post("/snapshot/create_snapshot?snapShotName=snapshot1&distributionId=" + id);
        String update = "/snapshot/config_snapshot_tag_update?distribution_id=" + id;
        JsonNode answer =
                scene.post(update + "&snapshot_name=snapshot1&note=%E6%B5%8B%E8%AF%95snapshot");
        assertThat(answer.path("Attributes").path("note").textValue()).isEqualTo("测试snapshot");
        assertThat(answer.path("ResponseMetadata").path("HTTPStatusCode").intValue())
                .isEqualTo(200);
        assertThat(
                        scene.get("/snapshot/list_snapshots?distributionId=" + id)
                                .path(0)
                                .path("note")
                                .textValue())
                .isEqualTo("测试snapshot");
        scene.post(update + "&snapshot_name=snapshot1&note=");
        scene.refused(update + "&snapshot_name=none&note=n", "snapshot_name");
        scene.refused(update + "&snapshot_name=_LATEST_&note=n", "snapshot_name");
        scene.refused(update + "&snapshot_name=snapshot1&note=a%0Ab", "note");
    }

    private static void aliases(ArchiveScene scene) {
        String id = scene.distribution("named", "www.example.com", "example.com");
        assertThat(scene.get("/snapshot/get_distribution_cname?distributionId=" + id))
                .extracting(JsonNode::textValue)
                .containsExactly("www.example.com", "example.com");
    }

    private static void versions(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.comment(id, "two");
        JsonNode list = scene.get("/version/list_versions?distributionId=" + id);
        assertThat(list).hasSize(2);
        assertThat(list.path(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "distributionId",
                        "versionId",
                        "id",
                        "dateTime",
                        "note",
                        "config_link",
                        "s3_bucket",
                        "s3_key");
        assertThat(list.path(0).path("versionId").textValue()).isEqualTo("2");
        assertThat(list.path(1).path("id").textValue()).isEqualTo("1");
        for (int i = 0; i < 250; i++) {
            scene.comment(id, "comment " + i);
        }
        assertThat(
                        StreamSupport.stream(
                                        scene.get("/version/list_versions?distributionId=" + id)
                                                .spliterator(),
                                        false)
                                .map(each -> each.path("versionId").textValue()))
                .as("more than the store is asked for at once")
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 252)
                                .mapToObj(each -> Integer.toString(253 - each))
                                .toList());
    }

    private static void versionDiff(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.comment(id, "two");
        String diff = "/cf_config_manager/version/diff?distributionId=" + id + "&version1=1";
        assertThat(scene.get(diff + "&version2=1").textValue()).isEmpty();
        assertThat(scene.get(diff + "&version2=2").textValue())
                .contains("\n-    \"Comment\": \"one\",\n+    \"Comment\": \"two\",\n");
        scene.refused(diff + "&version2=3", "version2");
        scene.refused(diff + "&version2=two", "version2");
    }

    private static void applyVersion(ArchiveScene scene) {
        String source = scene.distribution("one");
        scene.comment(source, "two");
        String target = scene.distribution("target");
        assertThat(
                        scene.get(
                                        "/version/apply_config?src_distribution_id=%s&version=1&target_distribution_ids=%s"
                                                .formatted(source, target))
                                .textValue())
                .isEqualTo("target distributions been updated");
        assertThat(scene.config(target).comment()).isEqualTo("one");
        assertThat(scene.lastApplied(target)).isEmpty();
        scene.refused(
                "/version/apply_config?src_distribution_id=%s&version=9&target_distribution_ids=%s"
                        .formatted(source, target),
                "version");
    }

    private static void versionNote(ArchiveScene scene) {
        String id = scene.distribution("one");
        JsonNode answer =
                scene.post(
                        "/version/config_tag_update?version=1&note=good%20one&distribution_id="
                                + id);
        assertThat(answer.path("Attributes").path("note").textValue()).isEqualTo("good one");
        assertThat(
                        scene.get("/version/list_versions?distributionId=" + id)
                                .path(0)
                                .path("note")
                                .textValue())
                .isEqualTo("good one");
        scene.refused(
                "/version/config_tag_update?version=2&note=n&distribution_id=" + id, "version");
    }

    private static void content(ArchiveScene scene) {
        String id = scene.distribution("one");
        scene.comment(id, "two");
        String link =
                scene.get("/versions/config_link/1?distributionId=" + id)
                        .path("config_link")
                        .textValue();
        assertThat(link)
                .isEqualTo(
                        "http://names.example:8080/versions/config_content/1?distributionId=" + id);
        HttpResponse content =
                scene.send(
                        ArchiveScene.KEY, "GET", "/versions/config_content/1?distributionId=" + id);
        assertThat(ArchiveScene.json(content)).isEqualTo(scene.document(id, 1));
        assertThat(ArchiveScene.text(content))
                .startsWith("{\n    \"CallerReference\": \"r0\",\n")
                .contains("\n    \"Comment\": \"one\",\n");
        scene.refused("/versions/config_content/9?distributionId=" + id, "versionId");
        scene.refused("/versions/config_content/one?distributionId=" + id, "versionId");
        scene.refused("/versions/config_content/1", "distributionId");
    }

    private static void distributions(ArchiveScene scene) {
        String id = scene.distribution("named", "www.example.com");
        scene.comment(id, "two");
        scene.post("/snapshot/create_snapshot?snapShotName=s&distributionId=" + id);
        scene.features.clock.advance(Duration.ofSeconds(1));
        scene.distribution("plain");
        scene.features.deployAll();
        scene.features.clock.advance(Duration.ofSeconds(1));
        String third = scene.distribution("third");
        JsonNode list = scene.get("/cf_list");
        assertThat(list).hasSize(3);
        JsonNode first = list.path(0);
        assertThat(first.path("id").textValue()).isEqualTo(id);
        assertThat(first.path("domainName").textValue())
                .isEqualTo(
                        scene.cloudFront
                                .getDistribution(request -> request.id(id))
                                .distribution()
                                .domainName());
        assertThat(first.path("status").textValue()).isEqualTo("Deployed");
        assertThat(first.path("enabled").booleanValue()).isTrue();
        assertThat(first.path("aliases").path("Quantity").intValue()).isEqualTo(1);
        assertThat(first.path("aliases").path("Items").path(0).textValue())
                .isEqualTo("www.example.com");
        assertThat(first.path("versionCount").textValue()).isEqualTo("2");
        assertThat(first.path("snapshotCount").intValue()).isEqualTo(1);
        assertThat(list.path(1).path("snapshotCount").intValue()).isZero();
        assertThat(list.path(2).path("id").textValue()).isEqualTo(third);
        assertThat(list.path(2).path("status").textValue()).isEqualTo("InProgress");
    }

    private static void errors(ArchiveScene scene) {
        String id = scene.distribution("one");
        assertThat(scene.refused("/snapshot/list_snapshots", "distributionId"))
                .startsWith("Invalid input parameters: distributionId: ");
        for (String bad : List.of("E0000000000000", "e1", "", "%27%3B--")) {
            scene.refused("/snapshot/list_snapshots?distributionId=" + bad, "distributionId");
            scene.refused("/version/list_versions?distributionId=" + bad, "distributionId");
        }
        HttpResponse stranger =
                scene.send(
                        ArchiveScene.OTHER_KEY,
                        "GET",
                        "/snapshot/list_snapshots?distributionId=" + id);
        assertThat(stranger.status()).as("another account's").isEqualTo(400);
        assertThat(scene.send(ArchiveScene.OTHER_KEY, "GET", "/cf_list").body())
                .isEqualTo("[]".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void unknown(ArchiveScene scene) {
        HttpResponse answer = scene.send(ArchiveScene.KEY, "POST", "/snapshot/rename_snapshot");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(ArchiveScene.text(answer))
                .isEqualTo("{\"statusCode\":404,\"message\":\"Not found\"}");
        assertThat(scene.send(ArchiveScene.KEY, "GET", "/versions/config_link").status())
                .isEqualTo(404);
    }

    /// Where the link of a snapshot leads, below this server's root.
    private static String link(ArchiveScene scene, String id, String snapshot) {
        return scene.get(
                        "/snapshot/get_snapshot_link?distributionId=%s&snapShotName=%s"
                                .formatted(id, snapshot))
                .path("config_link")
                .textValue()
                .substring("http://names.example:8080".length());
    }
}
