package dev.nameplate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.wire.Headers;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Makes requests of the document: as it says, and a little or wholly different from that.
final class ApiRequests {
    private static final List<String> ODD =
            List.of(
                    "",
                    " ",
                    "\u0000",
                    "\uFEFF",
                    "\u202Ecod.www",
                    "ß.example.com",
                    "\uD83D\uDE00",
                    "\uD800",
                    "..",
                    "../../etc/passwd",
                    "%00",
                    "%zz",
                    "null",
                    "-1",
                    "0",
                    "1e400",
                    "NaN",
                    "9223372036854775808",
                    "99999999999999999999999999999999999",
                    "+1000000000-12-31T23:59:59Z",
                    "-999999999-01-01T00:00:00Z",
                    "'; DROP TABLE saas_job; --",
                    "=cmd|' /C calc'!A0",
                    "a\r\nX-Injected: 1",
                    "*.*.example.com",
                    "a".repeat(300),
                    "é".repeat(5000));
    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "-1",
                    "1.5",
                    "1e400",
                    "-1e-400",
                    "2147483648",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1" + "0".repeat(900));
    private static final int DEEP = 200;

    private final Random random;
    private final ApiSchema schemas;
    private final ApiExamples examples;
    private final List<Operation> operations;
    private final List<Operation> withBody;
    private final String apiKey;
    private final ObjectMapper json = new ObjectMapper();

    /// @param body what is sent; not always what its type says
    record Made(Operation operation, String method, String target, Headers headers, byte[] body) {
        /// Whether it is still a call of the operation it was made of.
        boolean isDocumented() {
            String[] wanted = operation.path().split("/", -1);
            String[] given = target.split("\\?", 2)[0].split("/", -1);
            if (!method.equals(operation.method()) || wanted.length != given.length) {
                return false;
            }
            for (int i = 0; i < wanted.length; i++) {
                boolean fits =
                        wanted[i].startsWith("{")
                                ? !given[i].isEmpty()
                                : wanted[i].equals(given[i]);
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            String shown = new String(body, StandardCharsets.UTF_8);
            return "%s %s %s %s"
                    .formatted(
                            method,
                            target,
                            headers,
                            shown.substring(0, Math.min(2000, shown.length())));
        }
    }

    record Operation(String method, String path, JsonNode node) {}

    ApiRequests(JsonNode document, ApiExamples examples, String apiKey, Random random) {
        this.schemas = new ApiSchema(document);
        this.examples = examples;
        this.apiKey = apiKey;
        this.random = random;
        this.operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(each ->
                                        operations.add(
                                                new Operation(
                                                        each.getKey().toUpperCase(Locale.ROOT),
                                                        path.getKey(),
                                                        each.getValue()))));
        this.withBody =
                operations.stream()
                        .filter(each ->
                                each.node()
                                        .path("requestBody")
                                        .path("content")
                                        .valueStream()
                                        .anyMatch(this::asks))
                        .toList();
    }

    /// Each place of each JSON example, once with each odd value and once left out.
    Stream<Made> everyPlaceChanged() {
        return withBody.stream().flatMap(this::everyPlaceChanged);
    }

    private Stream<Made> everyPlaceChanged(Operation operation) {
        Headers headers = Headers.of("x-api-key", apiKey).with("Content-Type", "application/json");
        String path = examples.path(operation.path(), operation.node());
        return operation
                .node()
                .at("/requestBody/content/application~1json/examples")
                .valueStream()
                .map(example -> example.path("value"))
                .flatMap(example ->
                        places(example, JsonPointer.empty())
                                .flatMap(place ->
                                        odd().map(value -> replaced(example, place, value))))
                .map(body ->
                        new Made(
                                operation,
                                operation.method(),
                                path,
                                headers,
                                bytes(examples.filled(body.toString()))));
    }

    private static Stream<JsonPointer> places(JsonNode value, JsonPointer at) {
        Stream<JsonPointer> below =
                value.isArray()
                        ? IntStream.range(0, value.size())
                                .boxed()
                                .flatMap(i -> places(value.get(i), at.appendIndex(i)))
                        : value.properties().stream()
                                .flatMap(each ->
                                        places(each.getValue(), at.appendProperty(each.getKey())));
        return Stream.concat(at.matches() ? Stream.of() : Stream.of(at), below);
    }

