package dev.nameplate.saas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Stands before an ACM and a CloudFront and lets through as many calls of an operation as AWS does in a second; the others get
/// the refusal of their API.
final class ThrottlingGate implements AutoCloseable {
    /// ACM's as its user guide has them; CloudFront's, which are not published, as tight as bulk tools have met them.
    static final Map<String, Double> AWS =
            Map.of(
                    "RequestCertificate", 5.0,
                    "ImportCertificate", 1.0,
                    "DescribeCertificate", 10.0,
                    "DeleteCertificate", 10.0,
                    "ListCertificates", 8.0,
                    "ListTagsForCertificate", 10.0,
                    "CreateDistribution", 1.0,
                    "UpdateDistribution", 1.0,
                    "DeleteDistribution", 1.0);

    private static final Set<String> OWN_TO_A_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "expect");

    private final URI target;
    private final InstantSource clock;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, List<Instant>> calls = new ConcurrentHashMap<>();
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final Map<String, Instant> full = new ConcurrentHashMap<>();

    /// Calls a second, by operation; what is not named is not limited.
    volatile Map<String, Double> limits = AWS;

    ThrottlingGate(URI target, InstantSource clock) throws IOException {
        this.target = target;
        this.clock = clock;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int refused() {
        return refused.values().stream().mapToInt(Integer::intValue).sum();
    }

    int let(String operation) {
        return calls.getOrDefault(operation, List.of()).size();
    }

    /// The most calls of an operation, refused ones too, that came within a second.
    int most(String operation) {
        List<Instant> times = new ArrayList<>(calls.getOrDefault(operation, List.of()));
        Collections.sort(times);
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (!times.get(first).plusSeconds(1).isAfter(times.get(last))) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String operation = operation(exchange);
            if (!mayPass(operation)) {
                refused.merge(operation, 1, Integer::sum);
                refuse(exchange);
                return;
            }
            HttpRequest.Builder onwards =
                    HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                            .method(
                                    exchange.getRequestMethod(),
                                    HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders()
                    .forEach((name, values) -> {
                        if (!OWN_TO_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                            values.forEach(value -> onwards.header(name, value));
                        }
                    });
            HttpResponse<byte[]> answer =
                    client.send(onwards.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .map()
                    .forEach((name, values) -> {
                        if (!name.startsWith(":")
                                && !OWN_TO_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                            exchange.getResponseHeaders().put(name, values);
                        }
                    });
            send(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A second's worth may come at once.
    private synchronized boolean mayPass(String operation) {
        Instant now = clock.instant();
        calls.computeIfAbsent(operation, _ -> new ArrayList<>()).add(now);
        Double limit = limits.get(operation);
        if (limit == null) {
            return true;
        }
        Duration each = Duration.ofNanos((long) (1e9 / limit));
        Instant next = full.getOrDefault(operation, Instant.MIN);
        Instant from = next.isAfter(now) ? next : now;
        Duration ahead = Duration.between(now, from);
        if (ahead.plus(each).compareTo(Duration.ofNanos(Math.max(each.toNanos(), 1_000_000_000L)))
                > 0) {
            return false;
        }
        full.put(operation, from.plus(each));
        return true;
    }

    private static String operation(HttpExchange exchange) {
        String acm = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (acm != null) {
            return acm.substring(acm.indexOf('.') + 1);
        }
        String path = exchange.getRequestURI().getPath();
        boolean one = path.matches(".*/distribution/[^/]+(/config)?");
        return switch (exchange.getRequestMethod()) {
            case "POST" -> "CreateDistribution";
            case "PUT" -> "UpdateDistribution";
            case "DELETE" -> "DeleteDistribution";
            default -> one ? "GetDistribution" : "ListDistributions";
        };
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        boolean json = exchange.getRequestHeaders().containsKey("X-Amz-Target");
        String text =
                json
                        ? "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}"
                        : "<?xml version=\"1.0\"?><ErrorResponse"
                                + " xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type>"
                                + "<Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
                                + "<RequestId>none</RequestId></ErrorResponse>";
        exchange.getResponseHeaders()
                .set("Content-Type", json ? "application/x-amz-json-1.1" : "text/xml");
        send(exchange, 400, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}
