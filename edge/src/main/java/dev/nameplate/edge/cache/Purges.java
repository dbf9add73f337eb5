package dev.nameplate.edge.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// What was invalidated, numbered in order of arrival.
///
/// An invalidation takes effect by being noted here, whatever the stores hold: each kept answer carries the number of the
/// last purge it was compared with, and is compared with what came later when it is next looked up. So a purge costs one
/// entry here, a lookup costs a comparison of two numbers unless there was a purge since, and one customer's purge removes
/// nothing of another's. The stores are searched afterwards, at leisure; what all have been searched for is forgotten once
/// there is much of it, and an answer whose fetch began before that, if it is of the same distribution, counts as purged.
///
/// An id with a `/` in it stands below the id before the `/`: purging the latter purges both.
final class Purges {
    /// Patterns remembered at most after the stores have been searched for them.
    private static final int REMEMBERED = 20_000;

    /// Distributions about which nothing but a number is known.
    private static final int NUMBERS = 10_000;

    private record Purge(long number, String id, PathPatterns patterns) {}

    /// @param forgotten the last purge that is not in the list any more
    private record Known(long forgotten, List<Purge> purges) {}

    private final ReentrantLock changing = new ReentrantLock();
    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();

    /// Guarded by `changing`.
    private final Deque<Purge> all = new ArrayDeque<>();

    /// Guarded by `changing`.
    private int patterns;

    private volatile long latest;
    private volatile long forgottenOfUnknown;

    /// The number of the newest purge. Whoever reads it sees that purge.
    long latest() {
        return latest;
    }

    /// @param id of the distribution
    void add(String id, List<String> paths) {
        changing.lock();
        try {
            Purge purge = new Purge(latest + 1, id, new PathPatterns(paths));
            all.add(purge);
            patterns += purge.patterns.size();
            known.merge(
                    id,
                    new Known(forgottenOfUnknown, List.of(purge)),
                    (before, _) -> new Known(before.forgotten, plus(before.purges, purge)));
            latest = purge.number;
        } finally {
            changing.unlock();
        }
    }

    private static List<Purge> plus(List<Purge> purges, Purge next) {
        List<Purge> longer = new ArrayList<>(purges.size() + 1);
        longer.addAll(purges);
        longer.add(next);
        return List.copyOf(longer);
    }

    /// Whether an answer that was right when `since` was the newest purge has been purged.
    boolean hit(CacheKey key, long since) {
        if (since >= latest) {
            return false;
        }
        String id = key.distributionId();
        int slash = id.indexOf('/');
        return hit(id, key.target(), since)
                || (slash >= 0 && hit(id.substring(0, slash), key.target(), since));
    }

    private boolean hit(String id, String target, long since) {
        Known of = known.get(id);
        if (of == null) {
            return since < forgottenOfUnknown;
        }
        if (since < of.forgotten) {
            return true;
        }
        for (int i = of.purges.size() - 1; i >= 0; i--) {
            Purge purge = of.purges.get(i);
            if (purge.number <= since) {
                return false;
            }
            if (purge.patterns.match(target)) {
                return true;
            }
        }
        return false;
    }

    /// Whose content was purged after `since`; empty when that may be anybody's.
    Optional<Set<String>> idsAfter(long since) {
        if (since < forgottenOfUnknown) {
            return Optional.empty();
        }
        Set<String> ids = new HashSet<>();
        known.forEach((id, of) -> {
            if (since < of.forgotten
                    || (!of.purges.isEmpty() && since < of.purges.getLast().number)) {
                ids.add(id);
            }
        });
        return Optional.of(ids);
    }

    /// Every store has been searched for the purges up to `number`.
    void searched(long number) {
        changing.lock();
        try {
            while (patterns > REMEMBERED && !all.isEmpty() && all.getFirst().number <= number) {
                Purge oldest = all.removeFirst();
                patterns -= oldest.patterns.size();
                known.computeIfPresent(
                        oldest.id,
                        (_, of) ->
                                new Known(
                                        oldest.number,
                                        of.purges.subList(1, of.purges.size()).stream().toList()));
            }
            if (known.size() > NUMBERS + all.size()) {
                forgetNumbers();
            }
        } finally {
            changing.unlock();
        }
    }

    /// One number for all of them: an answer under way since before it is not kept, whosever it is.
    private void forgetNumbers() {
        long newest = forgottenOfUnknown;
        List<String> idle = new ArrayList<>();
        for (var entry : known.entrySet()) {
            if (entry.getValue().purges.isEmpty()) {
                newest = Math.max(newest, entry.getValue().forgotten);
                idle.add(entry.getKey());
            }
        }
        forgottenOfUnknown = newest; // first, so that no number is missing in between
        idle.forEach(known::remove);
    }
}
