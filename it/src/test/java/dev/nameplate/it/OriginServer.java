package dev.nameplate.it;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A customer's web server behind the edge; its page tells the path asked for, and it counts who really came.
final class OriginServer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();

    private OriginServer(HttpServer server) {
        this.server = server;
    }

    static OriginServer start() throws IOException {
        return start(0);
    }

    /// @param port 0 takes a free one
    static OriginServer start(int port) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        OriginServer origin = new OriginServer(server);
        server.createContext(
                "/",
                exchange -> {
                    origin.requests.incrementAndGet();
                    byte[] page =
                            page(exchange.getRequestURI().getPath())
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.getResponseHeaders().set("Cache-Control", "public, max-age=600");
                    exchange.sendResponseHeaders(200, page.length);
                    try (var body = exchange.getResponseBody()) {
                        body.write(page);
                    }
                });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return origin;
    }

    static String page(String path) {
        return "the origin's page " + path + "\n";
    }

    int port() {
        return server.getAddress().getPort();
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
