package dev.nameplate.certificate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.dns.Cause;
import dev.nameplate.dns.Dnssec;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.Trace;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// A diagnosis as it rests in the store, and as our REST API shows it.
final class DiagnosisJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private DiagnosisJson() {}

    static String write(Diagnosis diagnosis) {
        Finding finding = diagnosis.finding();
        ObjectNode json =
                MAPPER.createObjectNode()
                        .put("cause", finding.cause().name())
                        .put("actor", diagnosis.actor().name())
                        .put("words", finding.words());
        if (!finding.remedy().isEmpty()) {
            json.put("remedy", finding.remedy());
        }
        finding.seen().ifPresent(seen -> json.put("seen", seen));
        put(json, "servers", finding.servers());
        json.put("dnssec", finding.trace().dnssec().name());
        if (!finding.trace().path().isEmpty()) {
            var path = json.putArray("path");
            finding.trace()
                    .path()
                    .forEach(cut ->
                            put(
                                    path.addObject().put("zone", cut.zone()),
                                    "servers",
                                    cut.servers()));
        }
        if (!finding.trace().asked().isEmpty()) {
            var all = json.putArray("answers");
            for (Trace.Asked each : finding.trace().asked()) {
                ObjectNode answer =
                        all.addObject()
                                .put("server", each.server())
                                .put("question", each.question())
                                .put("outcome", each.outcome())
                                .put("millis", each.millis());
                put(answer, "records", each.records());
            }
        }
        diagnosis
                .caa()
                .ifPresent(caa ->
                        json.putObject("caa")
                                .put("verdict", caa.verdict())
                                .put("at", caa.at())
                                .put("records", caa.records()));
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can always be written", e);
        }
    }

    static Diagnosis read(String text) {
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a stored diagnosis is not JSON", e);
        }
        Finding finding =
                new Finding(
                        Cause.valueOf(json.path("cause").asText()),
                        json.path("words").asText(),
                        json.path("remedy").asText(""),
                        Optional.ofNullable(json.path("seen").textValue()),
                        texts(json.path("servers")),
                        new Trace(
                                list(json.path("path")).stream()
                                        .map(cut ->
                                                new Trace.Cut(
                                                        cut.path("zone").asText(),
                                                        texts(cut.path("servers"))))
                                        .toList(),
                                list(json.path("answers")).stream()
                                        .map(DiagnosisJson::asked)
                                        .toList(),
                                Dnssec.valueOf(json.path("dnssec").asText())));
        JsonNode caa = json.path("caa");
        return new Diagnosis(
                finding,
                caa.isObject()
                        ? Optional.of(
                                new Diagnosis.Caa(
                                        caa.path("verdict").asText(),
                                        caa.path("at").asText(),
                                        caa.path("records").asText()))
                        : Optional.empty());
    }

    private static Trace.Asked asked(JsonNode json) {
        return new Trace.Asked(
                json.path("server").asText(),
                json.path("question").asText(),
                json.path("outcome").asText(),
                texts(json.path("records")),
                json.path("millis").asLong());
    }

    private static void put(ObjectNode json, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            var array = json.putArray(name);
            texts.forEach(array::add);
        }
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static List<String> texts(JsonNode array) {
        return list(array).stream().map(JsonNode::asText).toList();
    }
}
