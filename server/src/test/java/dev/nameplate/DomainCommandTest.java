package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.config.Endpoints;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
import java.util.Queue;

/// The subcommands of `domain` against a server that answers as it is told.
class DomainCommandTest {
    private record Told(int status, String body) {}

    @TempDir private Path folder;
    private final Queue<Told> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final HttpServer server;

    DomainCommandTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() throws IOException {
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
                    Told told = answers.remove();
                    byte[] answer = told.body().getBytes(UTF_8);
                    exchange.sendResponseHeaders(told.status(), answer.length);
                    exchange.getResponseBody().write(answer);
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

    private int domain(String... words) {
        List<String> line =
                new ArrayList<>(
                        List.of("domain", "--config", folder.resolve("nameplate.yaml").toString()));
        line.addAll(List.of(words));
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }

    private static Told standing(int status, String state) {
        return new Told(
                status,
                """
                {"id":"1","names":["a.example.com"],"state":"%s","nextStepBy":"DOMAIN_OWNER","reason":"why",
                 "records":[{"purpose":"TAKE_OVER","name":"_x.example.com.","type":"TXT","value":"v"}]}
                """
                        .formatted(state));
    }

    @Test
    void addSendsTheNamesAndPrintsTheRecords() {
        answers.add(standing(201, "PREPARING"));
        int exit = domain("add", "a.example.com", "b.example.com", "--template", "E1");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /v1/domains {\"names\":[\"a.example.com\",\"b.example.com\"],\"template\":{\"distribution\":\"E1\"}}");
        assertThat(out.toString())
                .contains("a.example.com  PREPARING", "_x.example.com. 300 IN TXT v ; TAKE_OVER");
    }

    @Test
    void anImportSendsTheFilesAndNoNames() throws IOException {
        Path certificate = Files.writeString(folder.resolve("c.pem"), "CERT");
        Path key = Files.writeString(folder.resolve("k.pem"), "KEY");
        answers.add(standing(201, "PREPARING"));
        int exit =
                domain(
                        "add",
                        "--template",
                        "E1",
                        "--certificate",
                        certificate.toString(),
                        "--private-key",
                        key.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(asked.getFirst())
                .contains("\"import\":{\"certificate\":\"CERT\",\"privateKey\":\"KEY\"}")
                .doesNotContain("names");
        assertThat(domain("add", "--template", "E1", "--certificate", certificate.toString()))
                .isNotZero();
        assertThat(err.toString()).contains("--private-key");
    }

    @Test
    void theExitCodeOfShowSaysWhetherItIsServed() {
        answers.add(standing(200, "SERVED"));
        assertThat(domain("show", "a.example.com")).isZero();
        answers.add(standing(200, "WAITING_FOR_PROOF"));
        assertThat(domain("show", "a.example.com")).isEqualTo(1);
        answers.add(new Told(404, "{\"detail\":\"there is no domain a.example.com\"}"));
        assertThat(domain("show", "a.example.com")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no domain a.example.com");
    }

    @Test
    void takeOverIsWatchedUntilItIsServed() {
        answers.add(standing(201, "PREPARING"));
        answers.add(standing(200, "WAITING_FOR_TAKE_OVER"));
        answers.add(standing(200, "SERVED"));
        int exit = domain("take-over", "*.example.com", "--template", "E1", "--watch");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(asked.getFirst()).startsWith("POST /v1/domains/*.example.com/take-over");
        assertThat(out.toString()).contains("WAITING_FOR_TAKE_OVER", "SERVED");
    }

    @Test
    void removeAndDnsAskForTheName() {
        answers.add(standing(202, "REMOVING"));
        assertThat(domain("remove", "a.example.com")).isZero();
        answers.add(
                new Told(
                        200,
                        """
                        {"records":[{"purpose":"PROOF","name":"_p.","type":"CNAME","value":"v.","shown":false,
                         "finding":"it is not there"}]}
                        """));
        assertThat(domain("dns", "a.example.com")).isEqualTo(1);
        assertThat(out.toString()).contains("MISSING _p. 300 IN CNAME v.", "it is not there");
        assertThat(asked)
                .containsExactly(
                        "DELETE /v1/domains/a.example.com", "GET /v1/domains/a.example.com/dns");
    }
}
