package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.CertificateNotices;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuanceForecast;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.Quarantine;
import dev.nameplate.certificate.Reissues;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.RenewalCalendar;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What an account's certificates come to: the calendar of renewals and ends, reissuing everything, notices, and what does
/// not load.
public final class RenewalRoutes {
    private static final int DAYS = 60;
    private static final int MOST_DAYS = 400;
    private static final int MOST_HOURS = 24 * 31;
    private static final int EVENTS = 100;
    private static final int MOST_EVENTS = 1000;
    private static final List<String> DRILL_MEMBERS =
            List.of("start", "keyAlgorithm", "issuer", "signedBy", "issuedFrom", "issuedTo");

    private final Database database;
    private final Certificates certificates;
    private final Reissues reissues;
    private final InstantSource clock;

    private final IssuanceForecast forecast;

    /// @param forecast by which renewals are laid under their issuers' limits
    public RenewalRoutes(
            Database database,
            Certificates certificates,
            Reissues reissues,
            IssuanceForecast forecast,
            InstantSource clock) {
        this.forecast = forecast;
        this.database = database;
        this.certificates = certificates;
        this.reissues = reissues;
        this.clock = clock;
    }

    public List<Route> all() {
        return List.of(
                Route.get("/v1/renewals", this::calendar, "by", "days", "hours"),
                Route.get("/v1/renewals/drill", this::runs),
                Route.post("/v1/renewals/drill", this::drill),
                Route.get("/v1/events", this::events, "before", "limit"),
                Route.get("/v1/quarantine", this::quarantine));
    }

    private Answer calendar(Call call) {
        boolean hourly = call.query("by").map(RenewalRoutes::isHour).orElse(false);
        int slots =
                hourly
                        ? call.number("hours", 1, MOST_HOURS, 24)
                        : call.number("days", 1, MOST_DAYS, DAYS);
        RenewalCalendar calendar =
                database.read(handle ->
                        RenewalCalendar.read(
                                handle,
                                call.account(),
                                clock.instant(),
                                hourly ? Duration.ofHours(1) : Duration.ofDays(1),
                                slots,
                                forecast));
        ObjectNode answer = Json.object();
        calendar.soonestEnd().ifPresent(end -> answer.put("soonestEnd", end.toString()));
        put(answer.putObject("renewals"), calendar.renewals());
        ArrayNode list = answer.putArray(hourly ? "hours" : "days");
        for (RenewalCalendar.Slot slot : calendar.slots()) {
            list.addObject()
                    .put("from", slot.from().toString())
                    .put("renewals", slot.renewals())
                    .put("ends", slot.ends());
        }
        ArrayNode issuers = answer.putArray("issuers");
        for (RenewalCalendar.Plan plan : calendar.issuers()) {
            ObjectNode each = issuers.addObject().put("issuer", plan.issuer().text());
            ArrayNode renewals = each.putArray("renewals");
            plan.renewals().forEach(renewals::add);
            each.put("held", plan.held()).put("late", plan.late());
            plan.heldBy().ifPresent(words -> each.put("heldBy", words));
        }
        return Answer.ok(answer);
    }

    private static boolean isHour(String by) {
        return switch (by) {
            case "hour" -> true;
            case "day" -> false;
            default -> throw Problem.badRequest("by must be day or hour");
        };
    }

    private static void put(ObjectNode json, Map<Renewal.Status, Long> renewals) {
        for (Renewal.Status status : Renewal.Status.values()) {
            json.put(status.name(), renewals.getOrDefault(status, 0L));
        }
    }

