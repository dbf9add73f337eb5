package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Answer;
import dev.nameplate.api.rest.Call;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.Problem;
import dev.nameplate.api.rest.Route;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.JobSummary;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.RequestKey;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.Uploads;
import dev.nameplate.wire.HttpRequest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// Jobs under `/v1/jobs`: the same jobs as the original's door shows, entry by entry.
public final class JobRoutes {
    private static final String ROOT = "/v1/jobs";
    private static final int MOST = 1000;
    private static final int USUAL = 100;
    private static final int MOST_JOBS = 100;
    private static final int USUAL_JOBS = 20;

    /// Each holds a connection and has its job looked at.
    private static final JobEvents.Places LISTENERS = new JobEvents.Places(64, 16);

    /// Bytes of a digest: enough to tell two standings of one job apart.
    private static final int EVENT_ID = 8;

    /// Printable ASCII, as the draft of the header's standard has it, and not longer than a row should hold.

    private final SaasJobs jobs;

    private final CleanReader reader;
    private final Forecast forecast;
    private final UploadOptions uploadOptions;
    private final UploadReader uploads;
    private final Limits limits;
    private final JobEvents events =
            new JobEvents(
                    LISTENERS,
                    () -> LockSupport.parkNanos(JobEvents.LOOK.toNanos()),
                    Duration.ofSeconds(10));

    /// @param body bytes of a job that is sent as one JSON document
    /// @param uploaded entries of one that is sent line by line
    public record Limits(int body, int uploaded) {
        public static final Limits DEFAULT = new Limits(SaasApi.Limits.DEFAULT.maxBody(), 100_000);
    }

    public JobRoutes(SaasJobs jobs, JobChecks checks) {
        this(jobs, checks, Limits.DEFAULT, Allowance.UNKNOWN, IssuerTurns.UNLIMITED);
    }

    public JobRoutes(
            SaasJobs jobs,
            JobChecks checks,
            Limits limits,
            Allowance allowance,
            IssuerTurns issuers) {
        this.forecast = new Forecast(jobs, allowance, issuers);
        this.jobs = jobs;
        this.reader = new CleanReader(checks);
        this.uploadOptions = new UploadOptions(checks);
        this.uploads = new UploadReader(checks, jobs, limits.uploaded());
        this.limits = limits;
    }

    public static boolean accepts(HttpRequest request) {
        return request.rawPath().equals(ROOT) || request.rawPath().startsWith(ROOT + "/");
    }

    public List<Route> all() {
        return List.of(
                Route.get(ROOT, this::list, "cursor", "limit"),
                Route.upload(ROOT, this::create, UploadOptions.PARAMETERS),
                Route.get(ROOT + "/{id}", this::show),
                Route.get(ROOT + "/{id}/entries", this::entries, "cursor", "limit", "state"),
                Route.get(ROOT + "/{id}/records", this::records, "cursor", "limit", "format"),
                Route.get(ROOT + "/{id}/events", this::events),
                Route.post(ROOT + "/{id}/pause", call -> order(call, jobs::pause)),
                Route.post(ROOT + "/{id}/resume", call -> order(call, jobs::resume)),
                Route.post(ROOT + "/{id}/cancel", call -> order(call, jobs::cancel)),
                Route.post(ROOT + "/{id}/retry", this::retry),
                Route.post(ROOT + "/{id}/rollback", this::rollBack));
    }

    private Answer create(Call call) {
        Optional<String> key = call.requestKey();
        try {
            Optional<UploadReader.Form> form = form(call);
            return form.isPresent()
                    ? upload(call, form.get(), key)
                    : create(call.whole(limits.body()), key);
        } catch (BadRequest refused) {
            throw Problem.invalid(
                    refused.summary(),
                    refused.problems().stream()
                            .map(each -> new Problem.Wrong(each.field(), each.message()))
                            .toList());
        } catch (SaasJobs.KeyReused reused) {
            throw Problem.unprocessable(reused.getMessage() + "; give this one another key");
        } catch (Uploads.Gone gone) {
            throw Problem.conflict(gone.getMessage() + "; send it again");
        }
    }

    private static Optional<UploadReader.Form> form(Call call) {
        String type =
                call.request()
                        .headers()
                        .first("Content-Type")
                        .map(text -> text.split(";", -1)[0].strip().toLowerCase(Locale.ROOT))
                        .orElse("");
        return switch (type) {
            case "application/x-ndjson" -> Optional.of(UploadReader.Form.NDJSON);
            case "text/csv" -> Optional.of(UploadReader.Form.CSV);
            default -> Optional.empty();
        };
    }

