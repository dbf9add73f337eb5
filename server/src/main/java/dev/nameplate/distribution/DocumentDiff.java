package dev.nameplate.distribution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where two JSON documents differ, for people to read. Lists are matched by what identifies their elements, so that an origin
/// put in front is one difference and not one for every origin behind it; a changed order of the same elements is a difference
/// of its own, because of cache behaviours the first that matches counts.
final class DocumentDiff {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// Members that name an element among its siblings, in the words of either API.
    private static final List<String> IDENTITIES =
            List.of("Id", "PathPattern", "ErrorCode", "HeaderName", "path", "name");

    private final List<Difference> found = new ArrayList<>();

    private DocumentDiff() {}

    static List<Difference> between(String before, String after) {
        DocumentDiff diff = new DocumentDiff();
        diff.values("", read(before), read(after));
        return List.copyOf(diff.found);
    }

    private static JsonNode read(String document) {
        try {
            return MAPPER.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the store holds a damaged configuration", e);
        }
    }

    private void values(String path, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            members(path, before, after);
        } else if (before instanceof ArrayNode old && after instanceof ArrayNode now) {
            elements(path, old, now);
        } else {
            found.add(
                    new Difference(
                            path.isEmpty() ? "/" : path, Optional.of(before), Optional.of(after)));
        }
    }

    private void members(String path, JsonNode before, JsonNode after) {
        Set<String> names = new LinkedHashSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            either(
                    path + "/" + name.replace("~", "~0").replace("/", "~1"),
                    Optional.ofNullable(before.get(name)),
                    Optional.ofNullable(after.get(name)));
        }
    }

    private void either(String path, Optional<JsonNode> before, Optional<JsonNode> after) {
        if (before.isPresent() && after.isPresent()) {
            values(path, before.get(), after.get());
        } else {
            found.add(new Difference(path, before, after));
        }
    }

    private void elements(String path, ArrayNode before, ArrayNode after) {
        Optional<Map<String, JsonNode>> old = identified(before);
        Optional<Map<String, JsonNode>> now = identified(after);
        if (old.isEmpty() || now.isEmpty()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                either(
                        path + "/" + i,
                        Optional.ofNullable(before.get(i)),
                        Optional.ofNullable(after.get(i)));
            }
            return;
        }
        Set<String> identities = new LinkedHashSet<>(old.get().keySet());
        identities.addAll(now.get().keySet());
        for (String identity : identities) {
            either(
                    path + "[" + identity + "]",
                    Optional.ofNullable(old.get().get(identity)),
                    Optional.ofNullable(now.get().get(identity)));
        }
        ArrayNode orderBefore = shared(old.get(), now.get());
        ArrayNode orderAfter = shared(now.get(), old.get());
        if (!orderBefore.equals(orderAfter)) {
            found.add(
                    new Difference(
                            path + "[order]", Optional.of(orderBefore), Optional.of(orderAfter)));
        }
    }

    private static ArrayNode shared(Map<String, JsonNode> order, Map<String, JsonNode> others) {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        order.keySet().stream().filter(others::containsKey).forEach(names::add);
        return names;
    }

    /// The elements by what identifies each, in their order; empty if nothing does.
    private static Optional<Map<String, JsonNode>> identified(ArrayNode list) {
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (JsonNode element : list) {
            Optional<String> identity = identity(element);
            if (identity.isEmpty() || elements.put(identity.get(), element) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(elements);
    }

    private static Optional<String> identity(JsonNode element) {
        if (element.isValueNode()) {
            return Optional.of(element.asText());
        }
        return IDENTITIES.stream()
                .filter(element::hasNonNull)
                .findFirst()
                .map(name -> name + "=" + element.get(name).asText());
    }
}
