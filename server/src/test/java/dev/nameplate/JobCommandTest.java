package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.config.Endpoints;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/// The subcommands of `job` against a server that answers as it is told.
class JobCommandTest {
    private static final String ID = "35d7dfa3-0000-4000-8000-000000000001";

    private record Told(int status, String body) {}

    @TempDir private Path folder;
    private final Queue<Told> answers = new ArrayDeque<>();
    private final List<String> lastEventIds = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final HttpServer server;

    JobCommandTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() throws IOException {
        server.createContext(
                "/v1/jobs",
                exchange -> {
                    Told told = answers.remove();
                    lastEventIds.add(
                            Optional.ofNullable(
                                            exchange.getRequestHeaders().getFirst("Last-Event-ID"))
                                    .orElse(""));
                    byte[] body = told.body().getBytes(UTF_8);
                    exchange.sendResponseHeaders(told.status(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        new Endpoints(url, url, url, url, "127.0.0.1:53", "root.pem").write(folder);
        Files.writeString(
                folder.resolve("nameplate.yaml"),
                "dataDir: " + folder + "\ncredentials:\n  apiKey: one-for-this-test\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String config() {
        return folder.resolve("nameplate.yaml").toString();
    }

    private int job(String... words) {
        List<String> line = new ArrayList<>(List.of("job", "--config", config()));
        line.addAll(List.of(words));
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }

    @Test
    void aRefusalThatIsNotJsonIsToldByItsStatus() {
        answers.add(new Told(502, "<html>bad gateway</html>"));
        assertThat(job("list")).isNotZero();
        assertThat(err.toString()).contains("answered 502").doesNotContain("JSON");
    }

    @Test
    void aRefusalIsToldInTheServersWords() {
        answers.add(new Told(409, "{\"detail\":\"job x has ended\"}"));
        assertThat(job("pause", ID)).isNotZero();
        assertThat(err.toString().strip()).isEqualTo("nameplate: job x has ended");
    }

    @Test
    void whatCannotBeAnIdOrAKeyIsRefusedInASentence() throws IOException {
        assertThat(job("watch", "not an id")).isNotZero();
        assertThat(err.toString().strip())
                .isEqualTo(
                        "nameplate: 'not an id' is no job's ID; './nameplate job list' shows them");

        Path file = Files.writeString(folder.resolve("job.json"), "{}");
        assertThat(job("create", file.toString(), "--idempotency-key", "t\u00fcr\n")).isNotZero();
        assertThat(err.toString()).contains("--idempotency-key takes").doesNotContain("Exception");
    }

    @Test
    void aWatchStaysWhileARollBackIsUnderWay() {
        answers.add(new Told(200, event("1", shown("ROLLING_BACK", "DONE"))));
        answers.add(new Told(200, ": cut off before anything came"));
        answers.add(new Told(200, event("2", shown("ROLLED_BACK", "REMOVED"))));
        answers.add(new Told(200, "{\"entries\":[]}"));
        AtomicInteger pauses = new AtomicInteger();
        CommandLine watch = new CommandLine(new JobCommand(pauses::incrementAndGet));
        watch.setOut(new PrintWriter(out));
        assertThat(watch.execute("--config", config(), "watch", ID)).isNotZero();
        assertThat(pauses).hasValue(2);
        assertThat(lastEventIds).containsExactly("", "1", "1", "");
        assertThat(out.toString()).contains("ROLLING_BACK  1 done", "ROLLED_BACK  1 removed");
    }

    private static String event(String id, String job) {
        return "id: %s\nevent: progress\ndata: %s\n\n".formatted(id, job);
    }

    private static String shown(String status, String state) {
        return "{\"id\":\"%s\",\"status\":\"%s\",\"total\":1,\"entries\":{\"%s\":1}}"
                .formatted(ID, status, state);
    }
}
