package dev.nameplate.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.Executors;

/// The web server behind both edges: one page of 1 KB that may be cached for an hour.
final class Origin implements AutoCloseable {
    static final String PATH = "/page";

    private static final int SIZE = 1024;

    private final HttpServer server;

    private Origin(HttpServer server) {
        this.server = server;
    }

    static Origin start() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] page = new byte[SIZE];
        Arrays.fill(page, (byte) 'x');
        server.createContext("/", exchange -> answer(exchange, page));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return new Origin(server);
    }

    private static void answer(HttpExchange exchange, byte[] page) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.getResponseHeaders().set("Cache-Control", "public, max-age=3600");
        exchange.sendResponseHeaders(200, page.length);
        try (var body = exchange.getResponseBody()) {
            body.write(page);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
