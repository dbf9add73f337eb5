package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.enrolment.Account;
import dev.nameplate.enrolment.Authorization;
import dev.nameplate.enrolment.Challenge;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.enrolment.Order;
import dev.nameplate.enrolment.Orders;
import dev.nameplate.enrolment.Problem;
import dev.nameplate.enrolment.Words;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.Pem;
import dev.nameplate.wire.Headers;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Orders, their authorizations and challenges, and the certificates they end with (RFC 8555 sections 7.4 and 7.5).
final class OrderCalls {
    /// Seconds after which a client that waits should look again. Clients count from our clock's whole seconds by theirs: less
    /// may be over already when it arrives.
    private static final String SOON = "3";

    private final Orders orders;
    private final EnrolledCertificates certificates;
    private final RenewalInfo renewalInfo;

    OrderCalls(Orders orders, EnrolledCertificates certificates, RenewalInfo renewalInfo) {
        this.orders = orders;
        this.certificates = certificates;
        this.renewalInfo = renewalInfo;
    }

    AcmeAnswer create(SignedCall call) {
        Account account = call.requireAccount();
        ObjectNode body = call.jws().body();
        if (body.has("notBefore") || body.has("notAfter")) {
            throw AcmeProblem.malformed(
                    "the validity of certificates is the authority's choice: leave out notBefore and notAfter");
        }
        Order order =
                orders.create(
                        account,
                        names(body),
                        AcmeJson.text(body, "replaces").map(renewalInfo::serial));
        return answer(call, order, 201).with("Location", call.urls().order(order.id()));
    }

