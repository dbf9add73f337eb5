package dev.nameplate.saas;

/// How many entries a shard takes at once: as many as were done in a tenth of a second before, so that the entry of a new job
/// need not wait for many others' steps, whatever a step costs.
final class BatchSize {
    private static final long WANTED_NANOS = 100_000_000;

    private final int least;
    private final int most;
    private volatile int next;

    BatchSize(int least, int most) {
        this.least = Math.min(least, most);
        this.most = most;
        this.next = this.least;
    }

    int next() {
        return next;
    }

    /// Grows by doubling at most, and shrinks at once.
    void took(int entries, long nanos) {
        long fitting = entries * WANTED_NANOS / Math.max(1, nanos);
        next = Math.clamp(Math.min(fitting, 2L * next), least, most);
    }
}
