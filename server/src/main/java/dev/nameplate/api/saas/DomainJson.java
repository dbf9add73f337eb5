package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.domain.DomainEvent;
import dev.nameplate.domain.Standing;
import dev.nameplate.domain.TakeOver;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Progress;

import java.util.ArrayList;
import java.util.List;

/// Domains as JSON.
final class DomainJson {
    private DomainJson() {}

    static ObjectNode of(Standing standing) {
        Progress progress = standing.progress();
        ObjectNode json = Json.object().put("id", standing.domain().id().value());
        ArrayNode names = json.putArray("names");
        standing.domain().names().forEach(name -> names.add(name.ascii()));
        json.put("state", standing.state().name()).put("since", progress.since().toString());
        standing.reason().ifPresent(reason -> json.put("reason", reason));
        json.put("nextStepBy", standing.nextStepBy().name());
        standing.nextLook().ifPresent(at -> json.put("nextLook", at.toString()));
        json.put("createdAt", standing.domain().createdAt().toString())
                .put("job", standing.domain().job().value());
        progress.certificateArn().ifPresent(arn -> json.put("certificateArn", arn));
        JobJson.servedBy(progress, json);
        ArrayNode records = json.putArray("records");
        wanted(standing)
                .forEach(each ->
                        records.addObject()
                                .put("purpose", each.purpose().name())
                                .put("name", each.record().name())
                                .put("type", each.record().type())
                                .put("value", each.record().value()));
        if (!standing.takeOvers().isEmpty()) {
            ArrayNode list = json.putArray("takeOvers");
            standing.takeOvers().forEach(each -> list.add(json(each)));
        }
        if (!standing.domain().lost().isEmpty()) {
            ArrayNode list = json.putArray("lost");
            standing.domain()
                    .lost()
                    .forEach((name, at) ->
                            list.addObject().put("name", name.ascii()).put("at", at.toString()));
        }
        return json;
    }

    private static ObjectNode json(TakeOver each) {
        ObjectNode json =
                Json.object()
                        .put("name", each.name().ascii())
                        .put("state", each.state().name())
                        .put("askedAt", each.askedAt().toString())
                        .put("expiresAt", each.expiresAt().toString());
        each.lookedAt()
                .ifPresent(at -> json.put("lookedAt", at.toString()).put("shown", each.shown()));
        each.reason().ifPresent(reason -> json.put("reason", reason));
        each.due().ifPresent(at -> json.put("nextLook", at.toString()));
        return json;
    }

    enum Purpose {
        PROOF,
        TAKE_OVER,
        TRAFFIC
    }

    record Purposeful(Purpose purpose, RecordCheck.Wanted record) {}

    /// What the domain's owner sets in the DNS, all of it at once. Traffic last: until a name was taken over it is better left
    /// where it is.
    static List<Purposeful> wanted(Standing standing) {
        List<Purposeful> all = new ArrayList<>();
        switch (standing.state()) {
            case REMOVING, REMOVED, LOST -> {
                return all;
            }
            case PREPARING,
                    WAITING_FOR_PROOF,
                    WAITING_FOR_TAKE_OVER,
                    BINDING,
                    VERIFYING,
                    SERVED,
                    FAILED,
                    CANCELLED -> {}
        }
        Progress progress = standing.progress();
        progress.records()
                .forEach(record ->
                        all.add(
                                new Purposeful(
                                        Purpose.PROOF,
                                        new RecordCheck.Wanted(
                                                record.name(), record.type(), record.value()))));
        standing.waiting()
                .forEach(each ->
                        all.add(
                                new Purposeful(
                                        Purpose.TAKE_OVER,
                                        new RecordCheck.Wanted(
                                                each.record() + ".", "TXT", each.value()))));
        progress.trafficTarget()
                .ifPresent(target -> {
                    for (DomainName name : standing.domain().names()) {
                        if (!standing.domain().lost().containsKey(name)) {
                            all.add(
                                    new Purposeful(
                                            Purpose.TRAFFIC,
                                            new RecordCheck.Wanted(
                                                    name.ascii() + ".", "CNAME", target + ".")));
                        }
                    }
                });
        return all;
    }

    static ObjectNode of(DomainEvent event) {
        ObjectNode json =
                Json.object()
                        .put("id", event.id())
                        .put("at", event.at().toString())
                        .put("name", event.name().ascii())
                        .put("kind", event.kind().name())
                        .put("detail", event.detail());
        event.domain().ifPresent(id -> json.put("domain", id.value()));
        return json;
    }
}
