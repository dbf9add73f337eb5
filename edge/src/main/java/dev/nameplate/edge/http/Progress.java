package dev.nameplate.edge.http;

import io.netty.util.concurrent.Ticker;

import java.time.Duration;

/// When a visitor last did its part. A trickle of single bytes is none: a body has to move by some kilobytes within
/// the time allowed.
final class Progress {
    /// 136 bytes a second at the standard 60 s of silence.
    private static final int ENOUGH = 8 * 1024;

    private final Ticker ticker;
    private final long limitNanos;
    private long last;
    private long moved;

    Progress(Duration limit, Ticker ticker) {
        this.ticker = ticker;
        limitNanos = limit.toNanos();
        last = ticker.nanoTime();
    }

    void made() {
        last = ticker.nanoTime();
        moved = 0;
    }

    void made(int bytes) {
        moved += bytes;
        if (moved >= ENOUGH) {
            made();
        }
    }

    /// Whether the visitor has done nothing for too long.
    boolean isOver() {
        return ticker.nanoTime() - last >= limitNanos;
    }
}
