package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

/// What a call is answered with.
public record Answer(int status, Headers headers, JsonNode body) {

    public static Answer ok(JsonNode body) {
        return new Answer(200, Headers.none(), body);
    }

    public static Answer created(String location, JsonNode body) {
        return new Answer(201, Headers.of("Location", location), body);
    }

    /// Work has been started that this answer does not wait for.
    public static Answer accepted(JsonNode body) {
        return new Answer(202, Headers.none(), body);
    }

    HttpResponse response() {
        return new HttpResponse(
                status,
                headers.with("Content-Type", "application/json").with("Cache-Control", "no-store"),
                Json.bytes(body));
    }
}
