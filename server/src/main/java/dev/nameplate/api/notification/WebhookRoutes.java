package dev.nameplate.api.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Answer;
import dev.nameplate.api.rest.Call;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.Problem;
import dev.nameplate.api.rest.Route;
import dev.nameplate.notification.Channel;
import dev.nameplate.notification.Channels;
import dev.nameplate.notification.Delivery;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Secret;
import dev.nameplate.notification.Subscription;
import dev.nameplate.notification.Subscriptions;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Subscriptions under `/v1/webhooks`: webhooks and, with the same events, e-mail and topics of SNS.
public final class WebhookRoutes {
    private static final String ROOT = "/v1/webhooks";
    private static final String ONE = ROOT + "/{id}";
    private static final int MOST = 1000;
    private static final int USUAL = 100;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /// The member that holds the address, by kind.
    private static final Map<String, Subscription.Kind> ADDRESSES =
            Map.of(
                    "url", Subscription.Kind.WEBHOOK,
                    "email", Subscription.Kind.EMAIL,
                    "topicArn", Subscription.Kind.SNS);

    private final Subscriptions subscriptions;
    private final Channels channels;

    public WebhookRoutes(Subscriptions subscriptions, Channels channels) {
        this.subscriptions = subscriptions;
        this.channels = channels;
    }

    public List<Route> all() {
        return List.of(
                Route.get(ROOT, this::list),
                Route.post(ROOT, this::create),
                Route.get(ONE, call -> Answer.ok(json(found(call)))),
                new Route("PATCH", ONE, this::change, List.of()),
                new Route("DELETE", ONE, this::delete, List.of()),
                Route.post(ONE + "/rotate-secret", this::rotate),
                Route.post(ONE + "/test", this::test),
                Route.get(ONE + "/deliveries", this::deliveries, "cursor", "limit", "state"),
                Route.get(ONE + "/deliveries/{delivery}", this::delivery),
                Route.post(ONE + "/deliveries/{delivery}/replay", this::replay),
                Route.post(ONE + "/replay", this::replayDead));
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("webhooks");
        subscriptions.list(call.account()).forEach(each -> list.add(json(each)));
        return Answer.ok(answer);
    }

