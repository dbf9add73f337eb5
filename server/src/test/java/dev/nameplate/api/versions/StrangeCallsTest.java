package dev.nameplate.api.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.Test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Calls put together by chance, of what may go wrong: each is answered, and what is refused changes nothing.
final class StrangeCallsTest {
    private static final List<String> PATHS =
            List.of(
                    "/snapshot/create_snapshot",
                    "/snapshot/delete_snapshot",
                    "/snapshot/list_snapshots",
                    "/snapshot/diff_cloudfront_snapshot",
                    "/snapshot/get_snapshot_link",
                    "/snapshot/apply_snapshot",
                    "/snapshot/config_snapshot_tag_update",
                    "/snapshot/get_applied_snapshot_name",
                    "/snapshot/get_distribution_cname",
                    "/version/list_versions",
                    "/cf_config_manager/version/diff",
                    "/version/apply_config",
                    "/version/config_tag_update",
                    "/versions/config_link/1",
                    "/versions/config_content/%31",
                    "/versions/config_content/9223372036854775808",
                    "/versions/config_content/-1",
                    "/cf_list");
    private static final List<String> STRANGE =
            List.of(
                    "%",
                    "-1",
                    "9223372036854775808",
                    "  ",
                    "\"",
                    "\"\"",
                    "a\u0000b",
                    "\n",
                    "\ud83d",
                    "E0000000000000",
                    ",,",
                    "_LATEST_",
                    "x".repeat(300),
                    "n".repeat(1001),
                    "';--");

    @Test
    void everyCallIsAnsweredAndWhatIsRefusedChangesNothing() {
        try (TestStore store = TestStore.sqlite()) {
            ArchiveScene scene = new ArchiveScene(store.database());
            String one = scene.distribution("one", "one.example.com");
            scene.comment(one, "two");
            String other = scene.distribution("other");
            Map<String, List<String>> fitting = new TreeMap<>();
            fitting.put("distributionId", List.of(one, other));
            fitting.put("snapShotName", List.of("s", "t"));
            fitting.put("snapShotNote", List.of("a note", ""));
            fitting.put("snapshot1", List.of("s", "_LATEST_"));
            fitting.put("snapshot2", List.of("t", "_LATEST_"));
            fitting.put("version", List.of("1", "2"));
            fitting.put("version1", List.of("1", "2"));
            fitting.put("version2", List.of("1", "2"));
            fitting.put("src_distribution_id", List.of(one, other));
            fitting.put("target_distribution_ids", List.of(one, other, one + "," + other));
            fitting.put("copy_aliases_and_certificate", List.of("true", "false", ""));
            Random random = new Random(20261123);
            int succeeded = 0;
            int refused = 0;
            for (int i = 0; i < 1_000; i++) {
                String target = target(random, fitting);
                String before = state(scene);
                HttpResponse answer =
                        scene.send(
                                ArchiveScene.KEY, random.nextInt(9) == 0 ? "GET" : "POST", target);
                assertThat(answer.status()).as(target).isIn(200, 400, 404);
                if (answer.status() == 200) {
                    succeeded++;
                } else {
                    refused++;
                    assertThat(state(scene)).as(target).isEqualTo(before);
                }
            }
            assertThat(succeeded).isGreaterThan(200);
            assertThat(refused).isGreaterThan(200);
        }
    }

    /// Every parameter once or not at all, and one in nine with a value that does not fit.
    private static String target(Random random, Map<String, List<String>> fitting) {
        return PATHS.get(random.nextInt(PATHS.size()))
                + "?"
                + fitting.entrySet().stream()
                        .filter(_ -> random.nextInt(20) > 0)
                        .map(each ->
                                each.getKey()
                                        + "="
                                        + value(
                                                random,
                                                random.nextInt(9) == 0 ? STRANGE : each.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String value(Random random, List<String> values) {
        String value = values.get(random.nextInt(values.size()));
        return value.equals("%") ? value : URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String state(ArchiveScene scene) {
        return scene.features.database.read(handle ->
                handle.createQuery(
                                """
                                SELECT (SELECT COUNT(*) FROM distribution_version) || ' ' ||
                                    (SELECT COUNT(*) FROM distribution_snapshot) || ' ' ||
                                    (SELECT GROUP_CONCAT(note) FROM distribution_version) || ' ' ||
                                    COALESCE((SELECT GROUP_CONCAT(name || number || note) FROM distribution_snapshot), '') || ' ' ||
                                    (SELECT GROUP_CONCAT(applied_snapshot) FROM distribution)
                                """)
                        .mapTo(String.class)
                        .one());
    }
}