    private Stream<JsonNode> odd() {
        JsonNodeFactory make = json.getNodeFactory();
        return Stream.of(
                        ODD.stream().<JsonNode>map(make::textNode),
                        NUMBERS.stream()
                                .<JsonNode>map(
                                        text -> make.numberNode(new java.math.BigDecimal(text))),
                        Stream.<JsonNode>of(
                                make.missingNode(),
                                make.nullNode(),
                                make.booleanNode(true),
                                make.arrayNode(),
                                make.arrayNode().add(make.nullNode()).add(1),
                                make.objectNode()))
                .flatMap(values -> values);
    }

    private static JsonNode replaced(JsonNode example, JsonPointer place, JsonNode value) {
        JsonNode changed = example.deepCopy();
        JsonNode parent = changed.at(place.head());
        JsonPointer last = place.last();
        if (parent instanceof ArrayNode list) {
            if (value.isMissingNode()) {
                list.remove(last.getMatchingIndex());
            } else {
                list.set(last.getMatchingIndex(), value);
            }
        } else if (parent instanceof ObjectNode object) {
            if (value.isMissingNode()) {
                object.remove(last.getMatchingProperty());
            } else {
                object.set(last.getMatchingProperty(), value);
            }
        }
        return changed;
    }

    private boolean asks(JsonNode content) {
        JsonNode schema = schemas.resolved(content.path("schema"));
        return !schema.path("type").asText().equals("object")
                || !schema.path("properties").isEmpty();
    }

    /// Half of them have a body that something is asked of.
    Made next() {
        return next(any(one(2) ? withBody : operations));
    }

    private Made next(Operation operation) {
        List<JsonNode> kinds = new ArrayList<>();
        List<String> names = new ArrayList<>();
        operation
                .node()
                .path("requestBody")
                .path("content")
                .properties()
                .forEach(kind -> {
                    names.add(kind.getKey());
                    kinds.add(kind.getValue());
                });
        int chosen = kinds.isEmpty() ? -1 : random.nextInt(kinds.size());
        Headers headers = headers(operation);
        if (chosen >= 0 && !one(20)) {
            headers = headers.with("Content-Type", names.get(chosen));
        }
        byte[] body = chosen < 0 ? body() : body(names.get(chosen), kinds.get(chosen));
        String method =
                one(60)
                        ? any(List.of("PUT", "DELETE", "PATCH", "HEAD", "BREW"))
                        : operation.method();
        boolean upload = chosen >= 0 && !names.get(chosen).equals("application/json");
        String query = upload && !one(4) ? examples.query(operation.node()) : query(operation);
        return new Made(operation, method, path(operation) + query, headers, body);
    }

    private String path(Operation operation) {
        String path = examples.path(operation.path(), operation.node());
        if (one(6)) {
            String[] parts = path.split("/", -1);
            parts[random.nextInt(parts.length)] = encoded(any(ODD));
            path = String.join("/", parts);
            return path.startsWith("/v1/") ? path : "/v1/" + path;
        }
        return one(30) ? path + any(List.of("/", "//", "/extra", ";a=b", "%2F")) : path;
    }

