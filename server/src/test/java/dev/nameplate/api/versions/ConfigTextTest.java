package dev.nameplate.api.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.PatchFailedException;

import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.DistributionId;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

final class ConfigTextTest {
    @Test
    void aConfigurationIsIndentedByFour() {
        assertThat(ConfigText.pretty(version(1, "{\"a\":{\"b\":[1,\"ü\"],\"c\":[],\"d\":{}}}")))
                .isEqualTo(
                        """
                        {
                            "a": {
                                "b": [
                                    1,
                                    "ü"
                                ],
                                "c": [],
                                "d": {}
                            }
                        }\
                        """);
    }

    @Test
    void aDiffShowsThreeLinesAroundWhatDiffers() {
        String from = "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8}";
        assertThat(ConfigText.diff(version(1, from), version(2, from.replace("5", "\"five\""))))
                .isEqualTo(
                        """
                        diff --git a/E0000000000000_1.json b/E0000000000000_2.json
                        --- a/E0000000000000_1.json
                        +++ b/E0000000000000_2.json
                        @@ -3,7 +3,7 @@
                             "b": 2,
                             "c": 3,
                             "d": 4,
                        -    "e": 5,
                        +    "e": "five",
                             "f": 6,
                             "g": 7,
                             "h": 8
                        """);
    }

    @Test
    void patchingTheOneTextGivesTheOther() throws PatchFailedException {
        Random random = new Random(20261123);
        for (int round = 0; round < 200; round++) {
            ConfigVersion from = version(1, numbers(random, 1 + random.nextInt(60)));
            ConfigVersion to = version(2, numbers(random, 1 + random.nextInt(60)));
            List<String> diff = ConfigText.diff(from, to).lines().toList();
            List<String> patched =
                    DiffUtils.patch(
                            ConfigText.pretty(from).lines().toList(),
                            UnifiedDiffUtils.parseUnifiedDiff(diff));
            assertThat(String.join("\n", patched)).isEqualTo(ConfigText.pretty(to));
        }
    }

    @Test
    void configurationsWithNothingInCommonAreComparedWithinTheMemoryThereIs() {
        String diff = ConfigText.diff(version(1, range(0, 3_000)), version(2, range(3_000, 6_000)));
        assertThat(diff.lines().filter(line -> line.startsWith("+ "))).hasSize(3_000);
    }

    private static String numbers(Random random, int size) {
        return random.ints(size, 0, 9)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String range(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static ConfigVersion version(long number, String document) {
        return new ConfigVersion(
                new DistributionId("E0000000000000"),
                number,
                "etag",
                Instant.EPOCH,
                "cloudfront",
                "",
                document);
    }
}