    private static List<DomainName> names(ObjectNode body) {
        JsonNode identifiers = body.path("identifiers");
        if (!identifiers.isArray()
                || identifiers.isEmpty()
                || identifiers.size() > Orders.MOST_NAMES) {
            throw AcmeProblem.malformed(
                    "identifiers is an array of 1 to " + Orders.MOST_NAMES + " names");
        }
        Set<DomainName> names = new LinkedHashSet<>();
        for (JsonNode identifier : identifiers) {
            String type = AcmeJson.required(identifier, "type");
            if (!type.equals("dns")) {
                throw AcmeProblem.of(
                        400,
                        Problem.Kind.UNSUPPORTED_IDENTIFIER,
                        "identifiers are of type dns, not " + type);
            }
            try {
                names.add(DomainName.parse(AcmeJson.required(identifier, "value")));
            } catch (DomainName.IllegalDomainName e) {
                throw AcmeProblem.of(
                        400, Problem.Kind.REJECTED_IDENTIFIER, String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(names);
    }

    AcmeAnswer order(SignedCall call, String id) {
        call.requirePostAsGet();
        return answer(
                call,
                orders.find(call.requireAccount(), id).orElseThrow(AcmeProblem::notFound),
                200);
    }

    AcmeAnswer finish(SignedCall call, String id) {
        byte[] csr = AcmeJson.base64(AcmeJson.required(call.jws().body(), "csr"), "csr");
        Order order =
                orders.finish(call.requireAccount(), call.key().key(), id, csr)
                        .orElseThrow(AcmeProblem::notFound);
        return answer(call, order, 200).with("Location", call.urls().order(order.id()));
    }

    private AcmeAnswer answer(SignedCall call, Order order, int status) {
        AcmeAnswer answer = AcmeAnswer.json(status, json(call.urls(), order));
        return order.status() == Order.Status.PROCESSING
                ? answer.with("Retry-After", SOON)
                : answer;
    }

    private ObjectNode json(Urls urls, Order order) {
        ObjectNode json =
                AcmeJson.object()
                        .put("status", Words.of(order.status()))
                        .put("expires", order.expiresAt().toString());
        ArrayNode identifiers = json.putArray("identifiers");
        order.names()
                .forEach(name ->
                        identifiers.addObject().put("type", "dns").put("value", name.ascii()));
        ArrayNode authorizations = json.putArray("authorizations");
        order.authorizations().forEach(id -> authorizations.add(urls.authorization(id)));
        json.put("finalize", urls.order(order.id()) + "/finalize");
        order.certificate()
                .ifPresent(id -> json.put("certificate", urls.certificate(id.toString())));
        order.replaces()
                .flatMap(certificates::bySerial)
                .ifPresent(found -> json.put("replaces", RenewalInfo.name(found)));
        order.problem().ifPresent(problem -> json.set("error", AcmeProblem.json(problem)));
        return json;
    }

    AcmeAnswer authorization(SignedCall call, String id) {
        Account account = call.requireAccount();
        if (call.jws().isPostAsGet()) {
            return answer(
                    call, orders.authorization(account, id).orElseThrow(AcmeProblem::notFound));
        }
        if (!AcmeJson.required(call.jws().body(), "status").equals("deactivated")) {
            throw AcmeProblem.malformed("an authorization's status can be made deactivated only");
        }
        return answer(call, orders.deactivate(account, id).orElseThrow(AcmeProblem::notFound));
    }

    private static AcmeAnswer answer(SignedCall call, Authorization authorization) {
        ObjectNode json =
                AcmeJson.object()
                        .put("status", Words.of(authorization.status()))
                        .put("expires", authorization.expiresAt().toString());
        json.putObject("identifier").put("type", "dns").put("value", authorization.name().ascii());
        if (authorization.wildcard()) {
            json.put("wildcard", true);
        }
        ArrayNode challenges = json.putArray("challenges");
        authorization
                .challenges()
                .forEach(challenge -> challenges.add(json(call.urls(), challenge)));
        boolean processing =
                authorization.challenges().stream()
                        .anyMatch(each -> each.status() == Challenge.Status.PROCESSING);
        AcmeAnswer answer = AcmeAnswer.json(200, json);
        return processing ? answer.with("Retry-After", SOON) : answer;
    }

    /// An empty object says that the challenge is answered, an empty payload asks how it stands.
    AcmeAnswer challenge(SignedCall call, String id) {
        Account account = call.requireAccount();
        if (!call.jws().isPostAsGet()) {
            // Members are ignored (section 7.5.1), yet it must be an object.
            call.jws().body();
        }
        Orders.Asked asked =
                (call.jws().isPostAsGet()
                                ? orders.challenge(account, id)
                                : orders.answered(account, id))
                        .orElseThrow(AcmeProblem::notFound);
        AcmeAnswer answer =
                AcmeAnswer.json(200, json(call.urls(), asked.challenge()))
                        .link(call.urls().authorization(asked.authorization().id()), "up");
        return asked.challenge().status() == Challenge.Status.PROCESSING
                ? answer.with("Retry-After", SOON)
                : answer;
    }

    private static ObjectNode json(Urls urls, Challenge challenge) {
        ObjectNode json =
                AcmeJson.object()
                        .put("type", challenge.type().word())
                        .put("url", urls.challenge(challenge.id()))
                        .put("status", Words.of(challenge.status()))
                        .put("token", challenge.token());
        challenge.validatedAt().ifPresent(at -> json.put("validated", at.toString()));
        challenge.problem().ifPresent(problem -> json.set("error", AcmeProblem.json(problem)));
        return json;
    }

    AcmeAnswer certificate(SignedCall call, String id) {
        call.requirePostAsGet();
        return certificateId(id)
                .flatMap(found -> certificates.find(call.requireAccount(), found))
                .map(found ->
                        new AcmeAnswer(
                                200,
                                Headers.of("Content-Type", "application/pem-certificate-chain"),
                                Pem.of(found.chain()).getBytes(StandardCharsets.US_ASCII)))
                .orElseThrow(AcmeProblem::notFound);
    }

    private static Optional<CertificateId> certificateId(String id) {
        try {
            return Optional.of(new CertificateId(UUID.fromString(id)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
