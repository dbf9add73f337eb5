package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `./nameplate demo` as a newcomer runs it, and then every line it prints to copy.
@Tag("slow")
final class DemoIT {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    @TempDir private Path folder;

    @Test
    void everyStepIsVerifiedAndThePrintedLinesWork() throws IOException, InterruptedException {
        Commands.Result demo =
                Commands.run(
                        List.of(RunningServer.LAUNCHER.toString(), "demo"),
                        Map.of("NAMEPLATE_JAVA_OPTS", "-Djava.io.tmpdir=" + folder));
        assertThat(demo.exit()).as(demo.output() + demo.errors()).isZero();
        assertThat(demo.output())
                .contains("1  Lightsail", "2  SSL for SaaS, create", "3  SSL for SaaS, import")
                .contains("✔ each name's CNAME is in the zone, and the DNS server answers it")
                .contains("✔ ISSUED: serial")
                .contains("✔ https://www.shop.example verified by the root; then Hit")
                .contains("✔ https://img.shop.example verified by the root; then Hit")
                .contains("✔ 2 certificates, 2 distributions; verified over HTTPS: third1.")
                .contains("✔ 2 certificates, 2 distributions; verified over HTTPS: bring.foreign.")
                .contains("Every step was verified.")
                .doesNotContain("✘");
        reopen(demo.output());
    }

    private static void reopen(String printed) throws IOException, InterruptedException {
        String serve = line(printed, "NAMEPLATE_DATA_DIR=.* ./nameplate serve");
        int originPort = Integer.parseInt(line(printed, "http.server .* (\\d+) &"));
        Path data = Path.of(line(serve, "NAMEPLATE_DATA_DIR=(\\S+)"));
        assertThat(data.resolve("endpoints.json"))
                .as("the demo's server is stopped")
                .doesNotExist();
        Path log = data.resolveSibling("serve.log");
        Process server =
                new ProcessBuilder("bash", "-c", "exec env " + serve)
                        .directory(Path.of("..").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (OriginServer _ = OriginServer.start(originPort)) {
            Await.until(
                    START_LIMIT,
                    "the reopened server; see " + log,
                    () -> Files.exists(data.resolve("endpoints.json")) || !server.isAlive());
            assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(bash(line(printed, "curl --cacert .*")))
                    .as("kept on disk since the demo's own visit")
                    .contains("<h1>Hello from the origin</h1>");
            assertThat(bash(line(printed, "curl -H 'x-api-key.*")).split("\"jobId\"", -1))
                    .as("three jobs that create, one that imports")
                    .hasSize(4 + 1);
        } finally {
            server.destroy();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    private static String bash(String line) {
        return Commands.output("bash", "-c", line);
    }

    /// The match, or its first group where there is one.
    private static String line(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in\n" + text).isTrue();
        return matcher.group(matcher.groupCount() == 0 ? 0 : 1);
    }
}
