package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every error that botocore's description lists for an operation is either brought about by boto3, or told with the reason why
/// this server never answers it. `contract/lightsail.py` calls, `contract/lightsail.txt` is the table.
@Tag("slow")
final class ContractIT {
    private static final String EVERY = "*";
    private static final String NEVER = "never: ";

    @TempDir private Path folder;

    private record Pair(String operation, String error) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return operation + " " + error;
        }
    }

    @TestFactory
    List<DynamicTest> everyDocumentedErrorOfLightsailIsShownOrExplained() throws IOException {
        Parts.need("boto3", "python3", "-c", "import boto3");
        Map<Pair, String> table = table("contract/lightsail.txt");
        List<JsonNode> lines = walk("contract/lightsail.py");
        Set<Pair> documented = documented(lines.getFirst());
        Map<Pair, JsonNode> seen =
                lines.stream()
                        .skip(1)
                        .collect(
                                Collectors.toMap(
                                        line ->
                                                new Pair(
                                                        line.path("operation").asText(),
                                                        line.path("error").asText()),
                                        line -> line));

        List<DynamicTest> tests = new ArrayList<>();
        tests.add(
                DynamicTest.dynamicTest(
                        "the table has the documented errors and no other",
                        () -> {
                            assertThat(documented)
                                    .allSatisfy(pair ->
                                            assertThat(row(table, pair))
                                                    .as("%s", pair)
                                                    .isPresent());
                            assertThat(table.keySet())
                                    .filteredOn(pair -> !pair.operation().equals(EVERY))
                                    .isSubsetOf(documented);
                        }));
        for (Pair pair : documented) {
            String row = row(table, pair).orElse("");
            tests.add(DynamicTest.dynamicTest(pair.toString(), () -> judge(pair, row, seen)));
        }
        return tests;
    }

    private static void judge(Pair pair, String row, Map<Pair, JsonNode> seen) {
        if (row.startsWith(NEVER)) {
            assertThat(row.substring(NEVER.length())).isNotBlank();
            assertThat(seen).doesNotContainKey(pair);
            return;
        }
        JsonNode outcome =
                Optional.ofNullable(seen.get(pair))
                        .orElseThrow(() -> new AssertionError(pair + " was not brought about"));
        assertThat(outcome.path("exception").asText()).as("%s", outcome).isEqualTo(pair.error());
        assertThat(outcome.path("status").asInt()).isEqualTo(400);
        assertThat(outcome.path("requestId").asText())
                .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        String told = "/" + outcome.path("fine").asText() + " " + outcome.path("message").asText();
        assertThat(Stream.of(row.split("\\s*…\\s*")))
                .allSatisfy(words -> assertThat(told).contains(words));
    }

    private static Optional<String> row(Map<Pair, String> table, Pair pair) {
        return Optional.ofNullable(table.get(pair))
                .or(() -> Optional.ofNullable(table.get(new Pair(EVERY, pair.error()))));
    }

    private static Map<Pair, String> table(String fixture) {
        Map<Pair, String> table = new HashMap<>();
        Fixtures.text(fixture)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s*\\|\\s*", 3))
                .forEach(fields -> table.put(new Pair(fields[0], fields[1]), fields[2]));
        return table;
    }

    private static Set<Pair> documented(JsonNode listed) {
        Set<Pair> pairs = new TreeSet<>();
        listed.properties()
                .forEach(operation ->
                        operation
                                .getValue()
                                .forEach(error ->
                                        pairs.add(new Pair(operation.getKey(), error.asText()))));
        return pairs;
    }

    private List<JsonNode> walk(String fixture) throws IOException {
        Path script = Files.writeString(folder.resolve("walk.py"), Fixtures.text(fixture));
        try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
            String lines =
                    Commands.output(
                            "python3",
                            script.toString(),
                            server.api().toString(),
                            RunningServer.ACCESS_KEY,
                            RunningServer.SECRET_KEY);
            JsonMapper json = JsonMapper.builder().build();
            List<JsonNode> nodes = new ArrayList<>();
            for (String line : lines.lines().toList()) {
                nodes.add(json.readTree(line));
            }
            return nodes;
        }
    }
}
