package dev.nameplate.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The shapes that stored configurations are made of.
final class JsonParts {
    private JsonParts() {}

    static ArrayNode texts(Collection<String> values) {
        return array(values, JsonNodeFactory.instance::textNode);
    }

    static <T> ArrayNode array(Collection<T> values, Function<T, JsonNode> element) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        values.forEach(value -> json.add(element.apply(value)));
        return json;
    }

    /// @param json an array, or missing for an empty one
    static <T> List<T> list(JsonNode json, Function<JsonNode, T> element) {
        List<T> values = new ArrayList<>();
        json.forEach(value -> values.add(element.apply(value)));
        return values;
    }

    static List<String> texts(JsonNode json) {
        return list(json, JsonNode::asText);
    }

    static Set<String> names(JsonNode json) {
        return Set.copyOf(texts(json));
    }

    static Optional<JsonNode> optional(JsonNode json, String field) {
        return Optional.ofNullable(json.get(field));
    }

    static Duration millis(JsonNode json, String field) {
        return Duration.ofMillis(json.required(field).asLong());
    }
}
