package dev.nameplate.edge.serve;

import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.HeadChange;
import dev.nameplate.edge.rules.HeaderPolicy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import java.util.Optional;

/// A behaviour's response headers policy, at work on one answer.
final class PolicyChange implements HeadChange {
    private static final AsciiString SERVER_TIMING = AsciiString.cached("server-timing");

    private final Exchange exchange;
    private final String node;
    private final HeaderPolicy.Variant variant;
    private final boolean timed;

    private PolicyChange(
            Exchange exchange, String node, HeaderPolicy.Variant variant, boolean timed) {
        this.exchange = exchange;
        this.node = node;
        this.variant = variant;
        this.timed = timed;
    }

    /// @param node what `cdn-pop` says
    static PolicyChange of(Exchange exchange, HeaderPolicy policy, String node) {
        boolean preflight =
                exchange.method().equals(HttpMethod.OPTIONS)
                        && exchange.value(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)
                                .isPresent();
        return new PolicyChange(
                exchange,
                node,
                policy.variant(exchange.value(HttpHeaderNames.ORIGIN), preflight),
                policy.timed(exchange.requestId()));
    }

    @Override
    public void apply(int status, HttpHeaders headers) {
        variant.apply(headers);
        if (timed) {
            headers.add(SERVER_TIMING, serverTiming(headers.contains(HttpHeaderNames.AGE)));
        }
    }

    @Override
    public Optional<Object> kind() {
        return timed ? Optional.empty() : Optional.of(variant);
    }

    /// CloudFront's metrics, as far as there are such stages here.
    private String serverTiming(boolean fromCache) {
        StringBuilder timing = new StringBuilder(160);
        switch (exchange.verdict()) {
            case HIT -> timing.append("cdn-cache-hit");
            case REFRESH_HIT -> timing.append("cdn-cache-refresh");
            case REDIRECT, MISS, ERROR ->
                    timing.append(fromCache ? "cdn-cache-hit" : "cdn-cache-miss");
        }
        long asked = exchange.originAskedNanos();
        if (asked != 0) {
            timing.append(",cdn-upstream-layer;desc=\"EDGE\",cdn-upstream-fbl;dur=")
                    .append(millis(exchange.nanoTime() - asked));
        }
        return timing.append(",cdn-pop;desc=\"")
                .append(node)
                .append("\",cdn-rid;desc=\"")
                .append(exchange.requestId())
                .append("\",cdn-downstream-fbl;dur=")
                .append(millis(exchange.nanoTime() - exchange.startedNanos()))
                .toString();
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
