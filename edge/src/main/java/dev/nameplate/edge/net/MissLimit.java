package dev.nameplate.edge.net;

import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// How fast one address may ask for names that are not in memory, so that a flood of made-up names does not become a flood of
/// questions to the store.
///
/// The generic cell rate algorithm over a table of fixed size: each place holds the time up to which its addresses have used what
/// they are due. Two addresses may share a place, and then share the rate; nothing is allocated, whoever comes.
public final class MissLimit {
    private static final int PLACES = 1 << 16;

    /// An idle address may ask at once for what it would get in this time.
    private static final long BURST_MICROS = 5_000_000;

    private final long costMicros;
    private final InstantSource clock;
    private final long seed;
    private final AtomicLongArray usedUpTo = new AtomicLongArray(PLACES);

    /// @param perSecond 0 for any number
    /// @param seed keeps strangers from choosing addresses that share a place with somebody's
    public MissLimit(int perSecond, InstantSource clock, long seed) {
        this.costMicros = perSecond == 0 ? 0 : 1_000_000L / perSecond;
        this.clock = clock;
        this.seed = seed;
    }

    /// @param address empty for one that is not counted
    public boolean admits(OptionalLong address) {
        if (costMicros == 0 || address.isEmpty()) {
            return true;
        }
        int place = place(address.getAsLong());
        long now = clock.millis() * 1_000;
        while (true) {
            long used = usedUpTo.get(place);
            long next = Math.max(used, now) + costMicros;
            if (next - now > BURST_MICROS) {
                return false;
            }
            if (usedUpTo.compareAndSet(place, used, next)) {
                return true;
            }
        }
    }

    /// The finishing steps of SplitMix64.
    private int place(long address) {
        long mixed = address ^ seed;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return (int) (mixed ^ mixed >>> 31) & PLACES - 1;
    }
}