    /// Only computes, unless it says `"start": true`.
    private Answer drill(Call call) {
        ObjectNode body = call.request().body().length == 0 ? Json.object() : call.body();
        Json.checkMembers(body, DRILL_MEMBERS);
        boolean start = Json.flag(body, "start");
        Reissues.Scope scope =
                new Reissues.Scope(
                        text(body, "keyAlgorithm", RenewalRoutes::keyAlgorithm),
                        text(body, "issuer", name -> name),
                        text(body, "signedBy", IssuerName::new),
                        text(body, "issuedFrom", RenewalRoutes::instant),
                        text(body, "issuedTo", RenewalRoutes::instant));
        if (scope.issuedFrom().isPresent()
                && scope.issuedTo().filter(scope.issuedFrom().get()::isAfter).isPresent()) {
            throw Problem.badRequest("issuedFrom is after issuedTo; swap them");
        }
        Reissues.Estimate estimate =
                database.read(handle -> reissues.estimate(handle, call.account(), scope));
        ObjectNode answer =
                Json.object()
                        .put("certificates", estimate.certificates())
                        .put("takesSeconds", wholeSeconds(estimate.takes()))
                        .put("finishesAt", clock.instant().plus(estimate.takes()).toString())
                        .put("within24Hours", estimate.takes().compareTo(Duration.ofDays(1)) <= 0);
        estimate.heldBy().ifPresent(words -> answer.put("heldBy", words));
        answer.putObject("rate")
                .put("perSecond", estimate.perSecond())
                .put("from", estimate.measured().isPresent() ? "measured" : "configured");
        if (!start) {
            return Answer.ok(answer);
        }
        Reissues.Run run =
                database.write(write -> {
                    reissues.unfinished(write.handle(), call.account(), scope)
                            .ifPresent(before -> {
                                throw Problem.conflict(
                                        "run "
                                                + before.id()
                                                + " over the same certificates, started at "
                                                + before.startedAt()
                                                + ", is not finished; GET /v1/renewals/drill tells how far it is,"
                                                + " and another scope may be started beside it");
                            });
                    return reissues.start(write, call.account(), scope);
                });
        return Answer.accepted(answer.put("id", run.id()));
    }

    private static KeyAlgorithm keyAlgorithm(String text) {
        return switch (text) {
            case "EC_prime256v1" -> KeyAlgorithm.EC_P256;
            case "EC_secp384r1" -> KeyAlgorithm.EC_P384;
            case "EC_secp521r1" -> KeyAlgorithm.EC_P521;
            default -> KeyAlgorithm.valueOf(text.toUpperCase(Locale.ROOT));
        };
    }

    /// As exact as times are kept.
    private static Instant instant(String text) {
        return Instant.ofEpochMilli(Instant.parse(text).toEpochMilli());
    }

    /// Never zero for something.
    private static long wholeSeconds(Duration takes) {
        return takes.plusMillis(999).toSeconds();
    }

    private static <T> Optional<T> text(
            ObjectNode body, String member, Function<String, T> parser) {
        JsonNode value = body.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        try {
            if (value.isTextual()) {
                return Optional.of(parser.apply(value.textValue()));
            }
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException _) {
            // Refused below.
        }
        throw Problem.badRequest(
                member
                        + (member.startsWith("issued")
                                ? " must be a time such as 2026-01-31T12:00:00Z"
                                : member.equals("issuer")
                                        ? " must be the common name of an authority"
                                        : member.equals("signedBy")
                                                ? " must be an issuer's name in the settings, such as embedded"
                                                : " must be a key algorithm such as EC_P256, EC_prime256v1 or RSA_2048"));
    }

    private Answer runs(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("runs");
        for (Reissues.Run run : database.read(handle -> reissues.runs(handle, call.account()))) {
            ObjectNode each =
                    list.addObject()
                            .put("id", run.id())
                            .put("startedAt", run.startedAt().toString())
                            .put("certificates", run.total())
                            .put("waiting", run.waiting())
                            .put("finished", run.finished());
            put(each.putObject("renewals"), run.renewals());
        }
        return Answer.ok(answer);
    }

    private Answer events(Call call) {
        Instant before =
                call.query("before")
                        .map(RenewalRoutes::time)
                        .orElse(clock.instant().plusSeconds(1));
        int limit = call.number("limit", 1, MOST_EVENTS, EVENTS);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("events");
        for (CertificateNotices.Notice notice :
                database.read(handle ->
                        CertificateNotices.before(handle, call.account(), before, limit))) {
            list.addObject()
                    .put(
                            "type",
                            switch (notice.kind()) {
                                case EXPIRY -> "CERTIFICATE_APPROACHING_EXPIRATION";
                                case REVOKED_IN_USE -> "CERTIFICATE_REVOKED_IN_USE";
                            })
                    .put("at", notice.at().toString())
                    .put("certificate", notice.certificate().toString())
                    .put("region", notice.region().name())
                    .put("notAfter", notice.notAfter().toString())
                    .put("message", notice.message());
        }
        return Answer.ok(answer);
    }

    private static Instant time(String text) {
        try {
            return instant(text);
        } catch (ArithmeticException | DateTimeException _) {
            throw Problem.badRequest("before must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    private Answer quarantine(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("certificates");
        for (Quarantine.Entry entry :
                database.read(
                        handle -> certificates.quarantine().entries(handle, call.account()))) {
            list.addObject()
                    .put("id", entry.id())
                    .put("reason", entry.reason())
                    .put("since", entry.since().toString());
        }
        return Answer.ok(answer);
    }
}
