package dev.nameplate.api.acme;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;

/// Strict JSON: no member twice, nothing behind the end, bounded in depth.
final class AcmeJson {
    private static final int MAX_DEPTH = 16;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private AcmeJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }

    /// @param what for the message
    /// @throws AcmeProblem if it is not an object
    static ObjectNode parse(byte[] text, String what) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException _) {
            // Refused below, as what is no object.
        }
        throw AcmeProblem.malformed(what + " is not a JSON object");
    }

    static ObjectNode stored(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("what is stored is not JSON", e);
        }
    }

    static Optional<String> text(JsonNode object, String member) {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw AcmeProblem.malformed(member + " must be a string");
        }
        return Optional.of(value.textValue());
    }

    static String required(JsonNode object, String member) {
        return text(object, member)
                .orElseThrow(() -> AcmeProblem.malformed(member + " is missing"));
    }

    /// Base64url without padding (RFC 8555 section 6.1).
    static byte[] base64(String text, String what) {
        if (text.indexOf('=') < 0) {
            try {
                return Base64.getUrlDecoder().decode(text);
            } catch (IllegalArgumentException _) {
                // Refused below, with what is padded.
            }
        }
        throw AcmeProblem.malformed(what + " is not base64url without padding");
    }
}