    private Answer create(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, List.of("url", "email", "topicArn", "events"));
        List<String> given = ADDRESSES.keySet().stream().filter(body::has).sorted().toList();
        if (given.size() != 1) {
            throw Problem.badRequest("give exactly one of url, email and topicArn");
        }
        String member = given.getFirst();
        Subscription.Kind kind = Optional.ofNullable(ADDRESSES.get(member)).orElseThrow();
        String address = address(kind, member, body);
        Subscriptions.Created made =
                guarded(() ->
                        subscriptions.create(
                                call.account(), kind, address, events(body).orElse(Set.of())));
        return Answer.created(ROOT + "/" + made.subscription().id(), json(made));
    }

    private String address(Subscription.Kind kind, String member, ObjectNode body) {
        JsonNode given = body.path(member);
        if (!given.isTextual()) {
            throw wrong(member, "must be a string");
        }
        Channel channel =
                channels.of(kind)
                        .orElseThrow(() ->
                                wrong(
                                        member,
                                        kind == Subscription.Kind.EMAIL
                                                ? "needs a mail server: notifications.smtp.host is not set"
                                                : "needs notifications.sns to be true"));
        channel.problem(given.asText())
                .ifPresent(problem -> {
                    throw wrong(member, problem);
                });
        return given.asText();
    }

    private static Problem wrong(String member, String message) {
        return Problem.invalid(member + " " + message, List.of(new Problem.Wrong(member, message)));
    }

    /// @return empty if there is no such member; an empty set for all events
    private static Optional<Set<EventType>> events(ObjectNode body) {
        if (!body.has("events")) {
            return Optional.empty();
        }
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        List<Problem.Wrong> wrong = new ArrayList<>();
        JsonNode given = body.path("events");
        if (!given.isArray() || given.isEmpty()) {
            throw wrong("events", "must be a list of words, or be left out for all events");
        }
        for (int i = 0; i < given.size(); i++) {
            Optional<EventType> type =
                    Optional.of(given.path(i))
                            .filter(JsonNode::isTextual)
                            .flatMap(each -> EventType.of(each.asText()));
            type.ifPresent(types::add);
            if (type.isEmpty()) {
                wrong.add(
                        new Problem.Wrong(
                                "events[" + i + "]",
                                "must be one of "
                                        + String.join(
                                                ", ",
                                                Arrays.stream(EventType.values())
                                                        .map(EventType::word)
                                                        .toList())));
            }
        }
        if (!wrong.isEmpty()) {
            throw Problem.invalid("there is an event of another name", wrong);
        }
        return Optional.of(types);
    }

    private Answer change(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, List.of("url", "email", "topicArn", "events", "state"));
        Subscription before = found(call);
        String member = member(before.kind());
        for (String other : ADDRESSES.keySet()) {
            if (!other.equals(member) && body.has(other)) {
                throw wrong(other, "cannot be set: this subscription has " + member);
            }
        }
        Optional<String> address =
                body.has(member)
                        ? Optional.of(address(before.kind(), member, body))
                        : Optional.empty();
        Optional<Subscription.State> state =
                body.has("state")
                        ? Optional.of(
                                word(body.path("state").asText(), Subscription.State.values())
                                        .orElseThrow(
                                                () -> wrong("state", "must be ACTIVE or DISABLED")))
                        : Optional.empty();
        return Answer.ok(
                json(
                        guarded(() ->
                                subscriptions.change(
                                        call.account(),
                                        before.id(),
                                        new Subscriptions.Change(address, events(body), state)))));
    }

    private Answer delete(Call call) {
        Subscription gone = found(call);
        guarded(() -> {
            subscriptions.delete(call.account(), gone.id());
            return gone;
        });
        return Answer.ok(json(gone));
    }

    private Answer rotate(Call call) {
        noBody(call);
        return Answer.ok(
                json(guarded(() -> subscriptions.rotate(call.account(), call.segment("id")))));
    }

    private Answer test(Call call) {
        noBody(call);
        return Answer.accepted(
                json(guarded(() -> subscriptions.test(call.account(), call.segment("id")))));
    }

    private Answer replay(Call call) {
        noBody(call);
        return Answer.accepted(
                json(
                        guarded(() ->
                                subscriptions.replay(
                                        call.account(),
                                        call.segment("id"),
                                        call.segment("delivery")))));
    }

    private Answer replayDead(Call call) {
        Instant since = Instant.EPOCH;
        if (call.request().body().length > 0) {
            ObjectNode body = call.body();
            Json.checkMembers(body, List.of("since"));
            since = body.has("since") ? time("since", body.path("since")) : since;
        }
        Instant from = since;
        int all = guarded(() -> subscriptions.replayDead(call.account(), call.segment("id"), from));
        return Answer.accepted(Json.object().put("replayed", all));
    }

    private static Instant time(String member, JsonNode given) {
        try {
            Instant time = Instant.parse(given.asText());
            if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
                throw wrong(member, "must be a time from 1970 to 9999");
            }
            return time;
        } catch (DateTimeParseException _) {
            throw wrong(member, "must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    private Answer delivery(Call call) {
        return Answer.ok(
                json(
                        guarded(() ->
                                subscriptions.delivery(
                                        call.account(),
                                        call.segment("id"),
                                        call.segment("delivery")))));
    }

    private Answer deliveries(Call call) {
        int limit = call.number("limit", 1, MOST, USUAL);
        Optional<Delivery.State> state =
                call.query("state")
                        .map(word ->
                                word(word, Delivery.State.values())
                                        .orElseThrow(() ->
                                                Problem.badRequest(
                                                        "state must be PENDING, DELIVERED or DEAD")));
        List<Delivery> found =
                guarded(() ->
                        subscriptions.deliveries(
                                call.account(),
                                call.segment("id"),
                                state,
                                call.query("cursor").map(WebhookRoutes::place),
                                limit + 1));
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("deliveries");
        found.stream().limit(limit).forEach(each -> list.add(json(each)));
        if (found.size() > limit) {
            Delivery last = found.get(limit - 1);
            answer.put("nextCursor", last.event().at().toEpochMilli() + "-" + last.event().id());
        }
        return Answer.ok(answer);
    }

    private static Subscriptions.Place place(String cursor) {
        int end = cursor.indexOf('-');
        try {
            return new Subscriptions.Place(
                    Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, Math.max(0, end)))),
                    cursor.substring(end + 1));
        } catch (NumberFormatException _) {
            throw Problem.badRequest("cursor must be the nextCursor of the page before");
        }
    }

    private Subscription found(Call call) {
        return subscriptions
                .find(call.account(), call.segment("id"))
                .orElseThrow(() -> Problem.notFound("there is no webhook " + call.segment("id")));
    }

    private interface Work<T> {
        T get();
    }

    private static <T> T guarded(Work<T> work) {
        try {
            return work.get();
        } catch (Subscriptions.NoSuchSubscription missing) {
            throw Problem.notFound(String.valueOf(missing.getMessage()));
        } catch (Subscriptions.NotNow notNow) {
            throw Problem.conflict(String.valueOf(notNow.getMessage()));
        }
    }

    private static <E extends Enum<E>> Optional<E> word(String text, E[] words) {
        return Stream.of(words).filter(each -> each.name().equals(text)).findFirst();
    }

    private static void noBody(Call call) {
        byte[] body = call.request().body();
        if (body.length > 0 && !call.body().isEmpty()) {
            throw Problem.badRequest("this call takes no body");
        }
    }

    private static String member(Subscription.Kind kind) {
        return switch (kind) {
            case WEBHOOK -> "url";
            case EMAIL -> "email";
            case SNS -> "topicArn";
        };
    }

    private static ObjectNode json(Subscriptions.Created made) {
        ObjectNode json = json(made.subscription());
        made.secret().map(Secret::text).ifPresent(text -> json.put("secret", text));
        return json;
    }

    private static ObjectNode json(Subscription of) {
        ObjectNode json = Json.object().put("id", of.id()).put(member(of.kind()), of.address());
        ArrayNode events = json.putArray("events");
        Stream<EventType> types =
                of.events().isEmpty() ? Stream.of(EventType.values()) : of.events().stream();
        types.map(EventType::word).sorted().forEach(events::add);
        json.put("state", of.state().name()).put("createdAt", of.createdAt().toString());
        of.stateReason().ifPresent(reason -> json.put("stateReason", reason));
        of.previousUntil().ifPresent(until -> json.put("previousSecretUntil", until.toString()));
        if (of.isOfSettings()) {
            json.put("ofSettings", true);
        }
        return json;
    }

    private static ObjectNode json(Delivery of) {
        ObjectNode json =
                Json.object()
                        .put("id", of.event().id())
                        .put("event", of.event().type().word())
                        .put("subject", of.event().subject())
                        .put("time", of.event().at().toString())
                        .put("state", of.state().name())
                        .put("attempts", of.attempts());
        of.due().ifPresent(due -> json.put("nextAttempt", due.toString()));
        of.last()
                .ifPresent(last -> {
                    ObjectNode attempt = json.putObject("lastAttempt");
                    attempt.put("at", last.at().toString());
                    last.status().ifPresent(status -> attempt.put("status", status));
                    attempt.put("reason", last.reason());
                });
        return json.set("data", of.event().data());
    }
}
