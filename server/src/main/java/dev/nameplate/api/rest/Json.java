package dev.nameplate.api.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.wire.model.StorableText;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Strict JSON, bounded in depth.
public final class Json {
    private static final int MAX_DEPTH = 32;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    // A body may hold a private key, which an error must not quote.
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /// A piece of a body, whose place the caller knows.
    ///
    /// @throws JsonProcessingException with the place in the piece
    /// @throws IOException if it is not UTF-8
    public static JsonNode piece(byte[] text) throws IOException {
        return MAPPER.readTree(text);
    }

    static JsonNode parse(byte[] body) {
        JsonNode read;
        try {
            read = MAPPER.readTree(body);
        } catch (IOException _) {
            throw Problem.badRequest("the body is not JSON in UTF-8");
        }
        flaw(read)
                .ifPresent(flaw -> {
                    throw Problem.badRequest("the body must not hold " + flaw);
                });
        return read;
    }

    /// What no store keeps, in any name or text of the tree, see [StorableText]; or a number beyond what a double holds, which
    /// would be written as a text.
    public static Optional<String> flaw(JsonNode node) {
        if (node.isTextual()) {
            return StorableText.flaw(node.textValue());
        }
        if (node.isDouble() && !Double.isFinite(node.doubleValue())) {
            return Optional.of("a number that large");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            Optional<String> flaw =
                    StorableText.flaw(member.getKey()).or(() -> flaw(member.getValue()));
            if (flaw.isPresent()) {
                return flaw;
            }
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                Optional<String> flaw = flaw(element);
                if (flaw.isPresent()) {
                    return flaw;
                }
            }
        }
        return Optional.empty();
    }

    /// What is misspelled must not pass for what was left out.
    ///
    /// @throws Problem if there is a member that is not `known`
    public static void checkMembers(ObjectNode body, List<String> known) {
        body.fieldNames()
                .forEachRemaining(member -> {
                    if (!known.contains(member)) {
                        throw Problem.badRequest(
                                "there is no member "
                                        + member
                                        + "; the body may have "
                                        + String.join(", ", known));
                    }
                });
    }

    /// Empty unless it is a list of nothing but texts.
    public static Optional<List<String>> texts(JsonNode given) {
        return given.isArray() && given.valueStream().allMatch(JsonNode::isTextual)
                ? Optional.of(given.valueStream().map(JsonNode::textValue).toList())
                : Optional.empty();
    }

    /// False where it is left out.
    ///
    /// @throws Problem if it is anything but true or false
    public static boolean flag(ObjectNode body, String member) {
        JsonNode value = body.path(member);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw Problem.badRequest(member + " must be true or false");
        }
        return value.asBoolean();
    }

    /// What we have written ourselves.
    static JsonNode stored(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("what is stored is not JSON", e);
        }
    }

    /// What comes with the program.
    static JsonNode stored(byte[] text) throws IOException {
        return MAPPER.readTree(text);
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }
}