    private Answer create(Call call, Optional<String> key) {
        boolean dryRun = uploadOptions.dryRunOnly(call);
        Optional<RequestKey> request = key.map(text -> requestKey(text, call));
        Optional<JobId> before = request.flatMap(each -> jobs.madeUnder(call.account(), each));
        if (before.isPresent()) {
            return created(call, before.get());
        }
        CleanReader.Asked asked = reader.read(call.account(), call.body());
        return asked.dryRun() || dryRun
                ? judged(call, asked.request())
                : created(call, jobs.create(call.account(), asked.request(), request));
    }

    /// The key stands for the query too, which says half of what is asked.
    private Answer upload(Call call, UploadReader.Form form, Optional<String> key) {
        UploadReader.Options options = uploadOptions.of(call, form);
        MessageDigest digest = digest();
        digest.update(
                (form + "?" + call.request().rawQuery() + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            UploadReader.Read read =
                    uploads.read(call.account(), options, call.stream(), key, digest);
            return read.job()
                    .map(id -> created(call, id))
                    .orElseGet(() ->
                            judged(
                                    call,
                                    options.kind(),
                                    read.entries(),
                                    UploadReader.wanted(options, read.entries()),
                                    read.judged()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer judged(Call call, JobRequest request) {
        Uploads.Kind kind =
                new Uploads.Kind(request.platform(), request.operation(), request.autoCreation());
        return judged(
                call,
                kind,
                request.entries().size(),
                JobChecks.wanted(request.operation(), request.autoCreation(), request.entries()),
                request.entries());
    }

    /// @param asked those of the entries whose certificates would be asked for
    private Answer judged(
            Call call,
            Uploads.Kind kind,
            int entries,
            Quota.Wanted wanted,
            List<JobRequest.Entry> asked) {
        ObjectNode expected = forecast.of(call.account(), kind, entries, wanted);
        List<ObjectNode> waiting = forecast.waiting(kind, asked);
        if (!waiting.isEmpty()) {
            expected.putArray("issuers").addAll(waiting);
        }
        ObjectNode answer = Json.object().put("valid", true).put("entries", entries);
        answer.set("forecast", expected);
        return Answer.ok(answer);
    }

    private Answer created(Call call, JobId id) {
        return Answer.created(ROOT + "/" + id, JobJson.of(summary(call, id)));
    }

    /// Of a call whose body was read whole.
    static Optional<RequestKey> requestKey(Call call) {
        return call.requestKey().map(key -> requestKey(key, call));
    }

    private static RequestKey requestKey(String key, Call call) {
        return new RequestKey(
                key, HexFormat.of().formatHex(digest().digest(call.request().body())));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Answer list(Call call) {
        int limit = call.number("limit", 1, MOST_JOBS, USUAL_JOBS);
        List<JobSummary> found =
                jobs.page(call.account(), call.query("cursor").map(JobRoutes::place), limit + 1);
        List<JobSummary> page = found.subList(0, Math.min(limit, found.size()));
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("jobs");
        page.forEach(job -> list.add(JobJson.of(job)));
        if (found.size() > limit) {
            JobSummary last = page.getLast();
            answer.put("nextCursor", last.createdAt().toEpochMilli() + "-" + last.id());
        }
        return Answer.ok(answer);
    }

    private static SaasJobs.Position place(String cursor) {
        int end = cursor.indexOf('-');
        try {
            return new SaasJobs.Position(
                    Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, Math.max(0, end)))),
                    cursor.substring(end + 1));
        } catch (NumberFormatException _) {
            throw Problem.badRequest("cursor must be the nextCursor of the page before");
        }
    }

    private Answer show(Call call) {
        return Answer.ok(JobJson.of(summary(call, id(call))));
    }

    private JobSummary summary(Call call, JobId id) {
        return jobs.summary(call.account(), id)
                .orElseThrow(() -> Problem.notFound("there is no job " + id));
    }

    private static JobId id(Call call) {
        return new JobId(call.segment("id"));
    }

    private Answer entries(Call call) {
        Optional<EntryState> state =
                call.query("state")
                        .map(word ->
                                Stream.of(EntryState.values())
                                        .filter(each -> each.name().equals(word))
                                        .findFirst()
                                        .orElseThrow(() ->
                                                Problem.badRequest(
                                                        "state must be one of "
                                                                + List.of(EntryState.values()))));
        return page(call, state, "entries", JobJson::append);
    }

    /// A page of them, or in the form that is asked for all of them.
    private Answer records(Call call) {
        Optional<JobRecords.Format> format =
                call.query("format").map(JobRoutes::format).or(() -> accepted(call));
        if (format.isEmpty()) {
            return page(
                    call,
                    Optional.empty(),
                    "records",
                    (entry, list) ->
                            JobRecords.of(entry).forEach(record -> list.add(record.json())));
        }
        if (call.query("cursor").isPresent() || call.query("limit").isPresent()) {
            throw Problem.badRequest(
                    "cursor and limit are for pages; in this form all records are in one answer");
        }
        JobId id = id(call);
        summary(call, id);
        return Answer.streamed(
                format.get().type(),
                JobRecords.written(
                        format.get(),
                        first -> jobs.entries(call.account(), id, first, Optional.empty(), MOST)));
    }

    private static JobRecords.Format format(String word) {
        return JobRecords.Format.named(word)
                .orElseThrow(() -> Problem.badRequest("format must be json, csv or zone"));
    }

    private static Optional<JobRecords.Format> accepted(Call call) {
        String accept = String.join(",", call.request().headers().all("Accept"));
        if (accept.contains("text/csv")) {
            return Optional.of(JobRecords.Format.CSV);
        }
        return accept.contains("text/dns") ? Optional.of(JobRecords.Format.ZONE) : Optional.empty();
    }

    private Answer page(
            Call call,
            Optional<EntryState> state,
            String member,
            BiConsumer<Entry, ArrayNode> view) {
        JobId id = id(call);
        summary(call, id);
        int limit = call.number("limit", 1, MOST, USUAL);
        int first = call.number("cursor", 0, Integer.MAX_VALUE, 0);
        List<Entry> found = jobs.entries(call.account(), id, first, state, limit + 1);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray(member);
        found.stream().limit(limit).forEach(entry -> view.accept(entry, list));
        if (found.size() > limit) {
            answer.put("nextCursor", Integer.toString(found.get(limit).number()));
        }
        return Answer.ok(answer);
    }

    private Answer events(Call call) {
        JobId id = id(call);
        JobEvents.Standing now = standing(summary(call, id));
        Optional<String> last = call.request().headers().first("Last-Event-ID");
        if (now.ended() && last.filter(now.id()::equals).isPresent()) {
            // What keeps a browser from asking again.
            return Answer.nothing();
        }
        if (events.isFull(call.account())) {
            throw Problem.tooSoon(
                    "%d listen already, or %d of this account, which is the most; GET the job now and then"
                            .formatted(LISTENERS.all(), LISTENERS.each()),
                    Duration.ofSeconds(5));
        }
        return Answer.streamed(
                "text/event-stream",
                events.listening(
                        call.account(), id.value(), last, () -> standing(summary(call, id))));
    }

    private static JobEvents.Standing standing(JobSummary job) {
        return JobEvents.Standing.of(
                JobJson.of(job),
                text -> HexFormat.of().formatHex(digest().digest(text), 0, EVENT_ID));
    }

    private Answer order(Call call, BiConsumer<dev.nameplate.names.AccountId, JobId> order) {
        noBody(call);
        return ordered(call, id -> order.accept(call.account(), id));
    }

    private Answer retry(Call call) {
        noBody(call);
        return ordered(call, id -> jobs.retry(call.account(), id));
    }

    /// There is no standard: whether customers who are served lose that is said, not assumed.
    private Answer rollBack(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, List.of("entries"));
        boolean served =
                switch (body.path("entries").asText()) {
                    case "ALL" -> true;
                    case "UNSERVED" -> false;
                    default ->
                            throw Problem.badRequest(
                                    "entries must be ALL, or UNSERVED to leave alone what is served");
                };
        return ordered(call, id -> jobs.rollBack(call.account(), id, served));
    }

    private interface Ordering {
        void give(JobId id);
    }

    private Answer ordered(Call call, Ordering order) {
        JobId id = id(call);
        try {
            order.give(id);
        } catch (SaasJobs.NoSuchJob missing) {
            throw Problem.notFound(String.valueOf(missing.getMessage()));
        } catch (SaasJobs.NotNow notNow) {
            throw Problem.conflict(String.valueOf(notNow.getMessage()));
        }
        return Answer.accepted(JobJson.of(summary(call, id)));
    }

    private static void noBody(Call call) {
        String body = new String(call.request().body(), StandardCharsets.UTF_8).strip();
        if (!body.isEmpty() && !body.equals("{}")) {
            throw Problem.badRequest("this call takes no body");
        }
    }
}
