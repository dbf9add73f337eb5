package dev.nameplate.distribution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig.Behavior;
import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.Forward;
import dev.nameplate.distribution.ServedConfig.OriginProtocol;
import dev.nameplate.distribution.ServedConfig.OriginServer;
import dev.nameplate.distribution.ServedConfig.Selection;
import dev.nameplate.distribution.ServedConfig.ViewerProtocol;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/// How a [ServedConfig] rests in the store. Written by hand rather than by reflection: rows outlive releases, so a renamed
/// component must not change what is read back. Sets are written in order, times as milliseconds.
final class ServedConfigJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ServedConfigJson() {}

    static String write(ServedConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("enabled", config.enabled());
        json.set("aliases", texts(config.aliases().stream().map(DomainName::ascii).toList()));
        config.certificate().ifPresent(id -> json.put("certificate", id.toString()));
        json.put("minimumTls", config.minimumTls());
        json.put("defaultRootObject", config.defaultRootObject());
        ArrayNode origins = json.putArray("origins");
        config.origins().forEach(origin -> origins.add(origin(origin)));
        ArrayNode behaviors = json.putArray("behaviors");
        config.behaviors().forEach(behavior -> behaviors.add(behavior(behavior)));
        return json.toString();
    }

    static ServedConfig read(String text) {
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the store holds a damaged served configuration", e);
        }
        return new ServedConfig(
                json.required("enabled").asBoolean(),
                list(json.required("aliases"), alias -> new DomainName(alias.asText())),
                Optional.ofNullable(json.get("certificate"))
                        .map(id -> new CertificateId(UUID.fromString(id.asText()))),
                json.required("minimumTls").asText(),
                json.required("defaultRootObject").asText(),
                list(json.required("origins"), ServedConfigJson::origin),
                list(json.required("behaviors"), ServedConfigJson::behavior));
    }

    private static ObjectNode origin(OriginServer origin) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", origin.id());
        json.put("host", origin.host());
        json.put("httpPort", origin.httpPort());
        json.put("httpsPort", origin.httpsPort());
        json.put("protocol", origin.protocol().name());
        json.put("path", origin.path());
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(origin.headers()).forEach(headers::put);
        json.put("connectTimeout", origin.connectTimeout().toMillis());
        json.put("connectAttempts", origin.connectAttempts());
        json.put("readTimeout", origin.readTimeout().toMillis());
        json.put("keepAlive", origin.keepAlive().toMillis());
        return json;
    }

    private static OriginServer origin(JsonNode json) {
        Map<String, String> headers = new LinkedHashMap<>();
        json.required("headers")
                .properties()
                .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
        return new OriginServer(
                json.required("id").asText(),
                json.required("host").asText(),
                json.required("httpPort").asInt(),
                json.required("httpsPort").asInt(),
                OriginProtocol.valueOf(json.required("protocol").asText()),
                json.required("path").asText(),
                headers,
                millis(json, "connectTimeout"),
                json.required("connectAttempts").asInt(),
                millis(json, "readTimeout"),
                millis(json, "keepAlive"));
    }

    private static ObjectNode behavior(Behavior behavior) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("pathPattern", behavior.pathPattern());
        json.put("originId", behavior.originId());
        json.put("viewerProtocol", behavior.viewerProtocol().name());
        json.set("allowedMethods", texts(new TreeSet<>(behavior.allowedMethods())));
        json.set("cachedMethods", texts(new TreeSet<>(behavior.cachedMethods())));
        behavior.cache().ifPresent(rule -> json.set("cache", cache(rule)));
        Forward forward = behavior.forward();
        json.set(
                "forward",
                selections(forward.headers(), forward.cookies(), forward.queryStrings()));
        return json;
    }

    private static Behavior behavior(JsonNode json) {
        JsonNode forward = json.required("forward");
        return new Behavior(
                json.required("pathPattern").asText(),
                json.required("originId").asText(),
                ViewerProtocol.valueOf(json.required("viewerProtocol").asText()),
                names(json.required("allowedMethods")),
                names(json.required("cachedMethods")),
                Optional.ofNullable(json.get("cache")).map(ServedConfigJson::cache),
                new Forward(
                        selection(forward.required("headers")),
                        selection(forward.required("cookies")),
                        selection(forward.required("queryStrings"))));
    }

    private static ObjectNode cache(CacheRule rule) {
        ObjectNode json = selections(rule.headers(), rule.cookies(), rule.queryStrings());
        json.put("minTtl", rule.minTtl().toMillis());
        json.put("defaultTtl", rule.defaultTtl().toMillis());
        json.put("maxTtl", rule.maxTtl().toMillis());
        return json;
    }

    private static CacheRule cache(JsonNode json) {
        return new CacheRule(
                millis(json, "minTtl"),
                millis(json, "defaultTtl"),
                millis(json, "maxTtl"),
                selection(json.required("headers")),
                selection(json.required("cookies")),
                selection(json.required("queryStrings")));
    }

    private static ObjectNode selections(
            Selection headers, Selection cookies, Selection queryStrings) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("headers", selection(headers));
        json.set("cookies", selection(cookies));
        json.set("queryStrings", selection(queryStrings));
        return json;
    }

    /// `"none"`, `"all"`, `{"only": […]}` or `{"allExcept": […]}`.
    private static JsonNode selection(Selection selection) {
        return switch (selection) {
            case Selection.None() -> JsonNodeFactory.instance.textNode("none");
            case Selection.All() -> JsonNodeFactory.instance.textNode("all");
            case Selection.Only(Set<String> names) ->
                    JsonNodeFactory.instance.objectNode().set("only", texts(new TreeSet<>(names)));
            case Selection.AllExcept(Set<String> names) ->
                    JsonNodeFactory.instance
                            .objectNode()
                            .set("allExcept", texts(new TreeSet<>(names)));
        };
    }

    private static Selection selection(JsonNode json) {
        if (json.isTextual()) {
            return json.asText().equals("all") ? new Selection.All() : new Selection.None();
        }
        return json.has("only")
                ? new Selection.Only(names(json.required("only")))
                : new Selection.AllExcept(names(json.required("allExcept")));
    }

    private static ArrayNode texts(Collection<String> values) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        values.forEach(json::add);
        return json;
    }

    private static Set<String> names(JsonNode json) {
        return Set.copyOf(list(json, JsonNode::asText));
    }

    private static <T> List<T> list(JsonNode json, Function<JsonNode, T> element) {
        List<T> values = new ArrayList<>();
        json.forEach(value -> values.add(element.apply(value)));
        return values;
    }

    private static Duration millis(JsonNode json, String field) {
        return Duration.ofMillis(json.required(field).asLong());
    }
}
