package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import software.amazon.awssdk.services.lightsail.model.GetDistributionMetricDataRequest;
import software.amazon.awssdk.services.lightsail.model.MetricDatapoint;
import software.amazon.awssdk.services.lightsail.model.MetricStatistic;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;

final class DistributionMetricsTest {
    @StoreTest
    void everyStatisticOfAPeriodComesFromItsMinutes(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        Instant start = door.features.clock.instant().truncatedTo(ChronoUnit.MINUTES);
        served(database, start, 10, 1000, 1, 1);
        served(database, start.plus(Duration.ofMinutes(3)), 30, 5000, 3, 0);
        served(database, start.plus(Duration.ofMinutes(20)), 1, 7, 0, 0);

        List<MetricDatapoint> requests = data(door, start, r -> r.metricName("Requests"));
        assertThat(requests)
                .extracting(MetricDatapoint::timestamp)
                .containsExactly(start, start.plus(Duration.ofMinutes(20)));
        MetricDatapoint first = requests.getFirst();
        assertThat(first.sum()).isEqualTo(40);
        assertThat(first.minimum()).isEqualTo(10);
        assertThat(first.maximum()).isEqualTo(30);
        assertThat(first.average()).isEqualTo(20);
        assertThat(first.sampleCount()).isEqualTo(2);
        assertThat(first.unitAsString()).isEqualTo("None");

        assertThat(data(door, start, r -> r.metricName("BytesDownloaded")).getFirst().sum())
                .isEqualTo(6000);
        MetricDatapoint errors =
                data(door, start, r -> r.metricName("TotalErrorRate").unit("Percent")).getFirst();
        assertThat(errors.average()).isEqualTo(100 * 5 / 40.0);
        assertThat(errors.maximum()).isEqualTo(20);
        assertThat(
                        data(door, start, r -> r.metricName("Http5xxErrorRate").unit("Percent"))
                                .getFirst()
                                .average())
                .isEqualTo(2.5);
        MetricDatapoint sumOnly =
                data(door, start, r -> r.metricName("Requests").statistics(MetricStatistic.SUM))
                        .getFirst();
        assertThat(sumOnly.average()).isNull();
        assertThat(data(door, start, r -> r.metricName("Requests").unit("Seconds"))).isEmpty();
        assertThat(data(door, start.plus(Duration.ofDays(1)), r -> r.metricName("Requests")))
                .isEmpty();
    }

    @StoreTest
    void whatMakesNoSenseIsRefused(Database database) {
        var door = new Door(database);
        door.deployedDistribution("shop");
        Instant start = door.features.clock.instant();
        Door.assertInvalid(() -> data(door, start, r -> r.period(90)), "multiple of 60 seconds");
        Door.assertInvalid(() -> data(door, start, r -> r.endTime(start)), "before the endTime");
        Door.assertInvalid(
                () -> data(door, start, r -> r.period(60).endTime(start.plus(Duration.ofDays(2)))),
                "exceeds the limit of 1440");
        Door.assertInvalid(() -> data(door, start, r -> r.metricName("Speed")), "is not known");
        Door.assertInvalid(
                () -> data(door, start, r -> r.statisticsWithStrings("p99")), "SampleCount");
        Door.assertNotFound(
                () -> data(door, start, r -> r.distributionName("none")), "does not exist: none");
    }

    private static List<MetricDatapoint> data(
            Door door, Instant start, Consumer<GetDistributionMetricDataRequest.Builder> change) {
        return door.lightsail
                .getDistributionMetricData(request -> {
                    request.distributionName("shop")
                            .metricName("Requests")
                            .startTime(start)
                            .endTime(start.plus(Duration.ofHours(1)))
                            .period(600)
                            .unit("None")
                            .statistics(
                                    MetricStatistic.SUM,
                                    MetricStatistic.AVERAGE,
                                    MetricStatistic.MINIMUM,
                                    MetricStatistic.MAXIMUM,
                                    MetricStatistic.SAMPLE_COUNT);
                    change.accept(request);
                })
                .metricData();
    }

    private static void served(
            Database database,
            Instant minute,
            long requests,
            long bytes,
            long clientErrors,
            long serverErrors) {
        database.write(write ->
                write.handle()
                        .createUpdate(
                                """
                                INSERT INTO traffic_minute (distribution, minute, node, requests, bytes_out, bytes_in,
                                    client_errors, server_errors, hits)
                                SELECT id, :minute, 'n', :requests, :bytes, 0, :client, :server, 0 FROM distribution
                                """)
                        .bind("minute", minute.toEpochMilli())
                        .bind("requests", requests)
                        .bind("bytes", bytes)
                        .bind("client", clientErrors)
                        .bind("server", serverErrors)
                        .execute());
    }
}
