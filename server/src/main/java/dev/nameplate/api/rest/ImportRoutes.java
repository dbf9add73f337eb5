package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.Imports;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.Finding;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.pki.X509;
import dev.nameplate.wire.HttpRequest;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The import report card as a dry run: what ImportCertificate would answer, with every finding, and nothing stored.
public final class ImportRoutes {
    private static final int MAX_NAMES = 100;
    private static final List<String> MEMBERS =
            List.of("certificate", "privateKey", "chain", "names");

    private static final String CHECK = "/v1/import-check";

    private final Imports imports;

    /// Whether the request is for one of these, and so holds a private key.
    public static boolean accepts(HttpRequest request) {
        return request.rawPath().equals(CHECK);
    }

    public ImportRoutes(Imports imports) {
        this.imports = imports;
    }

    public List<Route> all() {
        return List.of(Route.post(CHECK, this::check));
    }

    private Answer check(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, MEMBERS);
        for (String needed : List.of("certificate", "privateKey")) {
            if (!body.hasNonNull(needed)) {
                throw Problem.badRequest(
                        needed
                                + " is missing; send it as PEM in a string, as ImportCertificate takes it");
            }
        }
        byte[] key = text(body, "privateKey");
        try {
            PemTriple pem = new PemTriple(text(body, "certificate"), key, text(body, "chain"));
            return Answer.ok(json(imports.card(call.account(), pem, names(body))));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] text(ObjectNode body, String member) {
        JsonNode value = body.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return new byte[0];
        }
        if (!value.isTextual()) {
            throw Problem.badRequest(member + " must be PEM in a string");
        }
        return value.textValue().getBytes(StandardCharsets.UTF_8);
    }

    private static List<DomainName> names(ObjectNode body) {
        JsonNode given = body.path("names");
        List<DomainName> names = new ArrayList<>();
        if (given.isMissingNode() || given.isNull()) {
            return names;
        }
        if (!given.isArray() || given.size() > MAX_NAMES) {
            throw Problem.badRequest("names must be an array of at most " + MAX_NAMES);
        }
        for (JsonNode each : given) {
            if (!each.isTextual()) {
                throw Problem.badRequest("names must be strings");
            }
            try {
                names.add(DomainName.parse(each.textValue()));
            } catch (DomainName.IllegalDomainName refused) {
                throw Problem.badRequest("names: " + refused.getMessage());
            }
        }
        return names;
    }

    private static ObjectNode json(ReportCard card) {
        ObjectNode answer = Json.object().put("usable", card.usable());
        card.leaf().ifPresent(leaf -> answer.set("certificate", json(leaf, card)));
        ArrayNode findings = answer.putArray("findings");
        for (Finding finding : card.findings()) {
            ObjectNode each = findings.addObject();
            each.put("id", finding.rule().id())
                    .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("message", finding.message())
                    .put("detail", finding.detail());
            if (!finding.remedy().isEmpty()) {
                each.put("remedy", finding.remedy());
            }
        }
        return answer;
    }

    private static ObjectNode json(X509Certificate leaf, ReportCard card) {
        ObjectNode answer = Json.object();
        ArrayNode names = answer.putArray("names");
        card.names().forEach(name -> names.add(name.ascii()));
        KeyPairs.algorithmOf(leaf.getPublicKey())
                .ifPresent(algorithm -> answer.put("keyAlgorithm", algorithm.name()));
        answer.put("serial", X509.serial(leaf))
                .put("issuer", X509.commonName(leaf.getIssuerX500Principal()))
                .put("notBefore", leaf.getNotBefore().toInstant().toString())
                .put("notAfter", leaf.getNotAfter().toInstant().toString());
        card.material()
                .ifPresent(material -> {
                    ArrayNode chain = answer.putArray("chainToServe");
                    material.chain()
                            .forEach(each ->
                                    chain.add(X509.commonName(each.getSubjectX500Principal())));
                });
        return answer;
    }
}
