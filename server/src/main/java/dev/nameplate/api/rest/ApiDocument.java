package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The OpenAPI 3.1 document of `/v1`, for anybody: it is no secret, and tools fetch it without a key.
///
/// It is put together of one file for each area in `resources/openapi`; whoever adds routes adds them to their area's file,
/// or a file here. What a [Route] and the document say of each other is compared by a test.
public final class ApiDocument {
    public static final String PATH = "/v1/openapi.json";

    /// The files, without `.json`. The first says what all have in common.
    public static final List<String> AREAS =
            List.of(
                    "general",
                    "acme",
                    "certificates",
                    "distributions",
                    "domains",
                    "issuers",
                    "jobs",
                    "notifications",
                    "revocations");

    private static final HttpResponse DOCUMENT =
            new HttpResponse(
                    200,
                    Headers.of("Content-Type", "application/json")
                            .with("Access-Control-Allow-Origin", "*"),
                    Json.bytes(whole()));

    private ApiDocument() {}

    public static boolean accepts(HttpRequest request) {
        return request.rawPath().equals(PATH);
    }

    public static HttpResponse handle(HttpRequest request) {
        return request.method().equals("GET") ? DOCUMENT : Problem.wrongMethod("GET").response();
    }

    private static ObjectNode whole() {
        ObjectNode whole = Json.object();
        AREAS.forEach(area -> merge(whole, area(area), area));
        return whole;
    }

    private static ObjectNode area(String name) {
        try (InputStream in =
                Objects.requireNonNull(
                        ApiDocument.class.getResourceAsStream("/openapi/" + name + ".json"),
                        name)) {
            return (ObjectNode) Json.stored(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Objects are united and lists joined; nothing is said twice.
    private static void merge(ObjectNode whole, ObjectNode area, String name) {
        for (var member : area.properties()) {
            Optional<JsonNode> before = whole.optional(member.getKey());
            if (before.isEmpty()) {
                whole.set(member.getKey(), member.getValue());
            } else if (before.get() instanceof ObjectNode object
                    && member.getValue() instanceof ObjectNode more) {
                merge(object, more, name);
            } else if (before.get() instanceof ArrayNode list
                    && member.getValue() instanceof ArrayNode more) {
                list.addAll(more);
            } else {
                throw new IllegalStateException(
                        "openapi/" + name + ".json says again what is said of " + member.getKey());
            }
        }
    }
}
