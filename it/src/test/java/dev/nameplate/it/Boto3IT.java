package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The error matrix as boto3 sees it, or raw HTTP where boto3 would not send such a request. `boto3/errors.py` does, and
/// `boto3/expected.txt` says what must come of it: a line a case.
@Tag("slow")
final class Boto3IT {
    private static final String SCRIPT = "boto3/errors.py";
    private static final String EXPECTED = "boto3/expected.txt";

    @TempDir private static Path folder;

    /// @param exception the class boto3 raises; `-` on the wire, `none` where the call must succeed
    /// @param code with Lightsail's finer code behind a slash where it has one
    /// @param words all in the message, or in the answer of a call that succeeds
    private record Expected(
            String name, String exception, String code, int status, List<String> words) {
        static Expected of(String line) {
            String[] fields = line.split("\\s*\\|\\s*", -1);
            return new Expected(
                    fields[0],
                    fields[1],
                    fields[2],
                    fields[3].isEmpty() ? 0 : Integer.parseInt(fields[3]),
                    Stream.of(fields[4].split("\\s*…\\s*")).filter(w -> !w.isEmpty()).toList());
        }
    }

    @TestFactory
    List<DynamicTest> boto3SeesTheDocumentedErrors() throws IOException {
        Parts.need("boto3", "python3", "-c", "import boto3");
        Map<String, JsonNode> seen = outcomes();
        List<DynamicTest> tests = new ArrayList<>();
        List<Expected> table =
                Fixtures.text(EXPECTED)
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(Expected::of)
                        .toList();
        tests.add(
                DynamicTest.dynamicTest(
                        "every case ran and is judged",
                        () ->
                                assertThat(seen.keySet())
                                        .containsExactlyInAnyOrderElementsOf(
                                                table.stream().map(Expected::name).toList())));
        for (Expected expected : table) {
            tests.add(DynamicTest.dynamicTest(expected.name(), () -> judge(expected, seen)));
        }
        return tests;
    }

    private static void judge(Expected expected, Map<String, JsonNode> seen) {
        JsonNode outcome = seen.getOrDefault(expected.name(), MissingNode.getInstance());
        String raised = outcome.path("exception").asText();
        assertThat(raised.isEmpty() ? "-" : raised)
                .as("%s", outcome)
                .isEqualTo(expected.exception());
        String told =
                outcome.path(expected.exception().equals("none") ? "answer" : "message").asText();
        assertThat(expected.words()).allSatisfy(words -> assertThat(told).contains(words));
        if (expected.exception().equals("none")) {
            return;
        }
        assertThat(outcome.path("status").asInt()).as("%s", outcome).isEqualTo(expected.status());
        assertThat(outcome.path("requestId").asText())
                .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        String fine = outcome.path("fine").asText("");
        assertThat(outcome.path("code").asText() + (fine.isEmpty() ? "" : "/" + fine))
                .isEqualTo(expected.code());
    }

    private static Map<String, JsonNode> outcomes() throws IOException {
        Path script = Files.writeString(folder.resolve("errors.py"), Fixtures.text(SCRIPT));
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(folder.resolve("data"))) {
            String lines =
                    Commands.output(
                            "python3",
                            script.toString(),
                            server.api().toString(),
                            RunningServer.ACCESS_KEY,
                            RunningServer.SECRET_KEY,
                            Integer.toString(origin.port()));
            JsonMapper json = JsonMapper.builder().build();
            Map<String, JsonNode> outcomes = new LinkedHashMap<>();
            for (String line : lines.lines().toList()) {
                JsonNode outcome = json.readTree(line);
                outcomes.put(outcome.path("case").asText(), outcome);
            }
            return outcomes;
        }
    }
}
