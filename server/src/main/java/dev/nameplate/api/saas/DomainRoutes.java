package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Answer;
import dev.nameplate.api.rest.Call;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.Problem;
import dev.nameplate.api.rest.Route;
import dev.nameplate.domain.DomainEvent;
import dev.nameplate.domain.DomainState;
import dev.nameplate.domain.Domains;
import dev.nameplate.domain.Standing;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.RequestKey;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.wire.HttpRequest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// Domains under `/v1/domains`: one call for each customer that comes, goes, or brings a name from elsewhere.
public final class DomainRoutes {
    private static final String ROOT = "/v1/domains";
    private static final String EVENTS = "/v1/domain-events";
    private static final int MOST = 100;
    private static final int USUAL = 20;

    /// The reader of jobs sees the one entry; whoever reads the answer sent none.
    private static final String ENTRY = "entries[0]";

    private final Domains domains;
    private final CleanReader reader;
    private final BiFunction<AccountId, String, Optional<ObjectNode>> certificates;
    private final RecordCheck dns;

    /// @param certificates an account's certificate by its ARN, with what its proofs were last seen to be
    public DomainRoutes(
            Domains domains,
            JobChecks checks,
            BiFunction<AccountId, String, Optional<ObjectNode>> certificates,
            RecordCheck dns) {
        this.domains = domains;
        this.reader = new CleanReader(checks);
        this.certificates = certificates;
        this.dns = dns;
    }

    public static boolean accepts(HttpRequest request) {
        return request.rawPath().equals(ROOT)
                || request.rawPath().startsWith(ROOT + "/")
                || request.rawPath().equals(EVENTS);
    }

    public List<Route> all() {
        return List.of(
                Route.get(ROOT, this::list, "cursor", "limit"),
                Route.post(ROOT, this::onboard),
                Route.get(EVENTS, this::events, "cursor", "limit", "name"),
                Route.get(ROOT + "/{name}", this::show),
                Route.delete(ROOT + "/{name}", this::remove),
                Route.get(ROOT + "/{name}/dns", this::look),
                Route.post(ROOT + "/{name}/retry", this::retry),
                Route.post(ROOT + "/{name}/take-over", this::takeOver));
    }

    private Answer onboard(Call call) {
        Optional<RequestKey> key = JobRoutes.requestKey(call);
        return begun(
                key.flatMap(each -> told(() -> domains.madeUnder(call.account(), each))),
                () -> {
                    CleanReader.Asked asked = read(call);
                    return asked.dryRun()
                            ? Answer.ok(Json.object().put("valid", true))
                            : created(domains.onboard(call.account(), asked.request(), key));
                });
    }

    private Answer takeOver(Call call) {
        DomainName name = name(call);
        Optional<RequestKey> key = JobRoutes.requestKey(call);
        return begun(
                key.flatMap(each -> told(() -> domains.madeUnder(call.account(), each))),
                () -> {
                    // Who asks again need not repeat what was asked for; what is said is checked
                    // before anything changes.
                    Optional<CleanReader.Asked> said =
                            call.request().body().length == 0
                                    ? Optional.empty()
                                    : Optional.of(read(call));
                    return said.filter(CleanReader.Asked::dryRun).isPresent()
                            ? Answer.ok(Json.object().put("valid", true))
                            : created(
                                    domains.takeOverAgain(call.account(), name)
                                            .orElseGet(() ->
                                                    domains.takeOver(
                                                            call.account(),
                                                            name,
                                                            said.orElseGet(() -> read(call))
                                                                    .request(),
                                                            key)));
                });
    }

    private static Answer begun(Optional<Standing> before, Supplier<Answer> otherwise) {
        return before.map(DomainRoutes::created).orElseGet(() -> told(otherwise));
    }

    private static Answer created(Standing standing) {
        return Answer.created(ROOT + "/" + standing.domain().id(), DomainJson.of(standing));
    }

    /// The body of a job of one entry, without what an entry alone has no use for.
    private CleanReader.Asked read(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(
                body, List.of("names", "template", "tenant", "import", "issuer", "dryRun"));
        ObjectNode job = Json.object();
        job.put("platform", "LOCAL").put("operation", body.has("import") ? "IMPORT" : "CREATE");
        if (body.has("dryRun")) {
            job.set("dryRun", body.get("dryRun"));
        }
        ObjectNode entry = job.putArray("entries").addObject();
        if (body.has("import")) {
            if (body.has("issuer")) {
                throw Problem.badRequest(
                        "an imported certificate has its issuer; leave out issuer or import");
            }
            if (body.has("names")) {
                throw Problem.badRequest(
                        "names are those of the imported certificate; leave out names or import");
            }
            JsonNode imported = body.get("import");
            if (!(imported instanceof ObjectNode pem)) {
                throw Problem.badRequest(
                        "import must be an object with certificate, privateKey and chain");
            }
            Json.checkMembers(pem, List.of("certificate", "privateKey", "chain"));
            entry.setAll(pem);
        }
        for (String member : List.of("names", "template", "tenant", "issuer")) {
            if (body.has(member)) {
                entry.set(member, body.get(member));
            }
        }
        try {
            return reader.read(call.account(), job);
        } catch (BadRequest refused) {
            List<Problem.Wrong> wrong =
                    refused.problems().stream()
                            .map(each -> new Problem.Wrong(field(each.field()), each.message()))
                            .toList();
            throw Problem.invalid(
                    String.join(
                            "; ",
                            wrong.stream()
                                    .map(each -> each.field() + ": " + each.message())
                                    .toList()),
                    wrong);
        }
    }

