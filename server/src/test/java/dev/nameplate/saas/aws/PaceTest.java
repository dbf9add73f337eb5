package dev.nameplate.saas.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

class PaceTest {
    private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");

    @Test
    void callsThatAllComeAtOnceGoOutEvenlyAndComeBackAboutOnce() {
        Pace pace = new Pace(4);
        PriorityQueue<Instant> due = new PriorityQueue<>();
        for (int i = 0; i < 100; i++) {
            due.add(START);
        }
        List<Instant> gone = new ArrayList<>();
        int asked = 0;
        while (!due.isEmpty()) {
            Instant now = due.remove();
            asked++;
            Optional<Instant> later = pace.turn(now);
            later.ifPresentOrElse(due::add, () -> gone.add(now));
        }

        assertThat(gone).hasSize(100).isSortedAccordingTo(Comparator.naturalOrder());
        for (int i = 4; i < gone.size(); i++) {
            assertThat(Duration.between(gone.get(i - 4), gone.get(i)))
                    .as("the fifth call after the first")
                    .isGreaterThan(Duration.ofMillis(990));
        }
        assertThat(Duration.between(START, gone.getLast()).toMillis() / 1000.0)
                .isCloseTo(99 / 4.0, within(1.0));
        assertThat(asked).isLessThan(220);
    }

    @Test
    void aRefusalHalvesTheRateOnceAndItRecovers() {
        Pace pace = new Pace(10);
        assertThat(pace.turn(START)).isEmpty();
        pace.refused(START);
        pace.refused(START.plusMillis(100));
        assertThat(pace.rate()).isCloseTo(5, within(0.1));
        pace.refused(START.plusSeconds(2));
        assertThat(pace.rate()).isLessThan(3);

        pace.turn(START.plusSeconds(40));
        assertThat(pace.rate()).isEqualTo(10);
    }

    @Test
    void whoWaitsForItsTurnTakesItFromThoseAfterIt() {
        Pace pace = new Pace(2);
        assertThat(pace.reserve(START)).isZero();
        assertThat(pace.reserve(START)).isBetween(Duration.ofMillis(500), Duration.ofMillis(502));
        assertThat(pace.reserve(START)).isBetween(Duration.ofMillis(1000), Duration.ofMillis(1002));
        assertThat(pace.turn(START.plusMillis(600))).isPresent();
    }
}
