package dev.nameplate.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Somebody's web server that takes webhooks. It goes down and comes up again, and remembers what came.
final class WebhookReceiver implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final Map<String, ToIntFunction<Hit>> answers = new ConcurrentHashMap<>();
    private final List<Hit> hits = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpServer server;
    private volatile boolean down;

    record Hit(String path, String id, String timestamp, String signatures, byte[] body) {
        JsonNode event() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Without what all of ours begin with.
        String type() {
            return event().path("type").asText().replaceFirst("^dev\\.nameplate\\.", "");
        }

        /// As the specification of Standard Webhooks tells receivers to: HMAC-SHA-256 over `id.timestamp.body` under what stands in
        /// base64 behind `whsec_`; one of the signatures of version 1 fits, and the time is about now.
        boolean isSignedBy(String secret) {
            try {
                byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
                byte[] wanted = mac.doFinal(body);
                Duration age =
                        Duration.between(
                                Instant.ofEpochSecond(Long.parseLong(timestamp)), Instant.now());
                return age.abs().compareTo(TOLERANCE) < 0
                        && List.of(signatures.split(" ")).stream()
                                .filter(each -> each.startsWith("v1,"))
                                .map(each -> Base64.getDecoder().decode(each.substring(3)))
                                .anyMatch(each -> MessageDigest.isEqual(each, wanted));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private WebhookReceiver(HttpServer server) {
        this.server = server;
    }

    static WebhookReceiver start() throws IOException {
        WebhookReceiver receiver =
                new WebhookReceiver(
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        receiver.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.server.createContext("/", receiver::take);
        receiver.server.start();
        return receiver;
    }

    /// Hangs up on everybody until [#goUp]. The port is kept, lest somebody else has it then.
    void goDown() {
        down = true;
    }

    void goUp() {
        down = false;
    }

    /// @param answer the status for each request that comes to the path
    String url(String path, ToIntFunction<Hit> answer) {
        answers.put(path, answer);
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /// An answer that does not come before [#close].
    int never() {
        try {
            closing.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return 200;
    }

    List<Hit> at(String path) {
        return hits.stream().filter(hit -> hit.path().equals(path)).toList();
    }

    List<Hit> at(String path, String type) {
        return at(path).stream().filter(hit -> hit.type().equals(type)).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (down) {
                return;
            }
            Hit hit =
                    new Hit(
                            exchange.getRequestURI().getPath(),
                            exchange.getRequestHeaders().getFirst("webhook-id"),
                            exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                            exchange.getRequestHeaders().getFirst("webhook-signature"),
                            exchange.getRequestBody().readAllBytes());
            hits.add(hit);
            int status = answers.getOrDefault(hit.path(), _ -> 404).applyAsInt(hit);
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
