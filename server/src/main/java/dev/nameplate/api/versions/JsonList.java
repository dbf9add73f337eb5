package dev.nameplate.api.versions;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A JSON array that is written as it grows: a tree of a long one would need several times the memory.
final class JsonList {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonGenerator generator;
    private int size;

    JsonList() {
        try {
            generator = MAPPER.createGenerator(bytes);
            generator.writeStartArray();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes are written to memory", e);
        }
    }

    void add(ObjectNode element) {
        try {
            MAPPER.writeTree(generator, element);
            size++;
        } catch (IOException e) {
            throw new UncheckedIOException("bytes are written to memory", e);
        }
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        try {
            generator.writeEndArray();
            generator.close();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes are written to memory", e);
        }
        return bytes.toByteArray();
    }
}
