package dev.nameplate.edge.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class TrafficTest {
    @Test
    void countsOfSeveralLoopsAndOfThoseWithoutALaneAddUp() throws InterruptedException {
        Traffic traffic = new Traffic(2);
        List<Thread> loops = new ArrayList<>();
        // Loops 2 and 3 have no lane of their own and share one.
        for (int loop = 0; loop < 4; loop++) {
            int number = loop;
            loops.add(Thread.ofPlatform().start(() -> run(traffic, number)));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(traffic.totals())
                .isEqualTo(
                        new Traffic.Totals(400_000, 4_000_000, 400_000, 80_000, 40_000, 200_000));
    }

    private static void run(Traffic traffic, int loop) {
        for (int i = 0; i < 100_000; i++) {
            int status = i % 10 == 0 ? 502 : i % 10 < 3 ? 404 : 200;
            traffic.count(loop, status, 10, 1, i % 2 == 0);
        }
    }

    @Test
    void noneCountsNothing() {
        Traffic.NONE.count(0, 200, 1, 1, true);
        assertThat(Traffic.NONE.totals()).isEqualTo(Traffic.Totals.ZERO);
    }

    @Test
    void aDifferenceIsWhatCameSince() {
        Traffic traffic = new Traffic(1);
        traffic.count(0, 200, 5, 0, true);
        Traffic.Totals before = traffic.totals();
        traffic.count(0, 500, 7, 3, false);
        assertThat(traffic.totals().minus(before)).isEqualTo(new Traffic.Totals(1, 7, 3, 0, 1, 0));
    }
}
