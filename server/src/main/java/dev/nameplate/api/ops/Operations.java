package dev.nameplate.api.ops;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// `/healthz` says that the process answers; `/readyz` that each part it needs works, naming the one that does not; `/metrics` is
/// Prometheus text. None of them needs a credential, none tells a secret.
public final class Operations {
    private final Map<String, BooleanSupplier> parts;
    private final PrometheusMeterRegistry metrics;

    /// @param parts name → whether it works now; cheap, asked at each `/readyz`
    public Operations(Map<String, BooleanSupplier> parts, PrometheusMeterRegistry metrics) {
        this.parts = new LinkedHashMap<>(parts);
        this.metrics = metrics;
    }

    public boolean accepts(HttpRequest request) {
        return switch (request.rawPath()) {
            case "/healthz", "/readyz", "/metrics" -> true;
            default -> false;
        };
    }

    public HttpResponse handle(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return text(405, "only GET and HEAD\n", "Allow", "GET, HEAD");
        }
        return switch (request.rawPath()) {
            case "/healthz" -> text(200, "ok\n");
            case "/readyz" -> ready();
            default -> text(200, metrics.scrape());
        };
    }

    private HttpResponse ready() {
        StringBuilder report = new StringBuilder();
        boolean all = true;
        for (Map.Entry<String, BooleanSupplier> part : parts.entrySet()) {
            boolean works = part.getValue().getAsBoolean();
            all &= works;
            report.append(part.getKey()).append(works ? " ok" : " NOT READY").append('\n');
        }
        return text(all ? 200 : 503, report.toString());
    }

    private static HttpResponse text(int status, String body, String... headers) {
        Headers all =
                Headers.of(
                        "Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store");
        for (int i = 0; i < headers.length; i += 2) {
            all = all.with(headers[i], headers[i + 1]);
        }
        return new HttpResponse(status, all, body.getBytes(StandardCharsets.UTF_8));
    }
}
