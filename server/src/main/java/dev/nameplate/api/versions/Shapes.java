package dev.nameplate.api.versions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Snapshot;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// What the documentation has calls answer.
final class Shapes {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Shapes() {}

    /// A result with a status of its own, inside HTTP 200 when it is a success.
    static ObjectNode inner(int statusCode, String body) {
        return object().put("statusCode", statusCode).put("body", body);
    }

    static HttpResponse refused(BadCall refused) {
        ObjectNode answer = inner(400, String.valueOf(refused.getMessage()));
        ArrayNode errors = answer.putArray("errors");
        refused.problems()
                .forEach(problem ->
                        errors.addObject()
                                .put("field", problem.field())
                                .put("message", problem.message()));
        return json(400, answer);
    }

    static ObjectNode snapshot(Snapshot snapshot, String link) {
        ObjectNode shown =
                object().put("id", snapshot.name().value())
                        .put("distribution_id", snapshot.distribution().value())
                        .put("snapshot_name", snapshot.name().value())
                        .put("note", snapshot.note())
                        .put("dateTime", date(snapshot.madeAt()));
        return located(shown, link);
    }

    static ObjectNode version(ConfigVersion version, String link) {
        ObjectNode shown =
                object().put("distributionId", version.id().value())
                        .put("versionId", Long.toString(version.number()))
                        .put("id", Long.toString(version.number()))
                        .put("dateTime", date(version.acceptedAt()))
                        .put("note", version.note());
        return located(shown, link);
    }

    /// There is no bucket.
    private static ObjectNode located(ObjectNode shown, String link) {
        return shown.put("config_link", link).put("s3_bucket", "").put("s3_key", "");
    }

    static ObjectNode distribution(Distribution distribution, int snapshots) {
        List<String> aliases =
                distribution.config().aliases().stream().map(alias -> alias.ascii()).toList();
        ObjectNode shown =
                object().put("id", distribution.id().value())
                        .put("domainName", distribution.domainName())
                        .put("status", status(distribution.status()))
                        .put("enabled", distribution.config().enabled());
        ArrayNode items =
                shown.putObject("aliases").put("Quantity", aliases.size()).putArray("Items");
        aliases.forEach(items::add);
        return shown.put("versionCount", Long.toString(distribution.version()))
                .put("snapshotCount", snapshots);
    }

    private static String status(Distribution.Status status) {
        return switch (status) {
            case IN_PROGRESS -> "InProgress";
            case DEPLOYED -> "Deployed";
        };
    }

    /// What the original's database answers to an update of a note.
    static ObjectNode noted(String note) {
        ObjectNode shown = object();
        shown.putObject("Attributes").put("note", note);
        shown.putObject("ResponseMetadata").put("HTTPStatusCode", 200).put("RetryAttempts", 0);
        return shown;
    }

    static ObjectNode link(String link) {
        return object().put("config_link", link);
    }

    static ArrayNode names(Distribution distribution) {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        distribution.config().aliases().forEach(alias -> names.add(alias.ascii()));
        return names;
    }

    static ArrayNode array(List<ObjectNode> elements) {
        return JsonNodeFactory.instance.arrayNode().addAll(elements);
    }

    static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String date(Instant time) {
        return DATE.format(time);
    }

    static HttpResponse message(int status, String text) {
        return json(status, object().put("message", text));
    }

    static HttpResponse unknown() {
        return json(404, object().put("statusCode", 404).put("message", "Not found"));
    }

    static HttpResponse json(int status, JsonNode body) {
        try {
            return json(status, MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }

    static HttpResponse json(int status, byte[] body) {
        return new HttpResponse(status, Headers.of("Content-Type", "application/json"), body);
    }
}
