package dev.nameplate.edge.http;

import java.time.Duration;

/// When a visitor last did its part. A trickle of single bytes is none: a body has to move by some kilobytes within
/// the time allowed.
final class Progress {
    /// 136 bytes a second at the standard 60 s of silence.
    private static final int ENOUGH = 8 * 1024;

    private final long limitNanos;
    private long last = System.nanoTime();
    private long moved;

    Progress(Duration limit) {
        limitNanos = limit.toNanos();
    }

    void made() {
        last = System.nanoTime();
        moved = 0;
    }

    void made(int bytes) {
        moved += bytes;
        if (moved >= ENOUGH) {
            made();
        }
    }

    long limit() {
        return limitNanos;
    }

    /// Nanoseconds until the visitor counts as silent; at most 0 when it does.
    long left() {
        return limitNanos - (System.nanoTime() - last);
    }
}
