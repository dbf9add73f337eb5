package dev.nameplate.api.lightsail;

import dev.nameplate.db.Database;
import dev.nameplate.edge.config.Traffic.Totals;
import dev.nameplate.traffic.TrafficHistory;
import dev.nameplate.traffic.TrafficHistory.Period;
import dev.nameplate.traffic.TrafficHistory.Sample;

import software.amazon.awssdk.services.lightsail.model.DistributionMetricName;
import software.amazon.awssdk.services.lightsail.model.GetDistributionMetricDataRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionMetricDataResponse;
import software.amazon.awssdk.services.lightsail.model.MetricDatapoint;
import software.amazon.awssdk.services.lightsail.model.MetricStatistic;
import software.amazon.awssdk.services.lightsail.model.MetricUnit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// A distribution's metrics, from what the edge counted.
///
/// As CloudWatch answers: a sample is a minute in which something was served, a period without a sample has no datapoint, and a
/// unit that the metric does not have finds nothing. An error rate's average is over the requests of the period, not over its
/// minutes, so that a quiet minute weighs what it should.
final class DistributionMetrics {
    private static final int MINUTE = 60;

    /// CloudWatch's bound.
    private static final long MOST_DATAPOINTS = 1_440;

    private final Database database;
    private final OwnDistributions own;

    DistributionMetrics(Database database, OwnDistributions own) {
        this.database = database;
        this.own = own;
    }

    GetDistributionMetricDataResponse get(Call call, GetDistributionMetricDataRequest request) {
        call.requireHomeOf(LightsailDistributions.FAMILY);
        Metric metric = metric(request);
        checkTimes(request);
        Instant from = request.startTime().truncatedTo(ChronoUnit.MINUTES);
        List<Period> periods =
                database.read(handle ->
                        TrafficHistory.periods(
                                handle,
                                own.require(handle, call, request.distributionName()).target(),
                                from,
                                request.endTime(),
                                Duration.ofSeconds(request.period())));
        Set<MetricStatistic> statistics = Set.copyOf(request.statistics());
        return GetDistributionMetricDataResponse.builder()
                .metricName(request.metricName())
                .metricData(
                        metric.units().contains(request.unit())
                                ? periods.stream()
                                        .map(period ->
                                                datapoint(
                                                        metric, period, statistics, request.unit()))
                                        .toList()
                                : List.of())
                .build();
    }

    private static void checkTimes(GetDistributionMetricDataRequest request) {
        if (request.period() % MINUTE != 0) {
            throw Refusal.invalid(
                    "The period must be a multiple of 60 seconds, not " + request.period() + ".");
        }
        if (!request.startTime().isBefore(request.endTime())) {
            throw Refusal.invalid("The startTime must be before the endTime.");
        }
        long datapoints =
                Duration.between(request.startTime(), request.endTime()).toSeconds()
                        / request.period();
        if (datapoints > MOST_DATAPOINTS) {
            throw Refusal.invalid(
                    "You have requested up to "
                            + datapoints
                            + " datapoints, which exceeds the limit of 1440. Lengthen the period or"
                            + " shorten the time.");
        }
        if (request.statistics().contains(MetricStatistic.UNKNOWN_TO_SDK_VERSION)
                || request.statistics().isEmpty()) {
            throw Refusal.invalid(
                    "The statistics must be among Minimum | Maximum | Sum | Average | SampleCount.");
        }
    }

    /// What is counted of each sample.
    private record Metric(ToDoubleFunction<Totals> value, boolean rate, Set<MetricUnit> units) {}

    private static Metric metric(GetDistributionMetricDataRequest request) {
        DistributionMetricName name = request.metricName();
        if (name == null) {
            throw Refusal.invalid("The metricName is missing.");
        }
        return switch (name) {
            case REQUESTS -> count(Totals::requests, MetricUnit.COUNT);
            case BYTES_DOWNLOADED -> count(Totals::bytesOut, MetricUnit.BYTES);
            case BYTES_UPLOADED -> count(Totals::bytesIn, MetricUnit.BYTES);
            case TOTAL_ERROR_RATE -> rate(totals -> totals.clientErrors() + totals.serverErrors());
            case HTTP4_XX_ERROR_RATE -> rate(Totals::clientErrors);
            case HTTP5_XX_ERROR_RATE -> rate(Totals::serverErrors);
            case UNKNOWN_TO_SDK_VERSION ->
                    throw Refusal.invalid(
                            "The metricName '" + request.metricNameAsString() + "' is not known.");
        };
    }

    private static Metric count(ToDoubleFunction<Totals> value, MetricUnit unit) {
        return new Metric(value, false, Set.of(MetricUnit.NONE, unit));
    }

    private static Metric rate(ToDoubleFunction<Totals> errors) {
        return new Metric(
                totals -> 100 * errors.applyAsDouble(totals) / totals.requests(),
                true,
                Set.of(MetricUnit.PERCENT, MetricUnit.NONE));
    }

    private static MetricDatapoint datapoint(
            Metric metric, Period period, Set<MetricStatistic> statistics, MetricUnit unit) {
        double[] values =
                period.samples().stream().map(Sample::totals).mapToDouble(metric.value()).toArray();
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            sum += value;
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        MetricDatapoint.Builder point =
                MetricDatapoint.builder().timestamp(period.start()).unit(unit);
        for (MetricStatistic statistic : statistics) {
            switch (statistic) {
                case SUM -> point.sum(sum);
                case MINIMUM -> point.minimum(least);
                case MAXIMUM -> point.maximum(most);
                case SAMPLE_COUNT -> point.sampleCount((double) values.length);
                case AVERAGE ->
                        point.average(
                                metric.rate()
                                        ? metric.value().applyAsDouble(period.totals())
                                        : sum / values.length);
                case UNKNOWN_TO_SDK_VERSION -> {
                    // Refused before.
                }
            }
        }
        return point.build();
    }
}
