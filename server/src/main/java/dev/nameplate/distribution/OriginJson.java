package dev.nameplate.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.edge.config.Origin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

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
        origin.completionTimeout()
                .ifPresent(timeout -> json.put("completionTimeout", timeout.toMillis()));
        json.set("tls", JsonParts.texts(new TreeSet<>(origin.tlsProtocols())));
        json.put("http2", origin.http2());
        json.put("addresses", origin.addresses().name());
        return json;
    }

    static Origin read(JsonNode json) {
        Map<String, String> headers = new LinkedHashMap<>();
        json.required("headers")
                .properties()
                .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
        Origin.Builder origin =
                Origin.of(
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
                        .keepAlive(JsonParts.millis(json, "keepAlive"));
        JsonParts.optional(json, "completionTimeout")
                .ifPresent(_ ->
                        origin.completionTimeout(
                                Optional.of(JsonParts.millis(json, "completionTimeout"))));
        JsonParts.optional(json, "tls").ifPresent(tls -> origin.tlsProtocols(JsonParts.names(tls)));
        JsonParts.optional(json, "http2").ifPresent(http2 -> origin.http2(http2.asBoolean()));
        JsonParts.optional(json, "addresses")
                .ifPresent(kind -> origin.addresses(Origin.Addresses.valueOf(kind.asText())));
        return origin.build();
    }
}
