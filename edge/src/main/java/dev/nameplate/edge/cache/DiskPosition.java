package dev.nameplate.edge.cache;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Searches a disk for what was purged, and writes down how far in the order of invalidations it was searched, so that the next
/// process knows what it must be told again.
final class DiskPosition {
    /// Changes of the told position that are not written down, since nothing was purged among them.
    private static final long STRIDE = 1_000;

    private final DiskFiles files;
    private final DiskIndex index;
    private final DiskReader reader;
    private final Purges purges;
    private final Executor later;
    private final Consumer<IOException> failed;

    private volatile long searched;
    private volatile OptionalLong told;
    private volatile long written;

    /// @param later writes
    DiskPosition(
            DiskFiles files,
            DiskIndex index,
            DiskReader reader,
            Purges purges,
            Executor later,
            Consumer<IOException> failed) {
        this.files = files;
        this.index = index;
        this.reader = reader;
        this.purges = purges;
        this.later = later;
        this.failed = failed;
        this.told = files.position();
        this.written = told.orElse(Long.MIN_VALUE);
    }

    /// The place in the order of invalidations up to which everything kept has been searched; those after it must be told
    /// again. Empty when nothing is kept.
    OptionalLong told() {
        return told;
    }

    /// Every invalidation up to this place was told.
    void told(long position) {
        told = OptionalLong.of(position);
        if (written == Long.MIN_VALUE) {
            later.execute(() -> write(position));
        } else if (index.listed() && searched == purges.latest() && position >= written + STRIDE) {
            later.execute(() -> writeDown(searched));
        }
    }

    /// Deletes what was purged up to a number, and then writes down that it was.
    void search(long latest) {
        boolean all = index.listed();
        Optional<Set<Long>> owners =
                purges.idsAfter(searched)
                        .map(ids -> ids.stream().map(DiskName::owner).collect(Collectors.toSet()));
        for (Map.Entry<DiskName, DiskIndex.Entry> each : index.all().entrySet()) {
            DiskIndex.Entry entry = each.getValue();
            if (entry.right >= latest) {
                continue;
            }
            boolean concerned = owners.isEmpty() || owners.get().contains(each.getKey().owner());
            if (concerned && reader.isPurged(each.getKey(), entry)) {
                index.remove(each.getKey(), entry);
            } else {
                entry.right = latest;
            }
        }
        if (all) {
            searched = latest;
            writeDown(latest);
        }
    }

    /// What was told before a moment at which `searchedTo` was the newest purge is done with it.
    private void writeDown(long searchedTo) {
        OptionalLong position = told;
        if (position.isPresent() && purges.latest() == searchedTo) {
            write(position.getAsLong());
        }
    }

    private void write(long position) {
        try {
            if (position > written) {
                files.position(position);
                written = position;
            }
        } catch (IOException e) {
            failed.accept(e);
        }
    }

    /// Nothing is kept any more.
    void forget() {
        told = OptionalLong.empty();
        written = Long.MIN_VALUE;
    }
}
