package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.Reply;
import dev.nameplate.wire.StreamedResponse;

/// What a call is answered with.
public record Answer(Reply reply) {

    public static Answer ok(JsonNode body) {
        return whole(200, Headers.none(), body);
    }

    public static Answer created(String location, JsonNode body) {
        return whole(201, Headers.of("Location", location), body);
    }

    /// Work has been started that this answer does not wait for.
    public static Answer accepted(JsonNode body) {
        return whole(202, Headers.none(), body);
    }

    /// There is nothing to say.
    public static Answer nothing() {
        return new Answer(new HttpResponse(204, Headers.none(), new byte[0]));
    }

    /// Written as it comes. Whatever may be refused has to be before.
    public static Answer streamed(String type, StreamedResponse.Body body) {
        return new Answer(
                new StreamedResponse(
                        200,
                        Headers.of("Content-Type", type).with("Cache-Control", "no-store"),
                        body));
    }

    private static Answer whole(int status, Headers headers, JsonNode body) {
        return new Answer(
                new HttpResponse(
                        status,
                        headers.with("Content-Type", "application/json")
                                .with("Cache-Control", "no-store"),
                        Json.bytes(body)));
    }
}
