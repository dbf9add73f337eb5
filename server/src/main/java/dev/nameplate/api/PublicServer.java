package dev.nameplate.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.Reply;
import dev.nameplate.wire.StreamedResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Doors for strangers, over plain HTTP on a port of their own.
///
/// It runs on the JDK's server because that speaks HTTP/1.0 too, as the OCSP clients of OpenSSL and GnuTLS do; the server of
/// [ApiServer] hangs up on them. One virtual thread for each request.
public final class PublicServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublicServer.class);

    /// For a whole request to arrive, and again for its answer to leave: strangers must not hold connections for ever.
    private static final Duration LONGEST = Duration.ofSeconds(30);

    static {
        // The JDK's server can be told in no other way.
        System.setProperty("sun.net.httpserver.maxReqTime", Long.toString(LONGEST.toSeconds()));
        System.setProperty("sun.net.httpserver.maxRspTime", Long.toString(LONGEST.toSeconds()));
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Duration drain;

    private PublicServer(HttpServer server, ExecutorService threads, Duration drain) {
        this.server = server;
        this.threads = threads;
        this.drain = drain;
    }

    /// @param address port 0 takes a free one
    /// @param doors asked in order; the last one takes everything left over
    /// @param drain how long requests under way may take to finish at [#close]
    public static PublicServer start(InetSocketAddress address, List<Door> doors, Duration drain) {
        List<Door> inOrder = List.copyOf(doors);
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            BindException failure =
                    new BindException(
                            "the server cannot listen on "
                                    + address.getAddress().getHostAddress()
                                    + ":"
                                    + address.getPort()
                                    + ": is another program using the port?");
            failure.initCause(e);
            throw new UncheckedIOException(failure);
        }
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("public-", 0).factory());
        server.setExecutor(threads);
        server.createContext("/", exchange -> serve(inOrder, exchange));
        server.start();
        return new PublicServer(server, threads, drain);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(Math.toIntExact(drain.toSeconds()));
        threads.shutdownNow();
    }

    private static void serve(List<Door> doors, HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest head = request(exchange);
            Door door =
                    doors.stream()
                            .filter(each -> each.accepts().test(head))
                            .findFirst()
                            .orElseThrow();
            Reply answer;
            try (InputStream body = exchange.getRequestBody()) {
                answer = door.handler().answer(head, body);
            } catch (RuntimeException e) {
                LOG.error("{} failed on {} {}", door.name(), head.method(), head.rawPath(), e);
                answer =
                        new HttpResponse(
                                500,
                                Headers.of("Content-Type", "text/plain; charset=utf-8"),
                                "internal error\n".getBytes(StandardCharsets.UTF_8));
            }
            write(answer, exchange);
        } catch (IOException e) {
            LOG.debug("the client went away: {}", e.getMessage());
        }
    }

    private static HttpRequest request(HttpExchange exchange) {
        return new HttpRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
                Headers.of(exchange.getRequestHeaders()),
                new byte[0]);
    }

    private static void write(Reply reply, HttpExchange exchange) throws IOException {
        // Its doors' answers are short.
        HttpResponse answer =
                switch (reply) {
                    case HttpResponse whole -> whole;
                    case StreamedResponse streamed -> streamed.whole();
                };
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders()
                    .set("Content-Length", Integer.toString(answer.body().length));
        }
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : answer.body().length);
        if (!bodiless) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer.body());
            }
        }
    }
}
