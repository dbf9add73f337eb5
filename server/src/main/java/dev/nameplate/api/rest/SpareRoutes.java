package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.Spare;
import dev.nameplate.certificate.Spares;
import dev.nameplate.db.Database;

import java.util.List;
import java.util.Optional;

/// The second certificate from a second issuer that is kept ready: how it is, whom it is asked of, and the switch to it.
public final class SpareRoutes {
    private final Database database;
    private final Certificates certificates;
    private final CertificateRoutes lookup;

    /// @param lookup finds certificates
    public SpareRoutes(Database database, Certificates certificates, CertificateRoutes lookup) {
        this.database = database;
        this.certificates = certificates;
        this.lookup = lookup;
    }

    public List<Route> all() {
        return List.of(
                Route.get("/v1/certificates/{id}/spare", this::one),
                Route.post("/v1/certificates/{id}/spare", this::choose),
                Route.post("/v1/certificates/{id}/spare/switch", this::switchTo));
    }

    private Answer one(Call call) {
        return Answer.ok(shown(lookup.find(call)));
    }

    private Answer choose(Call call) {
        Certificate certificate = lookup.find(call);
        Optional<List<IssuerName>> issuers = issuers(call.body());
        try {
            database.write(write -> {
                certificates.spares().choose(write, certificate, issuers);
                return certificate;
            });
        } catch (IllegalArgumentException e) {
            throw Problem.conflict(String.valueOf(e.getMessage()));
        }
        return Answer.accepted(shown(certificate));
    }

    private Optional<List<IssuerName>> issuers(ObjectNode body) {
        Json.checkMembers(body, List.of("issuers"));
        JsonNode given = body.path("issuers");
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        List<String> names =
                Json.texts(given)
                        .orElseThrow(() ->
                                Problem.badRequest(
                                        "issuers must be a list of names, empty for no spare; leave it out for those of the settings"));
        try {
            return Optional.of(
                    names.isEmpty() ? List.of() : certificates.issuers().choice(names).order());
        } catch (IssuerRules.UnknownIssuer e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private Answer switchTo(Call call) {
        Certificate certificate = lookup.find(call);
        try {
            database.write(write -> {
                certificates.spares().switchNow(write, certificate);
                return certificate;
            });
        } catch (Spares.NoSpare e) {
            throw Problem.conflict(String.valueOf(e.getMessage()));
        }
        return Answer.accepted(shown(certificate));
    }

    private ObjectNode shown(Certificate certificate) {
        return database.read(handle -> certificates.spares().of(handle, certificate.id()))
                .map(SpareRoutes::json)
                .orElseGet(() ->
                        Json.object()
                                .put("state", "NONE")
                                .put(
                                        "message",
                                        "None is wanted, or nothing uses the certificate."));
    }

    static ObjectNode json(Spare spare) {
        ObjectNode json = Json.object().put("state", spare.state().name());
        spare.chosen().ifPresent(names -> put(json.putArray("chosen"), names));
        spare.asked()
                .ifPresent(asked -> {
                    put(json.putArray("issuers"), asked.order());
                    json.put("asked", asked.current().text());
                });
        spare.ready()
                .ifPresent(ready ->
                        json.put("issuer", ready.issuer().text())
                                .put("serial", ready.serial())
                                .put("issuedAt", ready.issuedAt().toString())
                                .put("notAfter", ready.notAfter().toString()));
        spare.message().ifPresent(message -> json.put("message", message));
        spare.nextLook().ifPresent(at -> json.put("nextLook", at.toString()));
        spare.switched()
                .ifPresent(switched ->
                        json.putObject("switched")
                                .put("at", switched.at().toString())
                                .put("why", switched.why().name()));
        spare.look()
                .ifPresent(look ->
                        json.putObject("firstOne")
                                .put("status", look.status())
                                .put("lookedAt", look.at().toString())
                                .put("words", look.words()));
        return json;
    }

    private static void put(ArrayNode list, List<IssuerName> names) {
        names.forEach(name -> list.add(name.text()));
    }
}
