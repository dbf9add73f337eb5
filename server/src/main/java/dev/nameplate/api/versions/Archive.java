package dev.nameplate.api.versions;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Snapshot;
import dev.nameplate.distribution.Snapshots;
import dev.nameplate.names.AccountId;
import dev.nameplate.wire.HttpResponse;

import org.jdbi.v3.core.Handle;

import java.util.Optional;
import java.util.function.Function;

/// Finds what the parameters of a call name, or says which parameter names nothing.
record Archive(Database database, ConfigVersions versions, Snapshots snapshots) {

    <T> T read(Function<Handle, T> work) {
        return database.read(work);
    }

    <T> T write(Function<Write, T> work) {
        return database.write(work);
    }

    Distribution distribution(Handle handle, Call call, String field) {
        return distribution(handle, call.account(), call.text(field))
                .orElseThrow(() -> new BadCall(field, noDistribution(call.text(field))));
    }

    Optional<Distribution> distribution(Handle handle, AccountId account, String id) {
        return Optional.of(id)
                .filter(DistributionId::isWellFormed)
                .flatMap(text -> versions.distribution(handle, account, new DistributionId(text)));
    }

    static String noDistribution(String id) {
        return "there is no distribution '" + id + "' in this account";
    }

    /// @param text the version's number, as given by `field`
    ConfigVersion version(Handle handle, Distribution distribution, String text, String field) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new BadCall(field, "a version is a number, not '" + text + "'");
        }
        return versions.find(handle, distribution.id(), number)
                .orElseThrow(() ->
                        new BadCall(
                                field,
                                "distribution "
                                        + distribution.id()
                                        + " has no config version "
                                        + number
                                        + "; list_versions shows those that are kept"));
    }

    /// Finds the version that a parameter names.
    interface Named {
        ConfigVersion find(Handle handle, Distribution distribution, String field);
    }

    /// How the second of two versions of one distribution differs from the first.
    HttpResponse diff(Call call, String distributionField, Named named, String from, String to) {
        record Two(ConfigVersion from, ConfigVersion to) {}
        Two two =
                read(handle -> {
                    Distribution distribution = distribution(handle, call, distributionField);
                    return new Two(
                            named.find(handle, distribution, from),
                            named.find(handle, distribution, to));
                });
        return Shapes.json(200, Shapes.text(ConfigText.diff(two.from(), two.to())));
    }

    Snapshot snapshot(Handle handle, Distribution distribution, Call call, String field) {
        return snapshots
                .find(handle, distribution, call.snapshotName(field))
                .orElseThrow(() -> noSnapshot(distribution, call, field));
    }

    static BadCall noSnapshot(Distribution distribution, Call call, String field) {
        return new BadCall(
                field,
                "distribution %s has no snapshot '%s'; list_snapshots shows those there are"
                        .formatted(distribution.id(), call.text(field)));
    }

    /// The version that a snapshot names.
    ConfigVersion version(Handle handle, Snapshot snapshot) {
        return versions.find(handle, snapshot.distribution(), snapshot.version())
                .orElseThrow(() ->
                        new IllegalStateException(
                                "version %d of %s is gone in spite of its snapshot"
                                        .formatted(snapshot.version(), snapshot.distribution())));
    }
}
