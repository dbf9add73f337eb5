package dev.nameplate.edge.http;

import io.netty.util.concurrent.Ticker;

import java.time.Duration;

/// Whether one stream of several stands still: seen by counts that are compared from look to look, so that nothing has to be
/// told of each byte. As with [Progress], a trickle is none.
final class Standstill {
    private static final int ENOUGH = 8 * 1024;

    private final Ticker ticker;
    private final long limitNanos;
    private boolean waiting;
    private long since;
    private long moved;

    Standstill(Duration limit, Ticker ticker) {
        this.ticker = ticker;
        this.limitNanos = limit.toNanos();
    }

    /// @param waits whether it is for the visitor to do something
    /// @param movedNow bytes moved since the beginning
    /// @return whether the visitor has been waited for long enough
    boolean look(boolean waits, long movedNow) {
        long now = ticker.nanoTime();
        if (!waits || !waiting || movedNow - moved >= ENOUGH) {
            waiting = waits;
            since = now;
            moved = movedNow;
            return false;
        }
        return now - since >= limitNanos;
    }
}
