package dev.nameplate.distribution;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Named versions of distributions' configurations. [SnapshotName#LATEST] is among them without being stored.
public final class Snapshots {
    /// Of one distribution: a list of them is answered whole.
    public static final int MOST = 1000;

    private final InstantSource clock;

    public Snapshots(InstantSource clock) {
        this.clock = clock;
    }

    /// Names the newest version.
    ///
    /// @param existing as read in this transaction
    /// @throws Refused if the name is reserved or in use, or the distribution has enough of them
    /// @throws IllegalArgumentException if the note is too long or not one line
    public Snapshot create(Write write, Distribution existing, SnapshotName name, String note) {
        Provenance.checkNote(note);
        requireFree(name);
        Snapshot made =
                new Snapshot(
                        existing.id(),
                        name,
                        existing.version(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS), // as the store keeps it
                        note);
        if (SnapshotTable.count(write.handle(), existing.id()) >= MOST) {
            throw new Refused(
                    "distribution "
                            + existing.id()
                            + " has "
                            + MOST
                            + " snapshots; delete those that are not needed");
        }
        if (!SnapshotTable.keep(write.handle(), made)) {
            throw new Refused(
                    "distribution %s has a snapshot '%s' already; delete it first, or take another name"
                            .formatted(existing.id(), name));
        }
        return made;
    }

    /// @param existing as read with the same handle
    public Optional<Snapshot> find(Handle handle, Distribution existing, SnapshotName name) {
        return name.equals(SnapshotName.LATEST)
                ? Optional.of(latest(existing))
                : SnapshotTable.find(handle, existing.id(), name);
    }

    /// By descending name, the newest version's among them.
    ///
    /// @param existing as read with the same handle
    public List<Snapshot> list(Handle handle, Distribution existing) {
        List<Snapshot> all = new ArrayList<>(SnapshotTable.of(handle, existing.id()));
        all.add(latest(existing));
        all.sort(Comparator.comparing((Snapshot each) -> each.name().value()).reversed());
        return all;
    }

    private static Snapshot latest(Distribution existing) {
        return new Snapshot(
                existing.id(), SnapshotName.LATEST, existing.version(), existing.modifiedAt(), "");
    }

    /// How many each of the account's distributions has, without [SnapshotName#LATEST]; those with none are left out.
    public Map<DistributionId, Integer> counts(Handle handle, AccountId account) {
        return SnapshotTable.counts(handle, account);
    }

    /// Writes a note on a snapshot, over the one it has.
    ///
    /// @throws Refused if the name is reserved
    /// @throws IllegalArgumentException if the note is too long or not one line
    /// @return false if there is no such snapshot
    public boolean annotate(Write write, DistributionId id, SnapshotName name, String note) {
        Provenance.checkNote(note);
        requireFree(name);
        return SnapshotTable.annotate(write.handle(), id, name, note);
    }

    /// The version it names stays, as long as retention keeps it.
    ///
    /// @throws Refused if the name is reserved
    /// @return false if there is no such snapshot
    public boolean delete(Write write, DistributionId id, SnapshotName name) {
        requireFree(name);
        return SnapshotTable.delete(write.handle(), id, name);
    }

    /// Remembers that `target` took up a snapshot, its own or another distribution's.
    public void applied(Write write, DistributionId target, SnapshotName name) {
        SnapshotTable.applied(write.handle(), target, name);
    }

    /// The name of the snapshot that the distribution took up last, which may be gone since.
    public Optional<SnapshotName> lastApplied(Handle handle, DistributionId id) {
        return SnapshotTable.lastApplied(handle, id);
    }

    private static void requireFree(SnapshotName name) {
        if (name.equals(SnapshotName.LATEST)) {
            throw new Refused(
                    "the name " + name + " is reserved: it always stands for the newest version");
        }
    }

    /// Another name is needed.
    public static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }
}
