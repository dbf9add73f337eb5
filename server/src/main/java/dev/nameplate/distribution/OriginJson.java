package dev.nameplate.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.edge.config.Origin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// The origins of a stored configuration.
final class OriginJson {
    private OriginJson() {}

    static ObjectNode write(Origin origin) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", origin.id());
        json.put("host", origin.host());
        json.put("httpPort", origin.httpPort());
        json.put("httpsPort", origin.httpsPort());
        json.put("protocol", origin.protocolPolicy().name());
        json.put("path", origin.path());
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(origin.customHeaders()).forEach(headers::put);
        json.put("connectTimeout", origin.connectTimeout().toMillis());
        json.put("connectAttempts", origin.connectionAttempts());
        json.put("readTimeout", origin.readTimeout().toMillis());
        json.put("keepAlive", origin.keepAlive().toMillis());
        return json;
    }

    static Origin read(JsonNode json) {
        Map<String, String> headers = new LinkedHashMap<>();
        json.required("headers")
                .properties()
                .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
        return Origin.of(
                        json.required("id").asText(),
                        json.required("host").asText(),
                        Origin.ProtocolPolicy.valueOf(json.required("protocol").asText()))
                .toBuilder()
                .httpPort(json.required("httpPort").asInt())
                .httpsPort(json.required("httpsPort").asInt())
                .path(json.required("path").asText())
                .customHeaders(headers)
                .connectTimeout(JsonParts.millis(json, "connectTimeout"))
                .connectionAttempts(json.required("connectAttempts").asInt())
                .readTimeout(JsonParts.millis(json, "readTimeout"))
                .keepAlive(JsonParts.millis(json, "keepAlive"))
                .build();
    }
}
