package dev.nameplate.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.TrustedKeys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The behaviours of a stored configuration.
final class BehaviorJson {
    private BehaviorJson() {}

    static ObjectNode write(Behavior behavior) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("pathPattern", behavior.pathPattern());
        json.put("originId", behavior.targetId());
        json.put("viewerProtocol", behavior.viewerProtocol().name());
        json.set("allowedMethods", JsonParts.texts(new TreeSet<>(behavior.allowedMethods())));
        json.set("cachedMethods", JsonParts.texts(new TreeSet<>(behavior.cachedMethods())));
        json.set(behavior.caching().enabled() ? "cache" : "uncached", caching(behavior.caching()));
        json.set("forward", parts(behavior.forwarding()));
        json.put("compress", behavior.compress());
        behavior.responseHeaders()
                .ifPresent(
                        policy -> json.set("responseHeaders", ResponseHeadersJson.write(policy)));
        behavior.trustedKeys().ifPresent(keys -> json.set("trustedKeys", keys(keys)));
        return json;
    }

    static Behavior read(JsonNode json) {
        return Behavior.of(
                        json.required("pathPattern").asText(), json.required("originId").asText())
                .toBuilder()
                .viewerProtocol(
                        Behavior.ViewerProtocol.valueOf(json.required("viewerProtocol").asText()))
                .allowedMethods(JsonParts.names(json.required("allowedMethods")))
                .cachedMethods(JsonParts.names(json.required("cachedMethods")))
                .caching(
                        JsonParts.optional(json, "cache")
                                .map(cache -> caching(true, cache))
                                .or(() ->
                                        JsonParts.optional(json, "uncached")
                                                .map(cache -> caching(false, cache)))
                                .orElse(Caching.off(RequestParts.NONE)))
                .forwarding(parts(json.required("forward")))
                .compress(json.path("compress").asBoolean(false))
                .responseHeaders(
                        JsonParts.optional(json, "responseHeaders").map(ResponseHeadersJson::read))
                .trustedKeys(JsonParts.optional(json, "trustedKeys").map(BehaviorJson::keys))
                .build();
    }

    private static ObjectNode caching(Caching caching) {
        ObjectNode json = parts(caching.key());
        json.put("minTtl", caching.minimum().toMillis());
        json.put("defaultTtl", caching.byDefault().toMillis());
        json.put("maxTtl", caching.maximum().toMillis());
        json.set(
                "codings",
                JsonParts.texts(
                        caching.codings().stream().map(ContentCoding::name).sorted().toList()));
        return json;
    }

    private static Caching caching(boolean enabled, JsonNode json) {
        Set<ContentCoding> codings =
                JsonParts.texts(json.path("codings")).stream()
                        .map(ContentCoding::valueOf)
                        .collect(Collectors.toUnmodifiableSet());
        return new Caching(
                enabled,
                JsonParts.millis(json, "minTtl"),
                JsonParts.millis(json, "defaultTtl"),
                JsonParts.millis(json, "maxTtl"),
                parts(json),
                codings);
    }

    private static ObjectNode parts(RequestParts parts) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("headers", selection(parts.headers()));
        json.set("cookies", selection(parts.cookies()));
        json.set("queryStrings", selection(parts.queryStrings()));
        return json;
    }

    private static RequestParts parts(JsonNode json) {
        return new RequestParts(
                selection(json.required("headers")),
                selection(json.required("cookies")),
                selection(json.required("queryStrings")));
    }

    /// `"none"`, `"all"`, `{"only": […]}`, `{"allAnd": […]}` or `{"allExcept": […]}`.
    private static JsonNode selection(Selection selection) {
        return switch (selection) {
            case Selection.None() -> JsonNodeFactory.instance.textNode("none");
            case Selection.All() -> JsonNodeFactory.instance.textNode("all");
            case Selection.Only(Set<String> names) ->
                    JsonNodeFactory.instance
                            .objectNode()
                            .set("only", JsonParts.texts(new TreeSet<>(names)));
            case Selection.AllAnd(Set<String> names) ->
                    JsonNodeFactory.instance
                            .objectNode()
                            .set("allAnd", JsonParts.texts(new TreeSet<>(names)));
            case Selection.AllExcept(Set<String> names) ->
                    JsonNodeFactory.instance
                            .objectNode()
                            .set("allExcept", JsonParts.texts(new TreeSet<>(names)));
        };
    }

    private static Selection selection(JsonNode json) {
        if (json.isTextual()) {
            return json.asText().equals("all") ? Selection.ALL : Selection.NONE;
        }
        return json.has("only")
                ? new Selection.Only(JsonParts.names(json.required("only")))
                : json.has("allAnd")
                        ? new Selection.AllAnd(JsonParts.names(json.required("allAnd")))
                        : new Selection.AllExcept(JsonParts.names(json.required("allExcept")));
    }

    /// By id: algorithm and the key in X.509 form.
    private static ObjectNode keys(TrustedKeys trusted) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(trusted.keys())
                .forEach((id, key) ->
                        json.putObject(id)
                                .put("algorithm", key.getAlgorithm())
                                .put("key", Base64.getEncoder().encodeToString(key.getEncoded())));
        return json;
    }

    private static TrustedKeys keys(JsonNode json) {
        Map<String, PublicKey> keys = new HashMap<>();
        json.properties().forEach(entry -> keys.put(entry.getKey(), key(entry.getValue())));
        return new TrustedKeys(keys);
    }

    private static PublicKey key(JsonNode json) {
        try {
            return KeyFactory.getInstance(json.required("algorithm").asText())
                    .generatePublic(
                            new X509EncodedKeySpec(
                                    Base64.getDecoder().decode(json.required("key").asText())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the store holds a damaged public key", e);
        }
    }
}
