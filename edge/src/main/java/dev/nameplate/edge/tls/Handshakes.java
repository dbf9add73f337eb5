package dev.nameplate.edge.tls;

import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;

import java.util.concurrent.TimeUnit;

/// The handshakes under way on one event loop, from accepting a connection to the end of its handshake, in the order of their
/// beginnings.
///
/// Whoever says nothing or little is closed when his time is over, or sooner when too many are waiting: then the oldest
/// gives way, because an honest visitor's handshake is done long before. One timer serves them all, since all have the same time.
@SuppressWarnings("FutureReturnValueIgnored") // a failed close ends in channelInactive
final class Handshakes {
    private final int limit;
    private final long timeoutNanos;

    /// Neighbour of the oldest and the newest.
    private final Links ends = new Links();

    private int underWay;
    private boolean timed;

    Handshakes(int limit, long timeoutMillis) {
        this.limit = limit;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    static class Links {
        Links before = this;
        Links after = this;
    }

    /// One handshake; `end` it once.
    static final class Entry extends Links {
        private final Channel channel;
        private final long begun;
        private boolean ended;

        private Entry(Channel channel, long begun) {
            this.channel = channel;
            this.begun = begun;
        }
    }

    /// @param executor the loop itself
    Entry begin(Channel channel, EventExecutor executor) {
        if (underWay >= limit && ends.after instanceof Entry oldest) {
            end(oldest);
            oldest.channel.close();
        }
        Entry entry = new Entry(channel, executor.ticker().nanoTime());
        entry.before = ends.before;
        entry.after = ends;
        ends.before.after = entry;
        ends.before = entry;
        underWay++;
        if (!timed) {
            timed = true;
            executor.schedule(() -> closeLate(executor), timeoutNanos, TimeUnit.NANOSECONDS);
        }
        return entry;
    }

    void end(Entry entry) {
        if (!entry.ended) {
            entry.ended = true;
            entry.before.after = entry.after;
            entry.after.before = entry.before;
            underWay--;
        }
    }

    private void closeLate(EventExecutor executor) {
        timed = false;
        long now = executor.ticker().nanoTime();
        while (ends.after instanceof Entry oldest) {
            long left = timeoutNanos - (now - oldest.begun);
            if (left > 0) {
                timed = true;
                executor.schedule(() -> closeLate(executor), left, TimeUnit.NANOSECONDS);
                return;
            }
            end(oldest);
            oldest.channel.close();
        }
    }
}
