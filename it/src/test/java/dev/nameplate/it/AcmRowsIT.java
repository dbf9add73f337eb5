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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// ACM's table of operations and errors, walked by boto3: each pair of boto3's own model is either shown, or listed in
/// `boto3/acm-rows.txt` with the reason why this server never answers so.
@Tag("slow")
final class AcmRowsIT {
    private static final String SCRIPT = "boto3/acm_rows.py";
    private static final String ROWS = "boto3/acm-rows.txt";
    private static final String NEVER = "never: ";

    @TempDir private static Path folder;

    /// @param words of the message; empty where the pair is never answered
    private record Row(String operation, String error, List<String> words) {
        static Row of(String line) {
            String[] fields = line.split("\\s*\\|\\s*", -1);
            return new Row(
                    fields[0],
                    fields[1],
                    fields[2].startsWith(NEVER)
                            ? List.of()
                            : List.of(fields[2].split("\\s*…\\s*")));
        }

        String name() {
            return operation + " " + error;
        }

        boolean isShown() {
            return !words.isEmpty();
        }
    }

    @TestFactory
    List<DynamicTest> everyPairOfOperationAndErrorIsShownOrSaysWhyNot() throws IOException {
        Parts.need("boto3", "python3", "-c", "import boto3");
        List<Row> rows =
                Fixtures.text(ROWS)
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(Row::of)
                        .toList();
        Map<String, JsonNode> shown = new TreeMap<>();
        JsonMapper json = JsonMapper.builder().build();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : output().lines().toList()) {
            lines.add(json.readTree(line));
        }
        lines.stream()
                .filter(line -> line.has("row"))
                .forEach(line -> shown.put(line.path("row").asText(), line));
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(
                DynamicTest.dynamicTest(
                        "the rows are those of boto3's model",
                        () ->
                                assertThat(names(rows.stream()))
                                        .isEqualTo(modelled(lines.getFirst().path("model")))));
        tests.add(
                DynamicTest.dynamicTest(
                        "every row said to be shown is shown",
                        () ->
                                assertThat(shown.keySet())
                                        .isEqualTo(names(rows.stream().filter(Row::isShown)))));
        tests.add(
                DynamicTest.dynamicTest(
                        "a search finds what its filter says, in order",
                        () ->
                                assertThat(lines.getLast().path("found"))
                                        .extracting(JsonNode::asText)
                                        .containsExactly(
                                                "export.rows.example",
                                                "light.rows.example",
                                                "served.rows.example")));
        for (Row row : rows) {
            JsonNode outcome = shown.get(row.name());
            if (row.isShown() && outcome != null) {
                tests.add(DynamicTest.dynamicTest(row.name(), () -> judge(row, outcome)));
            }
        }
        return tests;
    }

    private static void judge(Row row, JsonNode outcome) {
        assertThat(outcome.path("exception").asText()).as("%s", outcome).isEqualTo(row.error());
        assertThat(outcome.path("code").asText()).isEqualTo(row.error());
        assertThat(outcome.path("status").asInt()).isEqualTo(400);
        assertThat(row.words())
                .allSatisfy(words -> assertThat(outcome.path("message").asText()).contains(words));
    }

    private static Set<String> names(Stream<Row> rows) {
        Set<String> names = new TreeSet<>();
        rows.filter(row -> !row.operation().equals("*")).forEach(row -> names.add(row.name()));
        return names;
    }

    /// Every operation can also be refused as invalid, and those two errors the table has a general reason for are left out.
    private static Set<String> modelled(JsonNode model) {
        Set<String> names = new TreeSet<>();
        for (Map.Entry<String, JsonNode> operation : model.properties()) {
            names.add(operation.getKey() + " ValidationException");
            for (JsonNode error : operation.getValue()) {
                names.add(operation.getKey() + " " + error.asText());
            }
        }
        names.removeIf(name ->
                name.endsWith(" ThrottlingException") || name.endsWith(" TagPolicyException"));
        return names;
    }

    private static String output() throws IOException {
        Path script = Files.writeString(folder.resolve("acm_rows.py"), Fixtures.text(SCRIPT));
        ForeignCa.Triple triple =
                ForeignCa.make(Files.createDirectory(folder.resolve("ca")))
                        .issue("imported.example");
        Map<String, String> settings = RunningServer.standardSettings(folder.resolve("data"));
        settings.put("NAMEPLATE_QUOTA_IMPORTED", "1");
        try (RunningServer server =
                RunningServer.start(folder.resolve("data"), settings, List.of())) {
            return Commands.output(
                    "python3",
                    script.toString(),
                    server.api().toString(),
                    RunningServer.ACCESS_KEY,
                    RunningServer.SECRET_KEY,
                    triple.certificate().toString(),
                    triple.privateKey().toString(),
                    triple.chain().toString());
        }
    }
}
