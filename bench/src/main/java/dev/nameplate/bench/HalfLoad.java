package dev.nameplate.bench;

import dev.nameplate.bench.EdgeBench.Side;
import dev.nameplate.bench.HttpsLoad.Kind;
import dev.nameplate.bench.HttpsLoad.Times;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How long cached answers take while servers have half of what HAProxy can do to do: all are asked at the same rate.
final class HalfLoad {
    private static final int SECONDS = 5;

    private HalfLoad() {}

    static void measure(Setup setup, HttpsLoad load, List<Side> sides, PrintStream out)
            throws IOException, InterruptedException {
        Side measure =
                sides.stream()
                        .filter(side -> side.name().startsWith(Peer.Kind.HAPROXY.program()))
                        .findFirst()
                        .orElse(sides.getLast());
        // By the clock, not by CPU: on a busy machine a server has less than its core.
        double rate = load.run(Kind.CACHED_HTTP_1, measure.address(), SECONDS) / SECONDS / 2;
        Map<String, Series> p50 = new TreeMap<>();
        Map<String, Series> p99 = new TreeMap<>();
        for (int round = 0; round < setup.rounds(); round++) {
            List<Side> order = new ArrayList<>(sides);
            Collections.rotate(order, round);
            for (Side side : order) {
                Times times = load.atRate(side.address(), SECONDS, rate);
                p50.computeIfAbsent(side.name(), _ -> new Series()).add(times.p50Micros());
                p99.computeIfAbsent(side.name(), _ -> new Series()).add(times.p99Micros());
            }
        }
        out.printf(
                "cached 1 KB, HTTP/1.1, %.0f requests a second (half of what %s can): microseconds from when each was due, least - median - greatest; ratio: the other's p99 to ours%n",
                rate, measure.name());
        Series ours = p99.getOrDefault("Nameplate", new Series());
        for (Side side : sides) {
            Series theirs = p99.getOrDefault(side.name(), new Series());
            out.printf(
                    "  %-16s p50 %-24s p99 %-24s %s%n",
                    side.name(),
                    p50.getOrDefault(side.name(), new Series()),
                    theirs,
                    side.isOurs() ? "" : "ratio " + Series.ratios(theirs, ours));
        }
    }
}
