package dev.nameplate.notification.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outbox;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.JobSummary;
import dev.nameplate.saas.JobWatch;
import dev.nameplate.saas.Progress;
import dev.nameplate.saas.StepResult;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The events of jobs and their entries. Each follows from what is stored of the entry, so that a step that is recorded once is
/// told once.
public final class JobEvents implements JobWatch {
    /// Whose records are there already is not asked for them: proofs in zones that are hosted here are found within this.
    private static final Duration PROVEN_BY_ITSELF = Duration.ofSeconds(10);

    /// Short, so that a mistake is soon corrected.
    private static final int TTL = 300;

    private final Outbox outbox;

    public JobEvents(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public boolean wants(Write write, AccountId account) {
        return outbox.wanted(write.handle(), account);
    }

    @Override
    public void wentOn(Write write, AccountId account, List<StepResult> steps, Instant now) {
        List<Event> events = new ArrayList<>();
        for (StepResult step : steps) {
            Progress before = step.before().progress();
            Progress after = step.after();
            EntryState state = after.state();
            boolean reached = state != before.state();
            if (state == EntryState.PROOF
                    && !reached
                    && !after.records().isEmpty()
                    && !now.isBefore(after.since().plus(PROVEN_BY_ITSELF))) {
                events.add(
                        event(step, EventType.RECORDS_NEEDED, after.since(), now, records(step)));
            }
            if (before.serial().isEmpty() && after.serial().isPresent()) {
                events.add(event(step, EventType.ISSUED, now, now, entry(step)));
            }
            if (reached && state == EntryState.DONE && step.before().autoCreation()) {
                events.add(event(step, EventType.SERVED, after.since(), now, entry(step)));
            }
            if (reached && state == EntryState.FAILED) {
                events.add(event(step, EventType.FAILED, after.since(), now, failure(step)));
            }
        }
        outbox.record(write, events);
    }

    @Override
    public void ended(Write write, AccountId account, JobSummary job, Instant now) {
        ObjectNode data =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("job", job.id().value())
                        .put("status", job.status().name())
                        .put("total", job.total());
        ObjectNode states = data.putObject("entries");
        for (EntryState state : EntryState.values()) {
            if (job.in(state) > 0) {
                states.put(state.name(), job.in(state));
            }
        }
        outbox.record(
                write,
                Event.of(
                        account,
                        EventType.JOB_DONE,
                        "jobs/" + job.id(),
                        Long.toString(now.toEpochMilli()),
                        now,
                        data));
    }

    private static Event event(
            StepResult step, EventType type, Instant occurrence, Instant now, ObjectNode data) {
        Entry entry = step.before();
        return Event.of(
                entry.account(),
                type,
                "jobs/" + entry.job() + "/entries/" + entry.number(),
                Long.toString(occurrence.toEpochMilli()),
                now,
                data);
    }

    private static ObjectNode entry(StepResult step) {
        ObjectNode data =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("job", step.before().job().value())
                        .put("entry", step.before().number());
        ArrayNode names = data.putArray("names");
        step.before().names().forEach(name -> names.add(name.ascii()));
        step.after().certificateArn().ifPresent(arn -> data.put("certificateArn", arn));
        step.after()
                .distribution()
                .ifPresent(clone ->
                        data.put("distributionArn", clone.arn())
                                .put("distributionDomainName", clone.domainName()));
        return data;
    }

    private static ObjectNode failure(StepResult step) {
        ObjectNode data = entry(step);
        step.after()
                .failure()
                .ifPresent(failure ->
                        data.put("stage", failure.stage().name())
                                .put("reason", failure.reason())
                                .put("nextStepBy", failure.nextStep().name()));
        return data;
    }

    /// First what proves, then what brings visitors: the order in which they are set without an interruption.
    private static ObjectNode records(StepResult step) {
        ObjectNode data = entry(step);
        ArrayNode records = data.putArray("records");
        step.after()
                .records()
                .forEach(wanted ->
                        add(records, "PROOF", wanted.name(), wanted.type(), wanted.value()));
        step.after()
                .trafficTarget()
                .ifPresent(target ->
                        step.before()
                                .names()
                                .forEach(name ->
                                        add(
                                                records,
                                                "TRAFFIC",
                                                name.ascii() + ".",
                                                "CNAME",
                                                target + ".")));
        return data;
    }

    static void add(ArrayNode records, String purpose, String name, String type, String value) {
        records.addObject()
                .put("purpose", purpose)
                .put("name", name)
                .put("type", type)
                .put("value", value)
                .put("ttl", TTL);
    }
}
