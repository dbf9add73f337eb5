package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.revocation.MassRevocations;
import dev.nameplate.revocation.RevocationRun;
import dev.nameplate.revocation.RevocationRun.ItemState;
import dev.nameplate.revocation.RevocationScope;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Emergency revocation under `/v1/revocations`: by key, by issuer, by time, each certificate once its replacement is served.
public final class RevocationRoutes {
    private static final List<String> MEMBERS =
            List.of("start", "key", "issuer", "issuedFrom", "issuedTo", "reason");
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Database database;
    private final MassRevocations revocations;

    public RevocationRoutes(Database database, MassRevocations revocations) {
        this.database = database;
        this.revocations = revocations;
    }

    public List<Route> all() {
        return List.of(
                Route.get("/v1/revocations", this::list),
                Route.post("/v1/revocations", this::revoke),
                Route.get("/v1/revocations/{id}", this::one, "limit", "cursor"),
                Route.post("/v1/revocations/{id}/cancel", this::cancel));
    }

    /// Only counts, unless it says `"start": true`.
    private Answer revoke(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, MEMBERS);
        boolean start = Json.flag(body, "start");
        RevocationScope scope = scope(body);
        RevocationReason reason =
                text(body, "reason", RevocationRoutes::reason)
                        .orElse(
                                scope.keyDigest().isPresent()
                                        ? RevocationReason.KEY_COMPROMISE
                                        : RevocationReason.SUPERSEDED);
        if (start) {
            return Answer.accepted(
                    shown(
                            database.write(write ->
                                    revocations.start(write, call.account(), scope, reason))));
        }
        MassRevocations.Preview preview = revocations.preview(database, call.account(), scope);
        ObjectNode answer = Json.object();
        put(answer, scope, reason);
        answer.put(
                "certificates", preview.leaves().values().stream().mapToLong(each -> each).sum());
        answer.put("imported", preview.imported());
        ObjectNode issuers = answer.putObject("issuers");
        Map<String, Long> sorted = new TreeMap<>();
        preview.leaves().forEach((issuer, count) -> sorted.put(issuer.text(), count));
        sorted.forEach(issuers::put);
        return Answer.ok(answer);
    }

    private static RevocationScope scope(ObjectNode body) {
        Optional<String> key = text(body, "key", text -> text);
        Optional<IssuerName> issuer = text(body, "issuer", IssuerName::new);
        Optional<Instant> from = text(body, "issuedFrom", RevocationRoutes::instant);
        Optional<Instant> to = text(body, "issuedTo", RevocationRoutes::instant);
        try {
            return new RevocationScope(key, issuer, from, to);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static <T> Optional<T> text(
            ObjectNode body, String member, Function<String, T> parser) {
        JsonNode value = body.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw Problem.badRequest(member + " must be a text");
        }
        try {
            return Optional.of(parser.apply(value.textValue()));
        } catch (DateTimeException | ArithmeticException _) {
            throw Problem.badRequest(member + " must be a time such as 2026-01-31T12:00:00Z");
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(member + ": " + e.getMessage());
        }
    }

    private static Instant instant(String text) {
        return Instant.ofEpochMilli(Instant.parse(text).toEpochMilli());
    }

    /// RFC 5280's words, in any case and with or without hyphens; those about revocations that end again are left out.
    private static RevocationReason reason(String text) {
        String word = text.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
        return switch (word) {
            case "unspecified" -> RevocationReason.UNSPECIFIED;
            case "keycompromise" -> RevocationReason.KEY_COMPROMISE;
            case "cacompromise" -> RevocationReason.CA_COMPROMISE;
            case "affiliationchanged" -> RevocationReason.AFFILIATION_CHANGED;
            case "superseded" -> RevocationReason.SUPERSEDED;
            case "cessationofoperation" -> RevocationReason.CESSATION_OF_OPERATION;
            case "privilegewithdrawn" -> RevocationReason.PRIVILEGE_WITHDRAWN;
            default ->
                    throw new IllegalArgumentException(
                            "it must be keyCompromise, superseded, cessationOfOperation, affiliationChanged,"
                                    + " privilegeWithdrawn, cACompromise or unspecified");
        };
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("revocations");
        for (RevocationRun run : database.read(handle -> revocations.all(handle, call.account()))) {
            list.add(shown(run));
        }
        return Answer.ok(answer);
    }

    /// With those that are not at their end, and what they wait for.
    private Answer one(Call call) {
        RevocationRun run = find(call);
        int limit = call.number("limit", 1, LARGEST_PAGE, PAGE);
        String after = call.query("cursor").map(RevocationRoutes::position).orElse("");
        List<RevocationRun.Item> items =
                database.read(handle -> revocations.open(handle, run, after, limit + 1));
        ObjectNode answer = shown(run);
        ArrayNode open = answer.putArray("open");
        for (RevocationRun.Item item : items.subList(0, Math.min(limit, items.size()))) {
            ObjectNode each =
                    open.addObject()
                            .put("certificate", item.certificate().toString())
                            .put("serial", item.serial())
                            .put("issuer", item.issuer().text())
                            .put("state", item.state().name());
            item.message().ifPresent(message -> each.put("message", message));
        }
        if (items.size() > limit) {
            answer.put("cursor", cursor(items.get(limit - 1)));
        }
        return Answer.ok(answer);
    }

    private Answer cancel(Call call) {
        RevocationRun run = find(call);
        if (run.cancelledAt().isPresent() || run.finished()) {
            throw Problem.conflict(
                    "revocation "
                            + run.id()
                            + " is "
                            + run.status().name().toLowerCase(Locale.ROOT)
                            + " already, so there is nothing to take back");
        }
        database.write(write -> {
            revocations.cancel(write, run);
            return run;
        });
        return Answer.accepted(shown(find(call)));
    }

    private RevocationRun find(Call call) {
        String id = call.segment("id");
        return database.read(handle -> revocations.find(handle, call.account(), id))
                .orElseThrow(() -> Problem.notFound("there is no revocation " + id));
    }

    private static ObjectNode shown(RevocationRun run) {
        ObjectNode json =
                Json.object()
                        .put("id", run.id())
                        .put("status", run.status().name())
                        .put("startedAt", run.startedAt().toString());
        run.cancelledAt().ifPresent(at -> json.put("cancelledAt", at.toString()));
        put(json, run.scope(), run.reason());
        json.put("searching", run.searching());
        ObjectNode leaves = json.putObject("certificates");
        for (ItemState state : ItemState.values()) {
            leaves.put(state.name(), run.leaves().getOrDefault(state, 0L));
        }
        return json;
    }

    private static void put(ObjectNode json, RevocationScope scope, RevocationReason reason) {
        ObjectNode shown = json.putObject("scope");
        scope.keyDigest().ifPresent(key -> shown.put("key", key));
        scope.issuer().ifPresent(issuer -> shown.put("issuer", issuer.text()));
        scope.from().ifPresent(from -> shown.put("issuedFrom", from.toString()));
        scope.to().ifPresent(to -> shown.put("issuedTo", to.toString()));
        json.put("reason", reason.name());
    }

    private static String cursor(RevocationRun.Item item) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MassRevocations.position(item).getBytes(StandardCharsets.US_ASCII));
    }

    private static String position(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException _) {
            throw Problem.badRequest("cursor is not the cursor of an earlier answer");
        }
    }
}