    private static String field(String path) {
        if (!path.startsWith(ENTRY)) {
            return path;
        }
        String member = path.substring(ENTRY.length());
        return member.isEmpty() ? "the domain" : member.substring(1);
    }

    private Answer list(Call call) {
        int limit = call.number("limit", 1, MOST, USUAL);
        List<Standing> found = domains.page(call.account(), cursor(call), limit + 1);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("domains");
        found.stream().limit(limit).forEach(each -> list.add(DomainJson.of(each)));
        if (found.size() > limit) {
            Standing last = found.get(limit - 1);
            answer.put("nextCursor", cursor(last.domain().createdAt(), last.domain().id().value()));
        }
        return Answer.ok(answer);
    }

    private Answer events(Call call) {
        int limit = call.number("limit", 1, MOST, USUAL);
        List<DomainEvent> found =
                domains.events(
                        call.account(),
                        call.query("name").map(DomainRoutes::parsed),
                        cursor(call),
                        limit + 1);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("events");
        found.stream().limit(limit).forEach(each -> list.add(DomainJson.of(each)));
        if (found.size() > limit) {
            DomainEvent last = found.get(limit - 1);
            answer.put("nextCursor", cursor(last.at(), last.id()));
        }
        return Answer.ok(answer);
    }

    private static String cursor(Instant at, String id) {
        return at.toEpochMilli() + "-" + id;
    }

    private static Optional<Domains.Position> cursor(Call call) {
        return call.query("cursor")
                .map(text -> {
                    int end = text.indexOf('-');
                    try {
                        return new Domains.Position(
                                Instant.ofEpochMilli(
                                        Long.parseLong(text.substring(0, Math.max(0, end)))),
                                text.substring(end + 1));
                    } catch (NumberFormatException _) {
                        throw Problem.badRequest(
                                "cursor must be the nextCursor of the page before");
                    }
                });
    }

    private Answer show(Call call) {
        Standing standing = found(call, domains.find(call.account(), segment(call)));
        ObjectNode json = DomainJson.of(standing);
        standing.progress()
                .certificateArn()
                .flatMap(arn -> certificates.apply(call.account(), arn))
                .ifPresent(certificate -> json.set("certificate", certificate));
        return Answer.ok(json);
    }

    /// What the DNS answers now to each record that is wanted.
    private Answer look(Call call) {
        Standing standing = found(call, domains.find(call.account(), segment(call)));
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("records");
        for (DomainJson.Purposeful wanted : DomainJson.wanted(standing)) {
            RecordCheck.Seen seen = dns.look(wanted.record());
            ObjectNode json =
                    list.addObject()
                            .put("purpose", wanted.purpose().name())
                            .put("name", wanted.record().name())
                            .put("type", wanted.record().type())
                            .put("value", wanted.record().value())
                            .put("shown", seen.shown())
                            .put("finding", seen.finding());
            if (!seen.remedy().isEmpty()) {
                json.put("remedy", seen.remedy());
            }
            seen.instead().ifPresent(text -> json.put("instead", text));
        }
        return Answer.ok(answer);
    }

    private Answer remove(Call call) {
        return Answer.accepted(
                DomainJson.of(
                        found(call, told(() -> domains.remove(call.account(), segment(call))))));
    }

    private Answer retry(Call call) {
        return Answer.accepted(
                DomainJson.of(
                        found(call, told(() -> domains.retry(call.account(), segment(call))))));
    }

    private static Standing found(Call call, Optional<Standing> standing) {
        return standing.filter(each -> each.state() != DomainState.REMOVED)
                .orElseThrow(() -> Problem.notFound("there is no domain " + call.segment("name")));
    }

    /// A name in the form it has in the DNS, or an id, which has no dot.
    private static String segment(Call call) {
        String text = call.segment("name");
        return text.indexOf('.') < 0 ? text : parsed(text).ascii();
    }

    private static DomainName name(Call call) {
        return parsed(call.segment("name"));
    }

    private static DomainName parsed(String text) {
        try {
            return DomainName.parse(text);
        } catch (DomainName.IllegalDomainName e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static <T> T told(Supplier<T> call) {
        try {
            return call.get();
        } catch (Domains.Conflict | SaasJobs.NotNow refused) {
            throw Problem.conflict(String.valueOf(refused.getMessage()));
        } catch (SaasJobs.KeyReused reused) {
            throw Problem.unprocessable(reused.getMessage() + "; give this one another key");
        }
    }
}
