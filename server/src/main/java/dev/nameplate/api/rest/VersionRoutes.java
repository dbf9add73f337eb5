package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Difference;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Provenance;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Optional;

/// What a distribution's configuration was, what changed between two versions, and going back to one.
public final class VersionRoutes {
    private static final int MOST = 500;
    private static final int USUAL = 50;

    private final Database database;
    private final ConfigVersions versions;

    public VersionRoutes(Database database, ConfigVersions versions) {
        this.database = database;
        this.versions = versions;
    }

    public List<Route> all() {
        return List.of(
                Route.get("/v1/distributions", this::byHost, "host"),
                Route.get("/v1/distributions/{id}/versions", this::list, "below", "limit"),
                Route.get("/v1/distributions/{id}/versions/{n}", this::show),
                Route.get("/v1/distributions/{id}/versions/{n}/diff/{to}", this::diff),
                Route.post("/v1/distributions/{id}/versions/{n}/rollback", this::rollBack),
                Route.post("/v1/distributions/{id}/versions/{n}/note", this::annotate));
    }

    /// The distribution that answers for a host name, so that whoever sees the name finds the id.
    private Answer byHost(Call call) {
        String host =
                call.query("host")
                        .orElseThrow(() ->
                                Problem.badRequest(
                                        "give the host name as the query parameter host"));
        return database.read(handle ->
                versions.serving(handle, call.account(), name(host))
                        .map(found -> Answer.ok(distribution(found)))
                        .orElseThrow(() ->
                                Problem.notFound("no distribution of yours answers for " + host)));
    }

    private static String name(String host) {
        try {
            return DomainName.parse(host).ascii();
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("host: " + e.getMessage());
        }
    }

    private Answer list(Call call) {
        long below =
                call.query("below").isPresent()
                        ? call.number("below", 1, Integer.MAX_VALUE, 1)
                        : Long.MAX_VALUE;
        int limit = call.number("limit", 1, MOST, USUAL);
        return database.read(handle -> {
            Distribution distribution = distribution(handle, call);
            List<ConfigVersion> found = versions.below(handle, distribution.id(), below, limit + 1);
            List<ConfigVersion> page = found.subList(0, Math.min(limit, found.size()));
            ObjectNode answer = distribution(distribution);
            ArrayNode list = answer.putArray("versions");
            page.forEach(version -> list.add(summary(version, distribution)));
            if (found.size() > limit) {
                answer.put("nextBelow", page.getLast().number());
            }
            return Answer.ok(answer);
        });
    }

    private Answer show(Call call) {
        return database.read(handle -> {
            Distribution distribution = distribution(handle, call);
            ConfigVersion version = version(handle, distribution, call, "n");
            return Answer.ok(
                    summary(version, distribution).set("config", Json.stored(version.document())));
        });
    }

    private record Two(ConfigVersion from, ConfigVersion to) {}

    private Answer diff(Call call) {
        Two two =
                database.read(handle -> {
                    Distribution distribution = distribution(handle, call);
                    return new Two(
                            version(handle, distribution, call, "n"),
                            version(handle, distribution, call, "to"));
                });
        ObjectNode answer =
                Json.object().put("from", two.from().number()).put("to", two.to().number());
        ArrayNode list = answer.putArray("differences");
        for (Difference difference : ConfigVersions.differences(two.from(), two.to())) {
            ObjectNode each = list.addObject().put("path", difference.path());
            difference.before().ifPresent(before -> each.set("before", before));
            difference.after().ifPresent(after -> each.set("after", after));
        }
        return Answer.ok(answer);
    }

    private Answer rollBack(Call call) {
        String note = call.request().body().length == 0 ? "" : note(call, false);
        return database.write(write -> {
            Distribution existing = distribution(write.handle(), call);
            ConfigVersion version = version(write.handle(), existing, call, "n");
            Distribution now;
            try {
                now =
                        versions.rollBack(
                                write,
                                existing,
                                version,
                                Provenance.ofRollBack("rest", version, note));
            } catch (ConfigDoor.Refused refused) {
                throw Problem.conflict(
                        "version %d cannot be taken up again: %s"
                                .formatted(version.number(), refused.getMessage()));
            }
            return Answer.accepted(
                    versions.find(write.handle(), now.id(), now.version())
                            .map(made -> summary(made, now))
                            .orElseThrow());
        });
    }

    private Answer annotate(Call call) {
        String note = note(call, true);
        return database.write(write -> {
            Distribution distribution = distribution(write.handle(), call);
            ConfigVersion version = version(write.handle(), distribution, call, "n");
            if (!versions.annotate(write, distribution.id(), version.number(), note)) {
                throw noSuchVersion(version.number());
            }
            return Answer.ok(
                    summary(version(write.handle(), distribution, call, "n"), distribution));
        });
    }

    /// Leaves room for what a roll-back puts before it.
    private static final int LONGEST_NOTE = Provenance.LONGEST - 50;

    private static String note(Call call, boolean required) {
        ObjectNode body = call.body();
        Json.checkMembers(body, List.of("note"));
        if (!body.path("note").isTextual() && (required || body.has("note"))) {
            throw Problem.badRequest("the body must have the text member note");
        }
        String note = body.path("note").asText();
        if (note.length() > LONGEST_NOTE || note.chars().anyMatch(Character::isISOControl)) {
            throw Problem.badRequest(
                    "a note is one line of at most " + LONGEST_NOTE + " characters");
        }
        return note;
    }

    private Distribution distribution(Handle handle, Call call) {
        String id = call.segment("id");
        return Optional.of(id)
                .filter(DistributionId::isWellFormed)
                .flatMap(text ->
                        versions.distribution(handle, call.account(), new DistributionId(text)))
                .orElseThrow(() -> Problem.notFound("there is no distribution " + id));
    }

    private ConfigVersion version(
            Handle handle, Distribution distribution, Call call, String segment) {
        String text = call.segment(segment);
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Problem.badRequest("a version is a number, not " + text);
        }
        return versions.find(handle, distribution.id(), number)
                .orElseThrow(() -> noSuchVersion(number));
    }

    private static Problem noSuchVersion(long number) {
        return Problem.notFound(
                "there is no version " + number + "; the list of versions shows which are kept");
    }

    private static ObjectNode distribution(Distribution distribution) {
        ObjectNode json =
                Json.object()
                        .put("distribution", distribution.id().value())
                        .put("kind", distribution.kind().name())
                        .put("domainName", distribution.domainName())
                        .put("status", distribution.status().name())
                        .put("version", distribution.version());
        ArrayNode aliases = json.putArray("aliases");
        distribution.config().aliases().forEach(alias -> aliases.add(alias.ascii()));
        return json;
    }

    private static ObjectNode summary(ConfigVersion version, Distribution distribution) {
        return Json.object()
                .put("version", version.number())
                .put("current", version.number() == distribution.version())
                .put("acceptedAt", version.acceptedAt().toString())
                .put("door", version.door())
                .put("note", version.note())
                .put("etag", version.etag());
    }
}
