package dev.nameplate.api.saas;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

import dev.nameplate.api.rest.Json;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/// A JSON object a line; blank lines are none.
final class NdjsonLines implements Lines {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    NdjsonLines(InputStream in) {
        this.in = new BufferedInputStream(in, 64 * 1024);
    }

    @Override
    public Optional<Line> next() throws IOException {
        while (true) {
            Optional<byte[]> text = line();
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!isBlank(text.get())) {
                return Optional.of(parsed(text.get()));
            }
        }
    }

    private Line parsed(byte[] text) {
        String place = "line " + number;
        try {
            return new Line(place, Json.piece(text));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new BadRequest(
                    at == null ? place : place + ", column " + at.getColumnNr(), "is not JSON");
        } catch (IOException _) {
            throw new BadRequest(place, "is not JSON in UTF-8");
        }
    }

    private Optional<byte[]> line() throws IOException {
        line.reset();
        number++;
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() == LONGEST) {
                throw new BadRequest(
                        "line " + number + ", column " + LONGEST, "is longer than an entry may be");
            }
            line.write(next);
        }
        byte[] text = line.toByteArray();
        int marked = BYTE_ORDER_MARK.length;
        return Optional.of(
                number == 1
                                && text.length >= marked
                                && Arrays.equals(text, 0, marked, BYTE_ORDER_MARK, 0, marked)
                        ? Arrays.copyOfRange(text, marked, text.length)
                        : text);
    }

    private static boolean isBlank(byte[] text) {
        for (byte each : text) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }
}
