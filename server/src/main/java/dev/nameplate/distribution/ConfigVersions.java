package dev.nameplate.distribution;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The history of each distribution's configuration: read it, compare two versions, take an old one up again.
public final class ConfigVersions {
    private final Distributions distributions;
    private final Map<Distribution.Kind, ConfigDoor> doors;

    /// @param doors one for every kind
    public ConfigVersions(
            Distributions distributions, Map<Distribution.Kind, ? extends ConfigDoor> doors) {
        this.distributions = distributions;
        this.doors = Map.copyOf(doors);
    }

    /// @return empty if the account has no such distribution
    public Optional<Distribution> distribution(
            Handle handle, AccountId account, DistributionId id) {
        return distributions.find(handle, id).filter(found -> found.account().equals(account));
    }

    /// The account's distribution that answers for a host name.
    public Optional<Distribution> serving(Handle handle, AccountId account, String host) {
        return distributions.serving(handle, host).filter(found -> found.account().equals(account));
    }

    /// The account's distributions of one kind that follow `after`, oldest first.
    public List<Distribution> page(
            Handle handle,
            AccountId account,
            Distribution.Kind kind,
            Optional<Distributions.Position> after,
            int limit) {
        return distributions.page(handle, account, kind, after, limit);
    }

    /// Those numbered below `number`, newest first.
    public List<ConfigVersion> below(Handle handle, DistributionId id, long number, int limit) {
        return VersionTable.below(handle, id, number, limit);
    }

    public Optional<ConfigVersion> find(Handle handle, DistributionId id, long number) {
        return VersionTable.find(handle, id, number);
    }

    /// What somebody who has `from` must change to have `to`.
    public static List<Difference> differences(ConfigVersion from, ConfigVersion to) {
        return DocumentDiff.between(from.document(), to.document());
    }

    /// Writes a note on a version, over the one it has.
    ///
    /// @throws IllegalArgumentException if the note is too long or not one line
    /// @return false if there is no such version
    public boolean annotate(Write write, DistributionId id, long number, String note) {
        Provenance.checkNote(note);
        return VersionTable.annotate(write.handle(), id, number, note);
    }

    /// Accepts what `version` says as a new version, after every check that an update would pass.
    ///
    /// @param existing as read in this transaction
    /// @throws ConfigDoor.Refused if the old configuration is not acceptable now
    public Distribution rollBack(
            Write write, Distribution existing, ConfigVersion version, Provenance provenance) {
        if (version.number() == existing.version()) {
            throw new ConfigDoor.Refused(
                    "version "
                            + version.number()
                            + " is the newest already; there is nothing to roll back");
        }
        return door(existing).accept(write, existing, version.document(), provenance);
    }

    /// Accepts what `version` says, which may be another distribution's, as a new version of `target`, after every check that
    /// an update would pass. What belongs to the target rather than to how it serves stays.
    ///
    /// @param target as read in this transaction
    /// @param kind of the distribution whose version it is
    /// @throws ConfigDoor.Refused if the target cannot take it up
    /// @return empty if the target says all this already: no version is made
    public Optional<Distribution> apply(
            Write write,
            Distribution target,
            ConfigVersion version,
            Distribution.Kind kind,
            ConfigDoor.Names names,
            Provenance provenance) {
        if (kind != target.kind()) {
            throw new ConfigDoor.Refused(
                    "a configuration made through %s cannot be that of a distribution made through %s"
                            .formatted(kind, target.kind()));
        }
        ConfigDoor door = door(target);
        String document = door.fitted(version.document(), target, names);
        return DocumentDiff.between(target.document(), document).isEmpty()
                ? Optional.empty()
                : Optional.of(door.accept(write, target, document, provenance));
    }

    private ConfigDoor door(Distribution distribution) {
        return Optional.ofNullable(doors.get(distribution.kind()))
                .orElseThrow(() -> new IllegalStateException("no door for " + distribution.kind()));
    }
}
