package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.JobSummary;
import dev.nameplate.saas.Progress;

/// A job and its entries as `/v1/jobs` shows them; the shapes are those of `openapi/jobs.json`.
final class JobJson {
    private JobJson() {}

    /// The whole job, with how many entries are in each state.
    static ObjectNode of(JobSummary job) {
        ObjectNode json =
                Json.object()
                        .put("id", job.id().value())
                        .put("operation", job.operation().name())
                        .put("platform", job.platform().name())
                        .put("distributions", job.autoCreation())
                        .put("createdAt", job.createdAt().toString())
                        .put("status", job.status().name())
                        .put("total", job.total());
        ObjectNode states = json.putObject("entries");
        for (EntryState state : EntryState.values()) {
            if (job.in(state) > 0) {
                states.put(state.name(), job.in(state));
            }
        }
        return json;
    }

    /// One entry: what has come of it, and whose turn it is.
    static void append(Entry entry, ArrayNode list) {
        Progress progress = entry.progress();
        ObjectNode json =
                list.addObject()
                        .put("entry", entry.number())
                        .put("state", progress.state().name())
                        .put("since", progress.since().toString())
                        .put("attempts", progress.attempts());
        ArrayNode names = json.putArray("names");
        entry.names().forEach(name -> names.add(name.ascii()));
        if (!entry.issuers().isEmpty()) {
            entry.issuers().forEach(json.putArray("issuer")::add);
        }
        progress.certificateArn().ifPresent(arn -> json.put("certificateArn", arn));
        servedBy(progress, json);
        progress.failure().ifPresent(failure -> json.put("reason", failure.reason()));
        progress.note().ifPresent(note -> json.put("note", note));
        json.put("nextStepBy", nextStepBy(progress));
        progress.due().ifPresent(due -> json.put("nextLook", due.toString()));
    }

    /// What serves it, as far as that is made.
    static void servedBy(Progress progress, ObjectNode json) {
        progress.distribution()
                .ifPresent(made -> {
                    if (made.isTenant()) {
                        json.put("tenantArn", made.arn()).put("routingEndpoint", made.domainName());
                    } else {
                        json.put("distributionArn", made.arn())
                                .put("distributionDomainName", made.domainName());
                    }
                });
    }

    /// Who takes the next step.
    private static String nextStepBy(Progress progress) {
        return switch (progress.state()) {
            case PROOF -> "DOMAIN_OWNER";
            case FAILED, CANCELLED ->
                    progress.failure().map(failure -> failure.nextStep().name()).orElse("NOBODY");
            case DONE, REMOVED -> "NOBODY";
            case VALIDATE,
                    CLONE,
                    CERTIFICATE,
                    BIND,
                    VERIFY,
                    UNSERVE,
                    DELETE_DISTRIBUTION,
                    DELETE_CERTIFICATE ->
                    "SERVER";
        };
    }
}
