package dev.nameplate;

import dev.nameplate.accesslog.AccessLog;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.Traffic;
import dev.nameplate.traffic.TrafficRegistry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Counts what the edge does, and passes finished requests on to the access log.
final class EdgeMetrics implements EdgeEvents {
    private final Map<RequestEvent.CacheVerdict, Counter> requests =
            new EnumMap<>(RequestEvent.CacheVerdict.class);
    private final Map<HandshakeFailure, Counter> failures = new EnumMap<>(HandshakeFailure.class);
    private final Counter bytesOut;
    private final Counter bytesIn;
    private final Counter handshakes;
    private final Counter refused;
    private final TrafficRegistry traffic;
    private final Optional<AccessLog> accessLog;

    EdgeMetrics(MeterRegistry registry, TrafficRegistry traffic, Optional<AccessLog> accessLog) {
        this.traffic = traffic;
        this.accessLog = accessLog;
        accessLog.ifPresent(log ->
                FunctionCounter.builder("nameplate.access.log.dropped", log, AccessLog::dropped)
                        .register(registry));
        for (RequestEvent.CacheVerdict verdict : RequestEvent.CacheVerdict.values()) {
            requests.put(
                    verdict,
                    Counter.builder("nameplate.edge.requests")
                            .tag("verdict", verdict.name())
                            .register(registry));
        }
        for (HandshakeFailure reason : HandshakeFailure.values()) {
            failures.put(
                    reason,
                    Counter.builder("nameplate.edge.handshake.failures")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        bytesOut = Counter.builder("nameplate.edge.bytes.out").baseUnit("bytes").register(registry);
        bytesIn = Counter.builder("nameplate.edge.bytes.in").baseUnit("bytes").register(registry);
        handshakes = Counter.builder("nameplate.edge.handshakes").register(registry);
        refused = Counter.builder("nameplate.edge.connections.refused").register(registry);
    }

    @Override
    public void connectionRefused() {
        refused.increment();
    }

    @Override
    public Traffic trafficOf(String distributionId) {
        return traffic.of(distributionId);
    }

    @Override
    public void requestFinished(RequestEvent event) {
        Counter counter = requests.get(event.verdict());
        if (counter != null) {
            counter.increment();
        }
        bytesOut.increment((double) event.bytesOut());
        if (event.bytesIn() > 0) {
            bytesIn.increment((double) event.bytesIn());
        }
        if (accessLog.isPresent()) {
            accessLog.get().log(event);
        }
    }

    @Override
    public void handshakeSucceeded(String serverName) {
        handshakes.increment();
    }

    @Override
    public void handshakeFailed(String serverName, HandshakeFailure reason) {
        Counter counter = failures.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
