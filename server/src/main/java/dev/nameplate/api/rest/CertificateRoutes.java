package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.Diagnoses;
import dev.nameplate.certificate.IssuedLeaves;
import dev.nameplate.certificate.IssuerStanding;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.StatusLinks;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Certificates of all Regions, with what every AWS API leaves out: why a name waits, and who must act.
public final class CertificateRoutes {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    /// Less than a look at a dead name server takes; asking faster says nothing new.
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(5);

    private final Database database;
    private final Certificates certificates;
    private final StatusLinks links;
    private final InstantSource clock;

    public CertificateRoutes(
            Database database, Certificates certificates, StatusLinks links, InstantSource clock) {
        this.database = database;
        this.links = links;
        this.certificates = certificates;
        this.clock = clock;
    }

    public List<Route> all() {
        return List.of(
                Route.get(
                        "/v1/certificates",
                        this::list,
                        "region",
                        "state",
                        "name",
                        "limit",
                        "cursor"),
                Route.get("/v1/certificates/{id}", this::one),
                Route.post("/v1/certificates/{id}/check", this::check),
                Route.get("/v1/certificates/{id}/status-link", this::link),
                Route.post("/v1/certificates/{id}/status-link", this::newLink));
    }

    private Answer list(Call call) {
        List<Condition> all = new ArrayList<>();
        parsed(call, "region", Region::new).map(Condition.InRegion::new).ifPresent(all::add);
        parsed(call, "state", CertificateRoutes::state).ifPresent(all::add);
        parsed(call, "name", DomainName::parse)
                .map(name -> new Condition.Name(new Condition.Text(name.ascii(), true)))
                .ifPresent(all::add);
        int limit = call.number("limit", 1, LARGEST_PAGE, PAGE);
        Optional<Catalogue.Position> after = parsed(call, "cursor", CertificateRoutes::position);
        Catalogue.Page page =
                database.read(handle ->
                        certificates
                                .catalogue()
                                .page(
                                        handle,
                                        call.account(),
                                        new Condition.All(all),
                                        Catalogue.Order.OLDEST_FIRST,
                                        after,
                                        limit,
                                        clock.instant()));
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("certificates");
        page.entries().forEach(each -> list.add(CertificateJson.summary(each.certificate())));
        page.next().ifPresent(next -> answer.put("cursor", cursor(next)));
        return Answer.ok(answer);
    }

    private Answer one(Call call) {
        return Answer.ok(detailed(find(call)));
    }

    /// A certificate with what its proofs were last seen to be, as a part of another answer.
    public Optional<ObjectNode> shown(AccountId account, CertificateId id) {
        return find(account, id).map(this::detailed);
    }

    ObjectNode detailed(Certificate certificate) {
        ObjectNode json =
                CertificateJson.detailed(
                        certificate,
                        database.read(handle -> Diagnoses.texts(handle, certificate.id())));
        database.read(handle -> IssuerStanding.of(handle, certificate))
                .ifPresent(standing -> CertificateJson.put(json, standing));
        database.read(handle -> certificates.spares().of(handle, certificate.id()))
                .ifPresent(spare -> json.set("spare", SpareRoutes.json(spare)));
        if (certificate.state() instanceof State.Issued issued) {
            database.read(handle ->
                            IssuedLeaves.suggestion(handle, certificate.id(), issued.serial()))
                    .ifPresent(said -> CertificateJson.put(json, said));
        }
        return json;
    }

    private Answer check(Call call) {
        Certificate certificate = find(call);
        Instant now = clock.instant();
        certificate.proofs().stream()
                .flatMap(proof -> proof.lastLook().map(Proof.Look::at).stream())
                .max(Instant::compareTo)
                .map(last -> Duration.between(now, last.plus(BETWEEN_CHECKS)))
                .filter(Duration::isPositive)
                .ifPresent(wait -> {
                    throw Problem.tooSoon(
                            "the DNS was asked less than "
                                    + BETWEEN_CHECKS.toSeconds()
                                    + " seconds ago",
                            wait);
                });
        if (!database.write(write -> certificates.checkNow(write, certificate))) {
            throw Problem.conflict(
                    "certificate " + certificate.id() + " is not waiting for proof any more");
        }
        return Answer.accepted(CertificateJson.summary(certificate));
    }

    private Answer link(Call call) {
        Certificate certificate = find(call);
        return linked(database.read(handle -> links.of(handle, certificate.id())));
    }

    /// Replaces the link, so that whoever had the one before sees nothing any more.
    private Answer newLink(Call call) {
        Certificate certificate = find(call);
        return linked(database.write(write -> links.revoke(write, certificate.id())));
    }

    private static Answer linked(StatusLinks.Link link) {
        return Answer.ok(Json.object().put("path", StatusPage.path(link)));
    }

    Certificate find(Call call) {
        String text = call.segment("id");
        return id(text).flatMap(id -> find(call.account(), id))
                .orElseThrow(() -> Problem.notFound("there is no certificate " + text));
    }

    private Optional<Certificate> find(AccountId account, CertificateId id) {
        return database.read(handle -> certificates.find(handle, account, id));
    }

    static Optional<CertificateId> id(String text) {
        try {
            return Optional.of(new CertificateId(UUID.fromString(text)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static <T> Optional<T> parsed(Call call, String name, Function<String, T> parser) {
        try {
            return call.query(name).map(parser);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(name + ": " + e.getMessage());
        }
    }

    /// Our words, and ACM's for the same.
    private static Condition state(String text) {
        String word = text.toUpperCase(Locale.ROOT);
        return new Condition.InState(
                switch (word) {
                    case "PENDING", "ISSUED", "REVOKED", "FAILED", "TIMED_OUT" -> word;
                    case "PENDING_VALIDATION" -> "PENDING";
                    case "VALIDATION_TIMED_OUT" -> "TIMED_OUT";
                    default ->
                            throw new IllegalArgumentException(
                                    "it must be PENDING (or PENDING_VALIDATION), ISSUED, REVOKED, FAILED"
                                            + " or TIMED_OUT (or VALIDATION_TIMED_OUT)");
                });
    }

    private static String cursor(Catalogue.Position position) {
        String text = position.value() + "/" + position.id();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Catalogue.Position position(String cursor) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII)
                            .split("/", -1);
            if (parts.length == 2) {
                return new Catalogue.Position(
                        Long.toString(Long.parseLong(parts[0])),
                        new CertificateId(UUID.fromString(parts[1])));
            }
        } catch (IllegalArgumentException _) {
            // Refused below.
        }
        throw new IllegalArgumentException("it is not the cursor of an earlier answer");
    }
}
