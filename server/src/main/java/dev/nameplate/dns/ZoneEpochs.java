package dev.nameplate.dns;

import java.util.concurrent.atomic.AtomicLongArray;

/// Tells a cached answer whether a zone above its name was changed on this node since it was read.
///
/// Zones share a fixed number of counters: a collision only costs one needless read of the store.
final class ZoneEpochs {
    private static final int COUNTERS = 4096;

    private final AtomicLongArray counters = new AtomicLongArray(COUNTERS);

    void changed(String zone) {
        counters.incrementAndGet(counter(zone));
    }

    /// The counters of all zones that could hold `name`.
    int[] countersAbove(OwnerName name) {
        return name.selfAndAncestors().stream().mapToInt(ZoneEpochs::counter).toArray();
    }

    /// Grows with every change in one of them, so equal values mean that nothing changed.
    long epoch(int[] counters) {
        long sum = 0;
        for (int counter : counters) {
            sum += this.counters.get(counter);
        }
        return sum;
    }

    private static int counter(String zone) {
        return Math.floorMod(zone.hashCode(), COUNTERS);
    }
}
