package dev.nameplate.api.versions;

import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.wire.HttpResponse;

import org.jdbi.v3.core.Handle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Versions by their numbers, and the distributions that have them.
record VersionCalls(Archive archive, Links links, Transfers transfers) {
    private static final int PAGE = 200;

    /// The newest; a version is some 300 bytes of an answer.
    private static final int MOST_LISTED = 10_000;

    HttpResponse list(Call call) {
        call.require("distributionId");
        DistributionId id =
                archive.read(handle -> archive.distribution(handle, call, "distributionId").id());
        JsonList list = new JsonList();
        long below = Long.MAX_VALUE;
        List<ConfigVersion> page;
        do {
            long from = below;
            page = archive.read(handle -> archive.versions().below(handle, id, from, PAGE));
            for (ConfigVersion version : page) {
                list.add(Shapes.version(version, links.to(call, id, version.number())));
                below = version.number();
            }
        } while (page.size() == PAGE && list.size() < MOST_LISTED);
        return Shapes.json(200, list.bytes());
    }

    HttpResponse diff(Call call) {
        call.require("distributionId", "version1", "version2");
        return archive.diff(
                call,
                "distributionId",
                (handle, distribution, field) -> version(handle, distribution, call, field),
                "version1",
                "version2");
    }

    private ConfigVersion version(
            Handle handle, Distribution distribution, Call call, String field) {
        return archive.version(handle, distribution, call.text(field), field);
    }

    HttpResponse apply(Call call) {
        call.require(Transfers.SOURCE, "version", Transfers.TARGETS);
        transfers.apply(
                call,
                (write, distribution) -> {
                    ConfigVersion version = version(write.handle(), distribution, call, "version");
                    return new Transfers.Source(
                            distribution,
                            version,
                            "applied version %d of %s"
                                    .formatted(version.number(), distribution.id()));
                },
                (_, _) -> {});
        return Shapes.json(200, Shapes.text("target distributions been updated"));
    }

    HttpResponse annotate(Call call) {
        call.require("distribution_id", "version");
        String note = call.note("note", "snapShotNote");
        archive.write(write -> {
            Distribution distribution =
                    archive.distribution(write.handle(), call, "distribution_id");
            ConfigVersion version = version(write.handle(), distribution, call, "version");
            return archive.versions().annotate(write, distribution.id(), version.number(), note);
        });
        return Shapes.json(200, Shapes.noted(note));
    }

    HttpResponse link(Call call) {
        ConfigVersion version = inPath(call);
        return Shapes.json(200, Shapes.link(links.to(call, version.id(), version.number())));
    }

    HttpResponse content(Call call) {
        return Shapes.json(200, ConfigText.pretty(inPath(call)).getBytes(StandardCharsets.UTF_8));
    }

    private ConfigVersion inPath(Call call) {
        call.require("distributionId");
        return archive.read(handle ->
                archive.version(
                        handle,
                        archive.distribution(handle, call, "distributionId"),
                        call.segment(),
                        "versionId"));
    }

    HttpResponse distributions(Call call) {
        Map<DistributionId, Integer> snapshots =
                archive.read(handle -> archive.snapshots().counts(handle, call.account()));
        JsonList list = new JsonList();
        Optional<Distributions.Position> after = Optional.empty();
        List<Distribution> page;
        do {
            Optional<Distributions.Position> from = after;
            page =
                    archive.read(handle ->
                            archive.versions()
                                    .page(
                                            handle,
                                            call.account(),
                                            Distribution.Kind.CLOUDFRONT,
                                            from,
                                            PAGE));
            for (Distribution each : page) {
                list.add(Shapes.distribution(each, snapshots.getOrDefault(each.id(), 0)));
                after =
                        Optional.of(
                                new Distributions.Position(
                                        each.createdAt().toEpochMilli(), each.id().value()));
            }
        } while (page.size() == PAGE);
        return Shapes.json(200, list.bytes());
    }
}
