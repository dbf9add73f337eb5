package dev.nameplate.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.UncheckedIOException;

/// An event as CloudEvents 1.0 has it, in structured mode: one JSON object. The same event gives the same bytes at every attempt.
public final class CloudEvent {
    public static final String MEDIA_TYPE = "application/cloudevents+json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPES = "dev.nameplate.";

    private CloudEvent() {}

    public static byte[] json(Event event) {
        try {
            return JSON.writeValueAsBytes(
                    JSON.createObjectNode()
                            .put("specversion", "1.0")
                            .put("id", event.id())
                            .put("source", "urn:nameplate:account:" + event.account().value())
                            .put("type", TYPES + event.type().word())
                            .put("subject", event.subject())
                            .put("time", event.at().toString())
                            .put("datacontenttype", "application/json")
                            .set("data", event.data()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }
}
