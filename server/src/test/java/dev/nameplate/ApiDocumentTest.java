package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.api.rest.ApiDocument;
import dev.nameplate.api.rest.Route;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The OpenAPI document against the routes that are wired.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiDocumentTest {
    private static final String REMEDY =
            "describe each route in its area's file in server/src/main/resources/openapi, or a"
                    + " file of your own there and in ApiDocument.AREAS";

    private final ObjectMapper json = new ObjectMapper();
    private ApiWiring server;
    private JsonNode document;
    private ApiSchema schemas;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        server = ApiWiring.in(folder);
        HttpResponse answer = server.send("GET", ApiDocument.PATH, Headers.none(), new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        document = json.readTree(answer.body());
        schemas = new ApiSchema(document);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void everyRouteIsDescribedAndNothingElse() {
        Map<String, Set<String>> routes = new TreeMap<>();
        for (Route route : server.routes()) {
            routes.put(route.method() + " " + route.path(), new TreeSet<>(route.parameters()));
        }
        routes.put("GET " + ApiDocument.PATH, Set.of());
        Map<String, Set<String>> described = new TreeMap<>();
        operations()
                .forEach(each ->
                        described.put(each.method() + " " + each.path(), each.parameters("query")));
        assertThat(described).as(REMEDY).isEqualTo(routes);
        operations()
                .forEach(each ->
                        assertThat(each.parameters("path"))
                                .as(each.path())
                                .isEqualTo(
                                        Stream.of(each.path().split("/"))
                                                .filter(part -> part.startsWith("{"))
                                                .map(part -> part.substring(1, part.length() - 1))
                                                .collect(Collectors.toSet())));
    }

    @Test
    void everyAreaIsInTheDocument() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/openapi"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(ApiDocument.AREAS);
        }
    }

    @Test
    void everyOperationHasAnIdOfItsOwnASummaryAndATagThatIsExplained() {
        Set<String> tags =
                document.path("tags")
                        .valueStream()
                        .map(tag -> tag.path("name").textValue())
                        .collect(Collectors.toSet());
        Set<String> ids = new HashSet<>();
        operations()
                .forEach(each -> {
                    assertThat(ids.add(each.operation().path("operationId").asText()))
                            .as(each.path())
                            .isTrue();
                    assertThat(each.operation().path("summary").asText()).isNotBlank();
                    assertThat(tags).contains(each.operation().path("tags").path(0).asText());
                    assertThat(
                                    each.operation().path("responses").properties().stream()
                                            .filter(answer -> answer.getKey().startsWith("2")))
                            .as(each.path())
                            .isNotEmpty();
                });
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverySchemaIsUsed() {
        Set<String> used = new HashSet<>();
        document.findValuesAsText("$ref").forEach(used::add);
        used.forEach(each ->
                assertThat(document.at(each.substring(1)).isMissingNode()).as(each).isFalse());
        document.path("components")
                .path("schemas")
                .fieldNames()
                .forEachRemaining(
                        name -> assertThat(used).contains("#/components/schemas/" + name));
    }

    /// What an example would need besides a well-formed request (the job, the distribution) need not be there.
    @Test
    void everyExampleOfABodyFitsItsSchemaAndIsTaken() {
        ApiExamples examples = new ApiExamples(server);
        operations()
                .forEach(each ->
                        each.operation()
                                .path("requestBody")
                                .path("content")
                                .properties()
                                .forEach(kind -> {
                                    assertThat(kind.getValue().path("examples"))
                                            .as(each.path() + " has an example")
                                            .isNotEmpty();
                                    for (JsonNode example : kind.getValue().path("examples")) {
                                        tryOut(examples, each, kind, example.path("value"));
                                    }
                                }));
    }

    private void tryOut(
            ApiExamples examples,
            Operation operation,
            Map.Entry<String, JsonNode> kind,
            JsonNode example) {
        if (kind.getKey().equals("application/json")) {
            assertThat(schemas.differences(kind.getValue().path("schema"), example))
                    .as(example.toString())
                    .isEmpty();
        }
        HttpResponse answer =
                examples.send(
                        operation.method(),
                        examples.path(operation.path(), operation.operation())
                                + (kind.getKey().equals("application/json")
                                        ? ""
                                        : examples.query(operation.operation())),
                        kind.getKey(),
                        example.isTextual() ? example.textValue() : example.toString());
        assertThat(answer.status())
                .as(
                        "%s %s: %s",
                        operation.path(),
                        example,
                        new String(answer.body(), StandardCharsets.UTF_8))
                .isNotIn(400, 403, 405, 413, 415, 422)
                .isLessThan(500);
    }

    private Stream<Operation> operations() {
        return StreamSupport.stream(document.path("paths").properties().spliterator(), false)
                .flatMap(path ->
                        path.getValue().properties().stream()
                                .map(operation ->
                                        new Operation(
                                                operation.getKey().toUpperCase(Locale.ROOT),
                                                path.getKey(),
                                                operation.getValue())));
    }

    private record Operation(String method, String path, JsonNode operation) {
        Set<String> parameters(String in) {
            return operation
                    .path("parameters")
                    .valueStream()
                    .filter(each -> each.path("in").asText().equals(in))
                    .map(each -> each.path("name").asText())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
