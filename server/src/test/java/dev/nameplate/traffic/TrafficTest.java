package dev.nameplate.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.edge.config.Traffic;
import dev.nameplate.edge.config.Traffic.Totals;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

final class TrafficTest {
    private final SettableClock clock = new SettableClock();

    @StoreTest
    void whatTheEdgeCountedIsKeptByTheMinute(Database database) {
        TrafficRegistry registry = new TrafficRegistry(1, 0, (_, _) -> {});
        TrafficRecorder recorder = new TrafficRecorder(database, registry, clock);
        Instant start = fullMinute();
        Traffic shop = registry.of("E1");
        shop.count(0, 200, 100, 1, true);
        registry.of("E1/tenant").count(0, 404, 10, 0, false);
        registry.of("E2").count(0, 502, 5, 0, false);
        recorder.collect();
        recorder.write();
        // The same minute again: the row grows, and writing it twice changes nothing.
        shop.count(0, 200, 100, 1, true);
        recorder.collect();
        recorder.write();
        recorder.write();
        clock.advance(Duration.ofMinutes(2));
        shop.count(0, 500, 1, 0, false);
        recorder.collect();
        recorder.write();

        List<TrafficHistory.Period> minutes = periods(database, "E1", start, Duration.ofMinutes(1));
        assertThat(minutes)
                .extracting(TrafficHistory.Period::start)
                .containsExactly(start, start.plus(Duration.ofMinutes(2)));
        assertThat(minutes.getFirst().totals()).isEqualTo(new Totals(3, 210, 2, 1, 0, 2));
        assertThat(minutes.getLast().totals()).isEqualTo(new Totals(1, 1, 0, 0, 1, 0));
        assertThat(periods(database, "E1", start, Duration.ofMinutes(5)).getFirst().totals())
                .isEqualTo(new Totals(4, 211, 2, 1, 1, 2));
        assertThat(periods(database, "E2", start, Duration.ofMinutes(1)).getFirst().totals())
                .isEqualTo(new Totals(1, 5, 0, 0, 1, 0));
        assertThat(periods(database, "E3", start, Duration.ofMinutes(1))).isEmpty();
    }

    @StoreTest
    void processesThatCountTheSameMinuteAddUp(Database database) {
        Instant start = fullMinute();
        for (int process = 0; process < 2; process++) {
            TrafficRegistry registry = new TrafficRegistry(1, 0, (_, _) -> {});
            TrafficRecorder recorder = new TrafficRecorder(database, registry, clock);
            registry.of("E1").count(0, 200, 7, 0, true);
            recorder.collect();
            recorder.write();
        }
        assertThat(periods(database, "E1", start, Duration.ofMinutes(1)).getFirst().totals())
                .isEqualTo(new Totals(2, 14, 0, 0, 0, 2));
    }

    @StoreTest
    void aStopWritesWhatIsLeft(Database database) {
        TrafficRegistry registry = new TrafficRegistry(1, 0, (_, _) -> {});
        Instant start = fullMinute();
        try (TrafficRecorder recorder = TrafficRecorder.start(database, registry, clock)) {
            registry.of("E1").count(0, 200, 7, 0, true);
            assertThat(recorder).isNotNull();
        }
        assertThat(periods(database, "E1", start, Duration.ofMinutes(1))).hasSize(1);
    }

    @StoreTest
    void oldMinutesBecomeHoursAndOldHoursGo(Database database) {
        TrafficRegistry registry = new TrafficRegistry(1, 0, (_, _) -> {});
        TrafficRecorder recorder = new TrafficRecorder(database, registry, clock);
        Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
        clock.set(hour);
        for (int minute = 0; minute < 90; minute++) {
            registry.of("E1").count(0, 200, 10, 0, true);
            recorder.collect();
            clock.advance(Duration.ofMinutes(1));
        }
        recorder.write();
        TrafficRetention retention =
                new TrafficRetention(database, Duration.ofDays(15), Duration.ofDays(100));
        Instant later = hour.plus(Duration.ofDays(15)).plus(Duration.ofHours(1));
        assertThat(retention.advance(0, later)).contains(later.plus(Duration.ofHours(1)));
        assertThat(retention.advance(0, later)).isPresent();
        List<TrafficHistory.Sample> samples =
                database.read(handle ->
                        TrafficTable.between(handle, "E1", hour, hour.plus(Duration.ofHours(2))));
        assertThat(samples).hasSize(31);
        assertThat(samples.getFirst())
                .isEqualTo(new TrafficHistory.Sample(hour, new Totals(60, 600, 0, 0, 0, 60)));
        assertThat(retention.advance(0, hour.plus(Duration.ofDays(120)))).isPresent();
        assertThat(retention.advance(0, hour.plus(Duration.ofDays(120)))).isPresent();
        assertThat(periods(database, "E1", hour, Duration.ofHours(1))).isEmpty();
    }

    @Test
    void theFirstAreNamedAndTheOthersCountTogether() {
        List<String> named = new ArrayList<>();
        TrafficRegistry registry = new TrafficRegistry(1, 2, (id, _) -> named.add(id));
        for (String id : List.of("E1", "E2", "E3", "E1", "E4")) {
            registry.of(id).count(0, 200, 1, 0, false);
        }
        assertThat(named).containsExactly("E1", "E2");
        assertThat(registry.collect(clock.instant())).hasSize(4);
        assertThat(registry.unnamed().requests()).isEqualTo(2);
        assertThat(registry.collect(clock.instant())).isEmpty();
        assertThat(registry.unnamed().requests()).isEqualTo(2);
    }

    private Instant fullMinute() {
        Instant start = clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
        clock.set(start);
        return start;
    }

    private static List<TrafficHistory.Period> periods(
            Database database, String distribution, Instant from, Duration period) {
        return database.read(handle ->
                TrafficHistory.periods(
                        handle, distribution, from, from.plus(Duration.ofDays(1)), period));
    }
}
