package dev.nameplate.api.saas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;

import java.io.IOException;
import java.io.UncheckedIOException;

/// JSON as people write it: the documented samples have trailing commas, and a PEM is often pasted with its line breaks.
final class LenientJson {
    private static final int MAX_DEPTH = 32;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    // Error messages would quote the source, and the source may
                                    // hold a private key.
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    // The body as a whole is bounded by the door.
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final ObjectWriter PRETTY =
            MAPPER.writer(
                    new DefaultPrettyPrinter()
                            .withObjectIndenter(new DefaultIndenter("    ", "\n"))
                            .withArrayIndenter(new DefaultIndenter("    ", "\n")));

    private LenientJson() {}

    /// The position is named, not the text found there, which may be part of a key.
    static ObjectNode parse(byte[] body) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new BadRequest("body", "it is not JSON" + at(e.getLocation()));
        } catch (IOException e) {
            throw new BadRequest("body", "it is not JSON in UTF-8");
        }
        if (!(root instanceof ObjectNode object)) {
            throw new BadRequest("body", "it must be a JSON object");
        }
        Json.flaw(object)
                .ifPresent(flaw -> {
                    throw new BadRequest("body", "it must not hold " + flaw);
                });
        return object;
    }

    private static String at(JsonLocation location) {
        return location == null
                ? ""
                : ": look at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static String pretty(JsonNode node) {
        try {
            return PRETTY.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }
}
