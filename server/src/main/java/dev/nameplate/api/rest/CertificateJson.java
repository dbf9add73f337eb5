package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.IssuerAnswers;
import dev.nameplate.certificate.IssuerStanding;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.SuggestedRenewal;
import dev.nameplate.names.DomainName;

import java.util.Map;
import java.util.Optional;

/// Certificates as JSON. Times are RFC 3339, words are those of the feature.
final class CertificateJson {
    private CertificateJson() {}

    static ObjectNode summary(Certificate certificate) {
        ObjectNode json =
                Json.object()
                        .put("id", certificate.id().toString())
                        .put("region", certificate.region().name())
                        .put("origin", certificate.origin().name())
                        .put("validation", certificate.validation().name())
                        .put("keyAlgorithm", certificate.keyAlgorithm().name())
                        .put("createdAt", certificate.createdAt().toString());
        ArrayNode names = json.putArray("names");
        certificate.names().forEach(name -> names.add(name.ascii()));
        putState(json, certificate.state());
        return json;
    }

    /// @param diagnoses JSON by name
    static ObjectNode detailed(Certificate certificate, Map<DomainName, String> diagnoses) {
        ObjectNode json = summary(certificate);
        ArrayNode proofs = json.putArray("proofs");
        for (Proof proof : certificate.proofs()) {
            ObjectNode each =
                    proofs.addObject()
                            .put("name", proof.name().ascii())
                            .put("status", proof.status().name())
                            .put("automatic", proof.automatic() == Proof.Automatic.SUCCEEDED);
            proof.file()
                    .ifPresentOrElse(
                            file ->
                                    each.putObject("httpRedirect")
                                            .put("from", file.redirectFrom().toString())
                                            .put("to", file.redirectTo().toString()),
                            () ->
                                    each.putObject("record")
                                            .put("name", proof.record().name())
                                            .put("type", "CNAME")
                                            .put("value", proof.record().value()));
            proof.lastLook()
                    .ifPresent(look ->
                            each.put("lookedAt", look.at().toString()).put("seen", look.seen()));
            proof.nextLook().ifPresent(next -> each.put("nextLook", next.toString()));
            Optional.ofNullable(diagnoses.get(proof.name()))
                    .ifPresent(text -> each.set("diagnosis", Json.stored(text)));
        }
        return json;
    }

    /// Which issuers it has, and how far it is with them.
    static void put(ObjectNode json, IssuerStanding standing) {
        ObjectNode issuance = json.putObject("issuance");
        ArrayNode order = issuance.putArray("issuer");
        standing.issuers().order().forEach(name -> order.add(name.text()));
        issuance.put("turn", standing.issuers().current().text());
        standing.issuedBy().ifPresent(name -> issuance.put("issuedBy", name.text()));
        standing.servedBy().ifPresent(name -> issuance.put("servedBy", name.text()));
        standing.nextLook().ifPresent(at -> issuance.put("nextLook", at.toString()));
        standing.heldUntil().ifPresent(at -> issuance.put("heldUntil", at.toString()));
        ArrayNode answers = issuance.putArray("answers");
        for (IssuerAnswers.Said said : standing.answers()) {
            ObjectNode each =
                    answers.addObject()
                            .put("issuer", said.issuer().text())
                            .put("for", said.slot().name())
                            .put("said", said.word().name());
            if (!said.message().isEmpty()) {
                each.put("message", said.message());
            }
            each.put("actor", said.actor().name())
                    .put("since", said.since().toString())
                    .put("at", said.at().toString())
                    .put("past", said.past());
            if (!said.past() && said.issuer().equals(standing.issuers().current())) {
                standing.nextLook().ifPresent(at -> each.put("nextLook", at.toString()));
            }
        }
    }

    /// What its authority says about renewing it (RFC 9773).
    static void put(ObjectNode json, SuggestedRenewal said) {
        ObjectNode info = json.putObject("renewalInfo").put("signedBy", said.issuer().text());
        said.askedAt().ifPresent(at -> info.put("askedAt", at.toString()));
        said.window()
                .ifPresent(window ->
                        info.put("windowStart", window.start().toString())
                                .put("windowEnd", window.end().toString()));
        said.renewAt().ifPresent(at -> info.put("renewAt", at.toString()));
        said.explanation().ifPresent(url -> info.put("explanation", url));
        said.problem().ifPresent(problem -> info.put("problem", problem));
        said.nextAsk().ifPresent(at -> info.put("nextAskAt", at.toString()));
    }

    private static void putState(ObjectNode json, State state) {
        switch (state) {
            case State.Pending(var deadline) ->
                    json.put("state", "PENDING").put("deadline", deadline.toString());
            case State.Issued issued -> putIssued(json.put("state", "ISSUED"), issued);
            case State.Revoked(var issued, var at, var reason) ->
                    putIssued(json.put("state", "REVOKED"), issued)
                            .put("revokedAt", at.toString())
                            .put("reason", reason.name());
            case State.Failed(var reason, var message) ->
                    json.put("state", "FAILED")
                            .put("reason", reason.name())
                            .put("message", message);
            case State.TimedOut(var at) -> json.put("state", "TIMED_OUT").put("at", at.toString());
        }
    }

    private static ObjectNode putIssued(ObjectNode json, State.Issued issued) {
        return json.put("issuedAt", issued.issuedAt().toString())
                .put("notBefore", issued.notBefore().toString())
                .put("notAfter", issued.notAfter().toString())
                .put("serial", issued.serial())
                .put("issuer", issued.issuer());
    }
}
