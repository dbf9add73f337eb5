package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerMoves;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.NotMovable;
import dev.nameplate.certificate.NotRenewable;
import dev.nameplate.db.Database;
import dev.nameplate.dns.ProofLookup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Has a certificate come from other issuers, and says what the DNS lacks for that.
public final class CertificateIssuerRoutes {
    private final Database database;
    private final Certificates certificates;
    private final CertificateRoutes shown;
    private final ProofLookup dns;

    /// @param shown shows certificates
    public CertificateIssuerRoutes(
            Database database,
            Certificates certificates,
            CertificateRoutes shown,
            ProofLookup dns) {
        this.database = database;
        this.certificates = certificates;
        this.shown = shown;
        this.dns = dns;
    }

    public List<Route> all() {
        return List.of(Route.put("/v1/certificates/{id}/issuer", this::move, "dryRun"));
    }

    private Answer move(Call call) {
        boolean dryRun = call.query("dryRun").map(CertificateIssuerRoutes::flag).orElse(false);
        Certificate certificate = shown.find(call);
        IssuerChoice choice = choice(call.body());
        Optional<String> key = call.requestKey();
        IssuerMoves moves = certificates.moves();
        try {
            if (dryRun) {
                moves.check(certificate);
                return Answer.ok(told(certificate, certificate.from(choice), false, false));
            }
            IssuerMoves.Moved moved =
                    database.write(write -> moves.move(write, certificate, choice, key));
            ObjectNode answer =
                    told(
                            moved.certificate(),
                            moved.certificate(),
                            moved.changed(),
                            moved.reissued());
            return moved.reissued() ? Answer.accepted(answer) : Answer.ok(answer);
        } catch (NotMovable | NotRenewable refused) {
            throw Problem.conflict(String.valueOf(refused.getMessage()));
        } catch (IssuerMoves.KeyReused reused) {
            throw Problem.unprocessable(reused.getMessage() + "; give this one another key");
        }
    }

    private IssuerChoice choice(ObjectNode body) {
        Json.checkMembers(body, List.of("issuer"));
        List<String> names =
                Json.texts(body.path("issuer"))
                        .filter(listed -> !listed.isEmpty())
                        .orElseThrow(() ->
                                Problem.badRequest(
                                        "issuer must be a list of issuers' names, the first choice first"));
        try {
            return certificates.issuers().choice(names);
        } catch (IssuerRules.UnknownIssuer unknown) {
            throw Problem.invalid(
                    "issuer: " + unknown.getMessage(),
                    List.of(new Problem.Wrong("issuer", String.valueOf(unknown.getMessage()))));
        }
    }

    /// @param asked with the issuers that it is about
    private ObjectNode told(
            Certificate certificate, Certificate asked, boolean changed, boolean reissued) {
        ObjectNode answer = Json.object().put("changed", changed).put("reissued", reissued);
        ArrayNode names = answer.putArray("names");
        ArrayNode records = answer.putArray("records");
        List<String> wanted = new ArrayList<>();
        for (IssuerMoves.Standing each : certificates.moves().outlook(dns, asked)) {
            ObjectNode name =
                    names.addObject()
                            .put("name", each.name().ascii())
                            .put("proven", each.proven())
                            .put("seen", each.words());
            each.diagnosis().ifPresent(text -> name.set("diagnosis", Json.stored(text)));
            each.record()
                    .filter(record -> !each.proven() && !wanted.contains(record.name()))
                    .ifPresent(record -> {
                        wanted.add(record.name());
                        records.addObject()
                                .put("name", record.name())
                                .put("type", "CNAME")
                                .put("value", record.value());
                    });
        }
        answer.set("certificate", shown.detailed(certificate));
        return answer;
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.badRequest("dryRun must be true or false");
        };
    }
}
