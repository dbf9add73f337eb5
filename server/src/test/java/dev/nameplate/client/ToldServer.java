package dev.nameplate.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.config.Endpoints;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/// A server that answers commands as it is told, and remembers what they asked.
final class ToldServer implements AutoCloseable {
    private record Answer(int status, String body) {}

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final HttpServer server;
    private final Path config;

    /// Method, path and body of each request.
    final List<String> asked = new ArrayList<>();

    /// Of each request, empty where it has none.
    final List<String> queries = new ArrayList<>();

    /// Of each request, empty where it has none.
    final List<String> lastEventIds = new ArrayList<>();

    /// @param folder becomes the data folder of the commands
    ToldServer(Path folder) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    asked.add(
                            (exchange.getRequestMethod()
                                            + " "
                                            + exchange.getRequestURI().getRawPath()
                                            + " "
                                            + body)
                                    .strip());
                    queries.add(
                            Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
                    lastEventIds.add(
                            Optional.ofNullable(
                                            exchange.getRequestHeaders().getFirst("Last-Event-ID"))
                                    .orElse(""));
                    Answer told = answers.remove();
                    byte[] answer = told.body().getBytes(UTF_8);
                    exchange.sendResponseHeaders(told.status(), answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        new Endpoints(url, url, url, url, "127.0.0.1:53", "root.pem").write(folder);
        config =
                Files.writeString(
                        folder.resolve("nameplate.yaml"),
                        "dataDir: " + folder + "\ncredentials:\n  apiKey: one-for-this-test\n");
    }

    void answers(int status, String body) {
        answers.add(new Answer(status, body));
    }

    /// For `--config`.
    String config() {
        return config.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
