package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Answer;
import dev.nameplate.api.rest.Call;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.Problem;
import dev.nameplate.api.rest.Route;
import dev.nameplate.enrolment.Credential;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.Credentials.Wanted;
import dev.nameplate.enrolment.EnrolledCertificate;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainSuffix;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// By what an operator lets customers' servers in, and the certificates they have.
public final class CredentialRoutes {
    private static final String ROOT = "/v1/acme/credentials";
    private static final int PAGE = 100;
    private static final int MOST = 1000;
    private static final List<String> MEMBERS =
            List.of(
                    "label",
                    "names",
                    "wildcards",
                    "provenNames",
                    "maxAccounts",
                    "ordersPerDay",
                    "expiresAt");

    private final Credentials credentials;
    private final EnrolledCertificates certificates;
    private final InstantSource clock;

    public CredentialRoutes(
            Credentials credentials, EnrolledCertificates certificates, InstantSource clock) {
        this.credentials = credentials;
        this.certificates = certificates;
        this.clock = clock;
    }

    public List<Route> all() {
        return List.of(
                Route.get(ROOT, this::list),
                Route.post(ROOT, this::create),
                Route.get(ROOT + "/{id}", this::show),
                Route.delete(ROOT + "/{id}", this::delete),
                Route.get("/v1/acme/certificates", this::certificates, "cursor", "limit"));
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("credentials");
        credentials.list(call.account()).forEach(each -> list.add(json(each)));
        return Answer.ok(answer);
    }

    private Answer show(Call call) {
        return Answer.ok(json(found(call)));
    }

    private Answer delete(Call call) {
        Credential credential = found(call);
        ObjectNode json = json(credential);
        if (!credentials.delete(call.account(), credential.id())) {
            throw notFound(call);
        }
        return Answer.ok(json);
    }

    private Credential found(Call call) {
        return credentials
                .find(call.segment("id"))
                .filter(each -> each.account().equals(call.account()))
                .orElseThrow(() -> notFound(call));
    }

    private static Problem notFound(Call call) {
        return Problem.notFound("there is no credential " + call.segment("id"));
    }

    private Answer create(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, MEMBERS);
        Wanted wanted;
        try {
            wanted =
                    new Wanted(
                            text(body, "label").orElse(""),
                            names(body),
                            Json.flag(body, "wildcards"),
                            Json.flag(body, "provenNames"),
                            number(body, "maxAccounts", Wanted.USUAL_ACCOUNTS),
                            number(body, "ordersPerDay", Wanted.USUAL_ORDERS),
                            text(body, "expiresAt").map(this::end));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
        Credentials.Created created = credentials.create(call.account(), wanted);
        return Answer.created(
                ROOT + "/" + created.credential().id(),
                json(created.credential())
                        .put("key", created.key())
                        .put("directory", Urls.DIRECTORY));
    }

    private Instant end(String text) {
        try {
            Instant end = Instant.parse(text);
            if (end.isAfter(clock.instant())
                    && end.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return end;
            }
        } catch (DateTimeException _) {
            // Refused below, with what is over.
        }
        throw Problem.badRequest("expiresAt must be a time to come, such as 2030-01-31T00:00:00Z");
    }

    private static List<DomainSuffix> names(ObjectNode body) {
        return Json.texts(body.path("names"))
                .orElseThrow(() -> Problem.badRequest("names must be an array of domain names"))
                .stream()
                .map(DomainSuffix::parse)
                .distinct()
                .toList();
    }

    private static Optional<String> text(ObjectNode body, String member) {
        JsonNode value = body.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw Problem.badRequest(member + " must be a string");
        }
        return Optional.of(value.textValue());
    }

    private static int number(ObjectNode body, String member, int usual) {
        JsonNode value = body.path(member);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw Problem.badRequest(member + " must be a whole number");
        }
        return value.intValue();
    }

    private ObjectNode json(Credential credential) {
        ObjectNode json = Json.object().put("id", credential.id()).put("label", credential.label());
        ArrayNode names = json.putArray("names");
        credential.names().forEach(name -> names.add(name.ascii()));
        json.put("wildcards", credential.wildcards())
                .put("provenNames", credential.provenNames())
                .put("maxAccounts", credential.maxAccounts())
                .put("ordersPerDay", credential.ordersPerDay())
                .put("accounts", credentials.bound(credential.id()))
                .put("createdAt", credential.createdAt().toString());
        credential.expiresAt().ifPresent(end -> json.put("expiresAt", end.toString()));
        return json;
    }

    private Answer certificates(Call call) {
        int limit = call.number("limit", 1, MOST, PAGE);
        List<EnrolledCertificates.Listed> found =
                certificates.list(call.account(), call.query("cursor"), limit + 1);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("certificates");
        for (EnrolledCertificates.Listed each : found.stream().limit(limit).toList()) {
            EnrolledCertificate certificate = each.certificate();
            ObjectNode json = list.addObject().put("serial", certificate.serial());
            ArrayNode names = json.putArray("names");
            certificate.names().stream().map(DomainName::ascii).forEach(names::add);
            json.put("notBefore", certificate.notBefore().toString())
                    .put("notAfter", certificate.notAfter().toString());
            if (!each.credential().isEmpty()) {
                json.put("credential", each.credential());
            }
            each.revokedAt().ifPresent(at -> json.put("revokedAt", at.toString()));
        }
        if (found.size() > limit) {
            answer.put("nextCursor", found.get(limit - 1).certificate().serial());
        }
        return Answer.ok(answer);
    }
}
