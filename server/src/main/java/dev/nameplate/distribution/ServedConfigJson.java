package dev.nameplate.distribution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.Staging.Choice;
import dev.nameplate.edge.config.Staging.Stickiness;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// How a [ServedConfig] rests in the store. Written by hand rather than by reflection: rows outlive releases, so a renamed
/// component must not change what is read back, and what an earlier release did not write has a default. Sets are written in
/// order, times as milliseconds.
final class ServedConfigJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ServedConfigJson() {}

    static String write(ServedConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("enabled", config.enabled());
        json.set(
                "aliases",
                JsonParts.texts(config.aliases().stream().map(DomainName::ascii).toList()));
        config.certificate().ifPresent(id -> json.put("certificate", id.toString()));
        json.put("minimumTls", config.minimumTls());
        json.put("defaultRootObject", config.defaultRootObject());
        json.set("origins", JsonParts.array(config.origins(), OriginJson::write));
        json.set("originGroups", JsonParts.array(config.originGroups(), ServedConfigJson::group));
        json.set("behaviors", JsonParts.array(config.behaviors(), BehaviorJson::write));
        json.set("errorAnswers", JsonParts.array(config.errorAnswers(), ServedConfigJson::error));
        config.geoRestriction().ifPresent(geo -> json.set("geoRestriction", geo(geo)));
        config.template()
                .ifPresent(template ->
                        json.set(
                                "template",
                                JsonParts.array(
                                        template.parameters(), ServedConfigJson::parameter)));
        json.put("staging", config.staging());
        config.trafficShare().ifPresent(share -> json.set("trafficShare", share(share)));
        json.put("http2", config.http2());
        json.put("http3", config.http3());
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
                JsonParts.list(json.required("aliases"), alias -> new DomainName(alias.asText())),
                JsonParts.optional(json, "certificate")
                        .map(id -> new CertificateId(UUID.fromString(id.asText()))),
                json.required("minimumTls").asText(),
                json.required("defaultRootObject").asText(),
                JsonParts.list(json.required("origins"), OriginJson::read),
                JsonParts.list(json.path("originGroups"), ServedConfigJson::group),
                JsonParts.list(json.required("behaviors"), BehaviorJson::read),
                JsonParts.list(json.path("errorAnswers"), ServedConfigJson::error),
                JsonParts.optional(json, "geoRestriction").map(ServedConfigJson::geo),
                JsonParts.optional(json, "template")
                        .map(parameters ->
                                new TenantTemplate(
                                        JsonParts.list(parameters, ServedConfigJson::parameter))),
                json.path("staging").asBoolean(false),
                JsonParts.optional(json, "trafficShare").map(ServedConfigJson::share),
                json.path("http2").asBoolean(true),
                json.path("http3").asBoolean(false));
    }

    private static ObjectNode group(OriginGroup group) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", group.id());
        json.put("primary", group.primaryId());
        json.put("secondary", group.secondaryId());
        json.set(
                "failoverStatuses",
                JsonParts.array(
                        new TreeSet<>(group.failoverStatuses()),
                        JsonNodeFactory.instance::numberNode));
        return json;
    }

    private static OriginGroup group(JsonNode json) {
        return new OriginGroup(
                json.required("id").asText(),
                json.required("primary").asText(),
                json.required("secondary").asText(),
                new TreeSet<>(JsonParts.list(json.required("failoverStatuses"), JsonNode::asInt)));
    }

    private static ObjectNode error(ErrorAnswer answer) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("status", answer.status());
        answer.page().ifPresent(page -> json.put("page", page.path()).put("as", page.status()));
        json.put("minimum", answer.minimum().toMillis());
        return json;
    }

    private static ErrorAnswer error(JsonNode json) {
        return new ErrorAnswer(
                json.required("status").asInt(),
                JsonParts.optional(json, "page")
                        .map(page ->
                                new ErrorAnswer.Page(page.asText(), json.required("as").asInt())),
                Duration.ofMillis(json.required("minimum").asLong()));
    }

    private static ObjectNode geo(GeoRestriction restriction) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("kind", restriction.kind().name());
        json.set("countries", JsonParts.texts(new TreeSet<>(restriction.countries())));
        return json;
    }

    private static GeoRestriction geo(JsonNode json) {
        return new GeoRestriction(
                GeoRestriction.Kind.valueOf(json.required("kind").asText()),
                JsonParts.names(json.required("countries")));
    }

    private static ObjectNode parameter(TenantTemplate.Parameter parameter) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", parameter.name());
        json.put("required", parameter.required());
        parameter.byDefault().ifPresent(value -> json.put("default", value));
        return json;
    }

    private static TenantTemplate.Parameter parameter(JsonNode json) {
        return new TenantTemplate.Parameter(
                json.required("name").asText(),
                json.required("required").asBoolean(),
                JsonParts.optional(json, "default").map(JsonNode::asText));
    }

    private static ObjectNode share(TrafficShare share) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("staging", share.staging().value());
        switch (share.choice()) {
            case Choice.ByHeader(String name, String value) ->
                    json.put("header", name).put("value", value);
            case Choice.ByWeight(double weight, Optional<Stickiness> stickiness) -> {
                json.put("weight", weight);
                stickiness.ifPresent(sticky ->
                        json.put("idle", sticky.idle().toMillis())
                                .put("maximum", sticky.maximum().toMillis()));
            }
        }
        return json;
    }

    private static TrafficShare share(JsonNode json) {
        Optional<JsonNode> header = JsonParts.optional(json, "header");
        Choice choice =
                header.isPresent()
                        ? new Choice.ByHeader(
                                header.get().asText(), json.required("value").asText())
                        : new Choice.ByWeight(
                                json.required("weight").asDouble(),
                                json.has("idle")
                                        ? Optional.of(
                                                new Stickiness(
                                                        JsonParts.millis(json, "idle"),
                                                        JsonParts.millis(json, "maximum")))
                                        : Optional.empty());
        return new TrafficShare(new DistributionId(json.required("staging").asText()), choice);
    }
}
