package dev.nameplate.bench;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The web server that other ACME clients put their files into.
final class WebRoot implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads;

    private WebRoot(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    static WebRoot start(Path files) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        // The JDK's own handler shows nothing below a folder whose name begins with a dot.
        server.createContext(
                "/.well-known/acme-challenge/",
                exchange -> {
                    try (exchange) {
                        String token = exchange.getRequestURI().getPath().replaceAll(".*/", "");
                        Path file = files.resolve(".well-known/acme-challenge").resolve(token);
                        if (!Files.isRegularFile(file)) {
                            exchange.sendResponseHeaders(404, -1);
                            return;
                        }
                        byte[] content = Files.readAllBytes(file);
                        exchange.sendResponseHeaders(200, content.length);
                        exchange.getResponseBody().write(content);
                    }
                });
        server.setExecutor(threads);
        server.start();
        return new WebRoot(server, threads);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