    private String query(Operation operation) {
        List<String> pairs = new ArrayList<>();
        for (JsonNode parameter : operation.node().path("parameters")) {
            if (parameter.path("in").asText().equals("query")
                    && (parameter.path("required").asBoolean() ? !one(8) : one(3))) {
                String name = parameter.path("name").textValue();
                String value =
                        one(3)
                                ? any(ODD)
                                : text(valid(schemas.resolved(parameter.path("schema")), 0));
                pairs.add(name + "=" + (one(10) ? "%" : encoded(value)));
                if (one(20)) {
                    pairs.add(pairs.getLast());
                }
            }
        }
        if (one(25)) {
            pairs.add(encoded(any(ODD)) + "=" + encoded(any(ODD)));
        }
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private Headers headers(Operation operation) {
        Headers headers = Headers.none();
        if (!one(25)) {
            headers = headers.with("x-api-key", one(40) ? plain(any(ODD)) : apiKey);
        }
        for (JsonNode parameter : operation.node().path("parameters")) {
            if (parameter.path("in").asText().equals("header") && one(4)) {
                headers =
                        headers.with(
                                parameter.path("name").textValue(),
                                one(3) ? plain(any(ODD)) : "key-" + random.nextInt(20));
            }
        }
        if (one(6)) {
            headers =
                    headers.with(
                            "Accept",
                            any(
                                    List.of(
                                            "*/*",
                                            "text/csv",
                                            "text/html;q=0.1, application/json",
                                            ";;,",
                                            "text/dns",
                                            "image/png")));
        }
        return one(8)
                ? headers.with(
                        "Content-Type",
                        any(
                                List.of(
                                        "application/x-ndjson",
                                        "text/csv",
                                        "text/plain",
                                        "application/json; charset=utf-16",
                                        "multipart/form-data",
                                        ";")))
                : headers;
    }

    /// A server takes no line ends in a header's value.
    private static String plain(String text) {
        return text.chars()
                .filter(each -> each >= ' ' && each < 0x7f)
                .limit(1000)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    /// For a call that takes none.
    private byte[] body() {
        return one(5)
                ? bytes(any(List.of("{}", "[]", "{", "null", "{\"a\":1}", any(ODD))))
                : bytes("");
    }

    private byte[] body(String kind, JsonNode content) {
        if (one(15)) {
            return body();
        }
        List<JsonNode> given = new ArrayList<>();
        content.path("examples").forEach(each -> given.add(each.path("value")));
        JsonNode example = any(given);
        if (!kind.equals("application/json")) {
            return one(3)
                    ? bytes(examples.filled(example.textValue()))
                    : mangled(bytes(examples.filled(example.textValue())));
        }
        JsonNode value = one(2) ? example.deepCopy() : valid(content.path("schema"), 0);
        for (int i = random.nextInt(4); i > 0; i--) {
            value = changed(value);
        }
        byte[] text = bytes(examples.filled(value.toString()));
        return one(4) ? mangled(text) : text;
    }

    /// A value as the schema wants it.
    private JsonNode valid(JsonNode given, int depth) {
        JsonNode schema = schemas.resolved(given);
        JsonNodeFactory make = json.getNodeFactory();
        if (schema.has("enum")) {
            return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.get(0).asText() : type.asText()) {
            case "boolean" -> make.booleanNode(random.nextBoolean());
            case "integer", "number" ->
                    make.numberNode(schema.path("minimum").asLong() + random.nextInt(5));
            case "array" -> {
                ArrayNode list = make.arrayNode();
                for (int i = random.nextInt(4); i > 0 && depth < 6; i--) {
                    list.add(valid(schema.path("items"), depth + 1));
                }
                yield list;
            }
            case "object" -> {
                ObjectNode object = make.objectNode();
                List<String> required = new ArrayList<>();
                schema.path("required").forEach(each -> required.add(each.textValue()));
                schema.path("properties")
                        .properties()
                        .forEach(member -> {
                            if (required.contains(member.getKey()) || one(2)) {
                                object.set(member.getKey(), valid(member.getValue(), depth + 1));
                            }
                        });
                yield object;
            }
            default ->
                    make.textNode(
                            schema.path("format").asText().equals("date-time")
                                    ? "2026-01-%02dT00:00:00Z".formatted(1 + random.nextInt(28))
                                    : any(
                                            List.of(
                                                    "n" + random.nextInt(1000) + ".example.com",
                                                    "*.example.com",
                                                    "us-east-1",
                                                    "E1234567890ABC",
                                                    "word")));
        };
    }

    /// One place of it is another: a member less or more, another type, an odd text, a number of any size, a depth.
    private JsonNode changed(JsonNode value) {
        JsonNodeFactory make = json.getNodeFactory();
        if (value instanceof ObjectNode object && !object.isEmpty() && !one(6)) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = any(names);
            switch (random.nextInt(6)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(name + any(List.of("s", " ", "\u0000")), object.get(name));
                default -> object.set(name, changed(object.get(name)));
            }
            return object;
        }
        if (value instanceof ArrayNode list && !list.isEmpty() && !one(6)) {
            int at = random.nextInt(list.size());
            switch (random.nextInt(6)) {
                case 0 -> list.remove(at);
                case 1 -> list.add(list.get(at).deepCopy());
                default -> list.set(at, changed(list.get(at)));
            }
            return list;
        }
        return switch (random.nextInt(8)) {
            case 0 -> make.nullNode();
            case 1 -> make.booleanNode(random.nextBoolean());
            case 2 -> make.numberNode(new java.math.BigDecimal(any(NUMBERS)));
            case 3 -> make.arrayNode().add(value);
            case 4 -> make.objectNode().set("x", value);
            case 5 -> {
                JsonNode deep = value;
                for (int i = 0; i < DEEP; i++) {
                    deep = make.arrayNode().add(deep);
                }
                yield deep;
            }
            default -> make.textNode(any(ODD));
        };
    }

    /// No longer JSON, or not UTF-8.
    private byte[] mangled(byte[] body) {
        if (body.length == 0) {
            return bytes(any(ODD));
        }
        byte[] changed =
                one(2) ? Arrays.copyOf(body, random.nextInt(body.length + 8)) : body.clone();
        for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static String text(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
