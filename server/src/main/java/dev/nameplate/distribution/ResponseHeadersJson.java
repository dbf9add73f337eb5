package dev.nameplate.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.edge.config.ResponseHeaders;

import java.time.Duration;

/// The response headers policies inside a stored configuration.
final class ResponseHeadersJson {
    private ResponseHeadersJson() {}

    static ObjectNode write(ResponseHeaders policy) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("remove", JsonParts.texts(policy.remove()));
        policy.cors().ifPresent(cors -> json.set("cors", cors(cors)));
        json.set("set", JsonParts.array(policy.set(), ResponseHeadersJson::fixed));
        json.put("serverTimingPercent", policy.serverTimingPercent());
        return json;
    }

    static ResponseHeaders read(JsonNode json) {
        return new ResponseHeaders(
                JsonParts.texts(json.required("remove")),
                JsonParts.optional(json, "cors").map(ResponseHeadersJson::cors),
                JsonParts.list(json.required("set"), ResponseHeadersJson::fixed),
                json.required("serverTimingPercent").asDouble());
    }

    private static ObjectNode fixed(ResponseHeaders.Fixed fixed) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", fixed.name())
                .put("value", fixed.value())
                .put("override", fixed.override());
    }

    private static ResponseHeaders.Fixed fixed(JsonNode json) {
        return new ResponseHeaders.Fixed(
                json.required("name").asText(),
                json.required("value").asText(),
                json.required("override").asBoolean());
    }

    private static ObjectNode cors(ResponseHeaders.Cors cors) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("allowOrigins", JsonParts.texts(cors.allowOrigins()));
        json.set("allowHeaders", JsonParts.texts(cors.allowHeaders()));
        json.set("allowMethods", JsonParts.texts(cors.allowMethods()));
        json.put("allowCredentials", cors.allowCredentials());
        json.set("exposeHeaders", JsonParts.texts(cors.exposeHeaders()));
        cors.maxAge().ifPresent(age -> json.put("maxAge", age.toMillis()));
        json.put("override", cors.override());
        return json;
    }

    private static ResponseHeaders.Cors cors(JsonNode json) {
        return new ResponseHeaders.Cors(
                JsonParts.texts(json.required("allowOrigins")),
                JsonParts.texts(json.required("allowHeaders")),
                JsonParts.texts(json.required("allowMethods")),
                json.required("allowCredentials").asBoolean(),
                JsonParts.texts(json.required("exposeHeaders")),
                JsonParts.optional(json, "maxAge").map(age -> Duration.ofMillis(age.asLong())),
                json.required("override").asBoolean());
    }
}
