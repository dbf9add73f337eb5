package dev.nameplate.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// The demo's own web server behind the edge: one cacheable page, and a count of who really came.
final class DemoOrigin implements AutoCloseable {
    static final String PAGE = "<!doctype html><title>shop</title><h1>Hello from the origin</h1>\n";

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();

    private DemoOrigin(HttpServer server) {
        this.server = server;
    }

    static DemoOrigin start() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        DemoOrigin origin = new DemoOrigin(server);
        server.createContext("/", origin::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return origin;
    }

    int port() {
        return server.getAddress().getPort();
    }

    int requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "public, max-age=60");
        exchange.sendResponseHeaders(200, page.length);
        try (var body = exchange.getResponseBody()) {
            body.write(page);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
