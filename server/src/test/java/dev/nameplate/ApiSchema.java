package dev.nameplate;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The part of JSON Schema that the document of `/v1` is written in. A keyword that is not known here fails the test: it
/// would not be checked.
final class ApiSchema {
    private static final List<String> KNOWN =
            List.of(
                    "$ref",
                    "type",
                    "format",
                    "enum",
                    "const",
                    "required",
                    "properties",
                    "additionalProperties",
                    "items",
                    "oneOf",
                    "minItems",
                    "maxItems",
                    "minimum",
                    "maximum",
                    "minLength",
                    "maxLength",
                    "default",
                    "description",
                    "examples");

    private final JsonNode document;

    ApiSchema(JsonNode document) {
        this.document = document;
    }

    /// What a `$ref` stands for, or the node itself.
    JsonNode resolved(JsonNode node) {
        JsonNode at = node;
        while (at.has("$ref")) {
            String pointer = at.path("$ref").textValue().substring(1);
            at = document.at(pointer);
            if (at.isMissingNode()) {
                throw new AssertionError("the document has no " + pointer);
            }
        }
        return at;
    }

    /// What of `value` is not as the schema says. A member that is not listed is told too, unless others are let in.
    List<String> differences(JsonNode schema, JsonNode value) {
        List<String> found = new ArrayList<>();
        check(schema, value, "$", found);
        return found;
    }

    private void check(JsonNode given, JsonNode value, String path, List<String> found) {
        JsonNode schema = resolved(given);
        schema.fieldNames()
                .forEachRemaining(word -> {
                    if (!KNOWN.contains(word)) {
                        throw new AssertionError("a keyword this test does not know: " + word);
                    }
                });
        if (schema.has("oneOf")) {
            long fitting =
                    schema.path("oneOf")
                            .valueStream()
                            .filter(each -> differences(each, value).isEmpty())
                            .count();
            if (fitting != 1) {
                found.add(path + " fits " + fitting + " of the forms");
            }
            return;
        }
        if (schema.has("type") && types(schema.path("type")).noneMatch(type -> isOf(type, value))) {
            found.add(path + " is not " + schema.path("type") + ": " + value.getNodeType());
            return;
        }
        if (schema.has("enum")
                && schema.path("enum").valueStream().noneMatch(each -> each.equals(value))) {
            found.add(path + " is not among " + schema.path("enum") + ": " + value);
        }
        if (value.isNumber()
                && (value.doubleValue() < schema.path("minimum").asDouble(-Double.MAX_VALUE)
                        || value.doubleValue()
                                > schema.path("maximum").asDouble(Double.MAX_VALUE))) {
            found.add(path + " is out of bounds: " + value);
        }
        if (schema.path("format").asText().equals("date-time") && value.isTextual()) {
            try {
                Instant.parse(value.textValue());
            } catch (DateTimeException _) {
                found.add(path + " is no time: " + value);
            }
        }
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), path + "[" + i + "]", found);
            }
        }
        if (value.isObject()) {
            object(schema, value, path, found);
        }
    }

    private void object(JsonNode schema, JsonNode value, String path, List<String> found) {
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.textValue())) {
                found.add(path + " has no " + name.textValue());
            }
        }
        JsonNode others = schema.path("additionalProperties");
        value.properties()
                .forEach(member -> {
                    String at = path + "." + member.getKey();
                    JsonNode listed = schema.path("properties").path(member.getKey());
                    if (!listed.isMissingNode()) {
                        check(listed, member.getValue(), at, found);
                    } else if (others.isObject()) {
                        check(others, member.getValue(), at, found);
                    } else if (!others.asBoolean()) {
                        found.add(at + " is not described");
                    }
                });
    }

    private static Stream<String> types(JsonNode type) {
        return type.isArray()
                ? type.valueStream().map(JsonNode::textValue)
                : Stream.of(type.textValue());
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> throw new AssertionError("no type of JSON Schema: " + type);
        };
    }
}
