package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.wire.HttpRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// An authenticated call.
///
/// @param request without its body, where the route reads that by itself
/// @param path values of the segments in braces of the [Route]
/// @param stream the body, where the route reads it by itself
public record Call(
        AccountId account, HttpRequest request, Map<String, String> path, InputStream stream) {
    private static final Pattern REQUEST_KEY = Pattern.compile("[!-~]{1,255}");

    public String segment(String name) {
        return Optional.ofNullable(path.get(name))
                .orElseThrow(() ->
                        new IllegalArgumentException("the route has no segment {" + name + "}"));
    }

    public Optional<String> query(String name) {
        return Query.value(request.rawQuery(), name);
    }

    /// A whole number out of the query.
    ///
    /// @throws Problem if it is none, or out of bounds
    public int number(String name, int least, int most, int standard) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return standard;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Refused below, with what is too large.
        }
        throw Problem.badRequest(name + " must be a whole number from " + least + " to " + most);
    }

    /// Of `Idempotency-Key`.
    ///
    /// @throws Problem if it can be none
    public Optional<String> requestKey() {
        Optional<String> key = request.headers().first("Idempotency-Key");
        if (key.filter(text -> !REQUEST_KEY.matcher(text).matches()).isPresent()) {
            throw Problem.badRequest(
                    "an Idempotency-Key has 1 to 255 printable ASCII characters and no blank");
        }
        return key;
    }

    /// With the body read whole, where the route reads it by itself.
    ///
    /// @throws Problem if it is longer than `maxBody`
    public Call whole(int maxBody) {
        return new Call(account, request.with(read(stream, maxBody)), path, stream);
    }

    static byte[] read(InputStream stream, int maxBody) {
        try {
            byte[] body = stream.readNBytes(maxBody + 1);
            if (body.length > maxBody) {
                throw Problem.tooLong(maxBody);
            }
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The body as a JSON object.
    ///
    /// @throws Problem if it is not one, or too long
    public ObjectNode body() {
        JsonNode body = Json.parse(request.body());
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw Problem.badRequest("the body must be a JSON object");
    }
}
