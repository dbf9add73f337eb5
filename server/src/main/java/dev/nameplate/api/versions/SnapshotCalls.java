package dev.nameplate.api.versions;

import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Snapshot;
import dev.nameplate.distribution.SnapshotName;
import dev.nameplate.distribution.Snapshots;
import dev.nameplate.wire.HttpResponse;

import java.util.function.Supplier;

/// Names for versions: made, listed, compared, applied, deleted.
record SnapshotCalls(Archive archive, Links links, Transfers transfers) {

    HttpResponse create(Call call) {
        call.require("distributionId", "snapShotName");
        SnapshotName name = call.snapshotName("snapShotName");
        String note = call.note("snapShotNote", "note");
        archive.write(write -> {
            Distribution named = archive.distribution(write.handle(), call, "distributionId");
            return naming(
                    "snapShotName", () -> archive.snapshots().create(write, named, name, note));
        });
        return Shapes.json(200, Shapes.inner(200, "succeed create new snapshot"));
    }

    /// Of a name that is not there, too.
    HttpResponse delete(Call call) {
        call.require("distributionId", "snapShotName");
        SnapshotName name = call.snapshotName("snapShotName");
        archive.write(write -> {
            Distribution named = archive.distribution(write.handle(), call, "distributionId");
            return naming(
                    "snapShotName", () -> archive.snapshots().delete(write, named.id(), name));
        });
        return Shapes.json(200, Shapes.inner(200, "succeed delete snapshot"));
    }

    HttpResponse list(Call call) {
        call.require("distributionId");
        return archive.read(handle -> {
            Distribution distribution = archive.distribution(handle, call, "distributionId");
            return Shapes.json(
                    200,
                    Shapes.array(
                            archive.snapshots().list(handle, distribution).stream()
                                    .map(each -> Shapes.snapshot(each, link(call, each)))
                                    .toList()));
        });
    }

    private String link(Call call, Snapshot snapshot) {
        return links.to(call, snapshot.distribution(), snapshot.version());
    }

    HttpResponse diff(Call call) {
        call.require("distribution_id", "snapshot1", "snapshot2");
        return archive.diff(
                call,
                "distribution_id",
                (handle, distribution, field) ->
                        archive.version(
                                handle, archive.snapshot(handle, distribution, call, field)),
                "snapshot1",
                "snapshot2");
    }

    HttpResponse link(Call call) {
        call.require("distributionId", "snapShotName");
        return archive.read(handle -> {
            Distribution distribution = archive.distribution(handle, call, "distributionId");
            Snapshot snapshot = archive.snapshot(handle, distribution, call, "snapShotName");
            return Shapes.json(200, Shapes.link(link(call, snapshot)));
        });
    }

    HttpResponse apply(Call call) {
        call.require(Transfers.SOURCE, Transfers.TARGETS, "snapshot_name");
        SnapshotName name = call.snapshotName("snapshot_name");
        transfers.apply(
                call,
                (write, distribution) -> {
                    Snapshot snapshot =
                            archive.snapshot(write.handle(), distribution, call, "snapshot_name");
                    return new Transfers.Source(
                            distribution,
                            archive.version(write.handle(), snapshot),
                            "applied snapshot %s of %s, version %d"
                                    .formatted(name, distribution.id(), snapshot.version()));
                },
                (write, target) -> archive.snapshots().applied(write, target.id(), name));
        return Shapes.json(
                200, Shapes.inner(200, "succeed apply snapshot to target distributions"));
    }

    HttpResponse annotate(Call call) {
        call.require("distribution_id", "snapshot_name");
        SnapshotName name = call.snapshotName("snapshot_name");
        String note = call.note("note", "snapShotNote");
        archive.write(write -> {
            Distribution distribution =
                    archive.distribution(write.handle(), call, "distribution_id");
            boolean noted =
                    naming(
                            "snapshot_name",
                            () ->
                                    archive.snapshots()
                                            .annotate(write, distribution.id(), name, note));
            if (!noted) {
                throw Archive.noSnapshot(distribution, call, "snapshot_name");
            }
            return distribution.id();
        });
        return Shapes.json(200, Shapes.noted(note));
    }

    HttpResponse lastApplied(Call call) {
        call.require("distributionId");
        return archive.read(handle -> {
            Distribution distribution = archive.distribution(handle, call, "distributionId");
            return Shapes.json(
                    200,
                    Shapes.text(
                            archive.snapshots()
                                    .lastApplied(handle, distribution.id())
                                    .map(SnapshotName::value)
                                    .orElse("")));
        });
    }

    HttpResponse aliases(Call call) {
        call.require("distributionId");
        return archive.read(handle ->
                Shapes.json(
                        200, Shapes.names(archive.distribution(handle, call, "distributionId"))));
    }

    private static <T> T naming(String field, Supplier<T> work) {
        try {
            return work.get();
        } catch (Snapshots.Refused refused) {
            throw new BadCall(field, String.valueOf(refused.getMessage()));
        }
    }
}
