package dev.nameplate.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/// moto in a process of its own, behind a gate that counts what calls brought about, and holds back the answer of one of them: whoever
/// kills the caller then kills it between a call's effect and its record.
final class MotoGate implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Set<String> OWN_TO_A_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "expect");

    private static final Pattern SERIAL = Pattern.compile("(\"Serial\": \")(\\d+)\"");

    /// What makes or takes away something.
    private static final Set<String> EFFECTS =
            Set.of(
                    "RequestCertificate",
                    "ImportCertificate",
                    "DeleteCertificate",
                    "CreateDistribution",
                    "UpdateDistribution",
                    "DeleteDistribution");

    private final Process moto;
    private final URI target;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();
    private final AtomicReference<Hold> hold = new AtomicReference<>(new Hold(Integer.MAX_VALUE));

    /// @param left effects until the one whose answer is held back
    private record Hold(AtomicInteger left, CountDownLatch reached, CountDownLatch released) {
        Hold(int effects) {
            this(new AtomicInteger(effects), new CountDownLatch(1), new CountDownLatch(1));
        }
    }

    private MotoGate(Process moto, URI target) throws IOException {
        this.moto = moto;
        this.target = target;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static MotoGate start() throws IOException {
        Parts.need("moto_server", "moto_server", "--help");
        int port = FreePort.find();
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of("moto_server", "-H", "127.0.0.1", "-p", String.valueOf(port)));
        builder.environment().put("MOTO_ACM_VALIDATION_WAIT", "0");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process moto = builder.start();
        try {
            Await.until(LIMIT, "moto_server to listen", () -> listens(port));
            return new MotoGate(moto, URI.create("http://127.0.0.1:" + port));
        } catch (IOException | RuntimeException | AssertionError e) {
            moto.destroyForcibly();
            throw e;
        }
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Through the gate.
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// Past the gate.
    URI moto() {
        return target;
    }

    /// How many calls of the operation brought something about.
    int made(String operation) {
        return Optional.ofNullable(made.get(operation)).map(AtomicInteger::get).orElse(0);
    }

    /// Holds back the answer of the `effects`th call that brings something about from now on.
    void hold(int effects) {
        hold.set(new Hold(effects));
    }

    /// @return whether that call came
    boolean isHeld() {
        return hold.get().reached().getCount() == 0;
    }

    void release() {
        hold.get().released().countDown();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
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
            if (answer.statusCode() < 300) {
                count(operation(exchange));
            }
            answer.headers()
                    .map()
                    .forEach((name, values) -> {
                        if (!name.startsWith(":")
                                && !OWN_TO_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                            exchange.getResponseHeaders().put(name, values);
                        }
                    });
            byte[] answered = asAcm(answer.body());
            exchange.sendResponseHeaders(
                    answer.statusCode(), answered.length == 0 ? -1 : answered.length);
            if (answered.length > 0) {
                exchange.getResponseBody().write(answered);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// moto tells serial numbers in decimal, ACM in hex.
    private static byte[] asAcm(byte[] answer) {
        return SERIAL.matcher(new String(answer, StandardCharsets.ISO_8859_1))
                .replaceAll(found ->
                        found.group(1) + new BigInteger(found.group(2)).toString(16) + "\"")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void count(String operation) throws InterruptedException {
        if (!EFFECTS.contains(operation)) {
            return;
        }
        made.computeIfAbsent(operation, _ -> new AtomicInteger()).incrementAndGet();
        Hold armed = hold.get();
        if (armed.left().decrementAndGet() == 0) {
            armed.reached().countDown();
            if (!armed.released().await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("an answer was held back and never let go");
            }
        }
    }

    private static String operation(HttpExchange exchange) {
        String acm = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (acm != null) {
            return acm.substring(acm.indexOf('.') + 1);
        }
        return switch (exchange.getRequestMethod()) {
            case "POST" -> "CreateDistribution";
            case "PUT" -> "UpdateDistribution";
            case "DELETE" -> "DeleteDistribution";
            default -> "a look";
        };
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
        moto.destroyForcibly();
        moto.onExit().join();
    }
}
