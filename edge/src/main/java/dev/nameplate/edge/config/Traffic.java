package dev.nameplate.edge.config;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// What one distribution did, counted by each event loop in a lane of its own: a plain addition, without lock or contention.
/// Readers on other threads see every count soon, and each count once.
public final class Traffic {
    /// Counts nothing.
    public static final Traffic NONE = new Traffic(0);

    private static final int REQUESTS = 0;
    private static final int BYTES_OUT = 1;
    private static final int BYTES_IN = 2;
    private static final int CLIENT_ERRORS = 3;
    private static final int SERVER_ERRORS = 4;
    private static final int HITS = 5;
    private static final int COUNTERS = 6;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle LANE = MethodHandles.arrayElementVarHandle(long[][].class);

    /// One for each loop, made by the loop at its first request; the last is shared by whoever has none of its own.
    private final long[][] lanes;

    /// @param loops how many event loops count; 0 counts nothing
    public Traffic(int loops) {
        lanes = new long[loops == 0 ? 0 : loops + 1][];
        if (loops > 0) {
            lanes[loops] = new long[COUNTERS];
        }
    }

    /// Since the start of the process. No single request is split, but different counters may be read a request apart.
    ///
    /// @param clientErrors answers with 4xx
    /// @param serverErrors answers with 5xx
    /// @param hits answered from the cache, also after the origin said that it is still right
    public record Totals(
            long requests,
            long bytesOut,
            long bytesIn,
            long clientErrors,
            long serverErrors,
            long hits) {
        public static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0);

        public Totals minus(Totals earlier) {
            return new Totals(
                    requests - earlier.requests,
                    bytesOut - earlier.bytesOut,
                    bytesIn - earlier.bytesIn,
                    clientErrors - earlier.clientErrors,
                    serverErrors - earlier.serverErrors,
                    hits - earlier.hits);
        }

        public Totals plus(Totals more) {
            return new Totals(
                    requests + more.requests,
                    bytesOut + more.bytesOut,
                    bytesIn + more.bytesIn,
                    clientErrors + more.clientErrors,
                    serverErrors + more.serverErrors,
                    hits + more.hits);
        }
    }

    /// @param loop number of the calling event loop; never used by two threads at a time
    public void count(int loop, int status, long bytesOut, long bytesIn, boolean hit) {
        if (lanes.length == 0) {
            return;
        }
        if (loop >= lanes.length - 1) {
            countShared(lanes[lanes.length - 1], status, bytesOut, bytesIn, hit);
            return;
        }
        long[] lane = lanes[loop];
        if (lane == null) {
            lane = new long[COUNTERS];
            LANE.setRelease(lanes, loop, lane);
        }
        add(lane, REQUESTS, 1);
        add(lane, BYTES_OUT, bytesOut);
        if (bytesIn != 0) {
            add(lane, BYTES_IN, bytesIn);
        }
        if (status >= 500) {
            add(lane, SERVER_ERRORS, 1);
        } else if (status >= 400) {
            add(lane, CLIENT_ERRORS, 1);
        }
        if (hit) {
            add(lane, HITS, 1);
        }
    }

    private static void add(long[] lane, int counter, long more) {
        ELEMENT.setOpaque(lane, counter, lane[counter] + more);
    }

    private static void countShared(
            long[] lane, int status, long bytesOut, long bytesIn, boolean hit) {
        addShared(lane, REQUESTS, 1);
        addShared(lane, BYTES_OUT, bytesOut);
        addShared(lane, BYTES_IN, bytesIn);
        addShared(lane, SERVER_ERRORS, status >= 500 ? 1 : 0);
        addShared(lane, CLIENT_ERRORS, status >= 400 && status < 500 ? 1 : 0);
        addShared(lane, HITS, hit ? 1 : 0);
    }

    private static void addShared(long[] lane, int counter, long more) {
        long _ = (long) ELEMENT.getAndAdd(lane, counter, more);
    }

    public Totals totals() {
        long[] sums = new long[COUNTERS];
        for (int i = 0; i < lanes.length; i++) {
            long[] lane = (long[]) LANE.getAcquire(lanes, i);
            if (lane != null) {
                for (int counter = 0; counter < COUNTERS; counter++) {
                    sums[counter] += (long) ELEMENT.getOpaque(lane, counter);
                }
            }
        }
        return new Totals(
                sums[REQUESTS],
                sums[BYTES_OUT],
                sums[BYTES_IN],
                sums[CLIENT_ERRORS],
                sums[SERVER_ERRORS],
                sums[HITS]);
    }
}
