package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Reads members of one JSON object, reporting what is missing or of the wrong kind under the member's path.
///
/// @param path of the object, empty for the root
record Fields(String path, JsonNode object, Problems problems) {

    String path(String member) {
        return path.isEmpty() ? member : path + "." + member;
    }

    boolean has(String member) {
        return object.hasNonNull(member);
    }

    /// A text that is not blank, without the blanks around it.
    Optional<String> text(String member) {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            problems.add(path(member), "must be a string");
            return Optional.empty();
        }
        return Optional.of(value.textValue().strip()).filter(text -> !text.isEmpty());
    }

    Optional<String> requiredText(String member) {
        int before = problems.count();
        Optional<String> text = text(member);
        if (text.isEmpty() && problems.count() == before) {
            problems.add(path(member), has(member) ? "is empty" : "is required");
        }
        return text;
    }

    /// The documented strings `"true"` and `"false"`, or the JSON literals.
    Optional<Boolean> flag(String member) {
        JsonNode value = object.path(member);
        if (value.isBoolean()) {
            return Optional.of(value.booleanValue());
        }
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isTextual() && value.textValue().strip().equalsIgnoreCase("true")) {
            return Optional.of(true);
        }
        if (value.isTextual() && value.textValue().strip().equalsIgnoreCase("false")) {
            return Optional.of(false);
        }
        problems.add(path(member), "must be \"true\" or \"false\"");
        return Optional.empty();
    }

    Optional<Boolean> requiredFlag(String member) {
        if (!has(member)) {
            problems.add(path(member), "is required: \"true\" or \"false\"");
        }
        return flag(member);
    }

    /// The elements of a list; empty if the member is missing or not a list.
    List<JsonNode> list(String member) {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            problems.add(path(member), "must be a list");
            return List.of();
        }
        return IntStream.range(0, value.size()).mapToObj(value::get).toList();
    }

    Optional<Fields> child(String member) {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        return of(path(member), value, problems);
    }

    static Optional<Fields> of(String path, JsonNode value, Problems problems) {
        if (!value.isObject()) {
            problems.add(path, "must be an object");
            return Optional.empty();
        }
        return Optional.of(new Fields(path, value, problems));
    }
}
