package dev.nameplate.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.edge.config.RequestEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

final class AccessLogTest {
    @TempDir private Path folder;

    @Test
    void aJsonLineTellsWhatWasAskedAndWhichVersionServed() throws IOException {
        List<String> lines = written(AccessLogSettings.Format.JSON, true, true, new Event());
        assertThat(lines).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(lines.getFirst());
        assertThat(line.path("time").textValue()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(line.path("distribution").textValue()).isEqualTo("E1");
        assertThat(line.path("configVersion").intValue()).isEqualTo(7);
        assertThat(line.path("path").textValue()).isEqualTo("/a");
        assertThat(line.path("query").textValue()).isEqualTo("x=1&Signature=***&%53ignature=***");
        assertThat(line.path("cookie").textValue())
                .isEqualTo("theme=dark; CloudFront-Signature=***");
        assertThat(line.path("status").intValue()).isEqualTo(200);
        assertThat(line.path("result").textValue()).isEqualTo("Hit");
        assertThat(line.path("durationMicros").intValue()).isEqualTo(1500);
        assertThat(line.path("contentType").textValue()).isEqualTo("text/html");
        assertThat(line.path("tlsProtocol").textValue()).isEqualTo("TLSv1.3");
    }

    @Test
    void theFieldsAreCloudFrontsInTheirOrder() throws IOException {
        List<String> lines = written(AccessLogSettings.Format.CLOUDFRONT, true, false, new Event());
        assertThat(lines.getFirst()).isEqualTo("#Version: 1.0");
        String[] names = lines.get(1).substring("#Fields: ".length()).split(" ", -1);
        String[] values = lines.get(2).split("\t", -1);
        assertThat(values).hasSameSizeAs(names);
        Map<String, String> line = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            line.put(names[i], values[i]);
        }
        assertThat(names).startsWith("date", "time", "x-edge-location", "sc-bytes", "c-ip");
        assertThat(line)
                .containsEntry("date", "2026-01-02")
                .containsEntry("time", "03:04:05")
                .containsEntry("sc-bytes", "1234")
                .containsEntry("c-ip", "192.0.2.9")
                .containsEntry("cs-uri-stem", "/a")
                .containsEntry("sc-status", "200")
                .containsEntry("cs(User-Agent)", "Mozilla/5.0%20%2500")
                .containsEntry("cs(Referer)", "https://r.example/?token=***")
                .containsEntry("cs(Cookie)", "-")
                .containsEntry("x-edge-result-type", "Hit")
                .containsEntry("time-taken", "0.002")
                .containsEntry("sc-range-start", "0")
                .containsEntry("sc-range-end", "99")
                .containsEntry("distribution-id", "E1")
                .containsEntry("config-version", "7");
    }

    @Test
    void noLineCanBeForged() throws IOException {
        Event event = new Event();
        event.path = "/a\n2026-01-01\t00:00:00\tforged\r\n";
        event.headers.put("user-agent", "x\n{\"forged\":true}\u2028\u0000\t\u001b[2J");
        for (AccessLogSettings.Format format : AccessLogSettings.Format.values()) {
            List<String> lines = written(format, true, true, event);
            assertThat(lines).hasSize(format == AccessLogSettings.Format.JSON ? 1 : 3);
            assertThat(lines.getLast()).matches("[\\t\\x20-\\x7e]*").doesNotContain("\u001b");
            assertThat(lines.getLast().split("\t", -1))
                    .hasSize(format == AccessLogSettings.Format.JSON ? 1 : 35);
        }
    }

    @Test
    void queriesAndCookiesAreLeftOutWhereTheSettingsSaySo() throws IOException {
        String line = written(AccessLogSettings.Format.JSON, false, false, new Event()).getFirst();
        assertThat(line)
                .doesNotContain("x=1")
                .doesNotContain("theme")
                .doesNotContain("token")
                .doesNotContain("hush")
                .contains("\"referer\":\"https://r.example/\"");
    }

    @Test
    void aFullFileIsPutAwayAndTheFolderIsTheOwnersAlone() throws IOException {
        Path logs = folder.resolve("deep/log");
        AccessLog log =
                AccessLog.start(
                        new AccessLogSettings(
                                AccessLogSettings.Format.JSON,
                                logs,
                                "here",
                                true,
                                true,
                                10_000,
                                1 << 20,
                                Duration.ofDays(2)));
        for (int i = 0; i < 200; i++) {
            log.log(new Event());
        }
        log.close();
        assertThat(log.dropped()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logs)))
                .isEqualTo("rwx------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(logs.resolve("access.log"))))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(logs)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("access.log")
                    .anyMatch(name -> name.matches("access-.*\\.log\\.gz"));
        }
    }

    @Test
    void linesAreDroppedAndCountedRatherThanWaitedFor() throws IOException {
        // A pipe that nobody reads: the writer blocks in it for good.
        Path pipe = folder.resolve("access.log");
        assertThat(run("mkfifo", pipe.toString())).isZero();
        Thread opener =
                Thread.ofVirtual()
                        .start(() -> {
                            AccessLog log =
                                    AccessLog.start(
                                            settings(AccessLogSettings.Format.JSON, true, true));
                            while (log.dropped() == 0) {
                                log.log(new Event());
                            }
                        });
        // Opening the pipe for both directions never waits, and keeps what is written from being
        // read.
        try (var kept = new RandomAccessFile(pipe.toFile(), "rw")) {
            assertThat(opener.join(Duration.ofSeconds(20))).isTrue();
            assertThat(kept.getFD().valid()).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).start().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> written(
            AccessLogSettings.Format format, boolean query, boolean cookies, Event event)
            throws IOException {
        Path file = folder.resolve("access.log");
        Files.deleteIfExists(file);
        try (AccessLog log = AccessLog.start(settings(format, query, cookies))) {
            log.log(event);
        }
        return Files.readAllLines(file);
    }

    private AccessLogSettings settings(
            AccessLogSettings.Format format, boolean query, boolean cookies) {
        return new AccessLogSettings(
                format, folder, "here", query, cookies, 1 << 20, 1 << 24, Duration.ofDays(7));
    }

    private static final class Event implements RequestEvent {
        String path = "/a";
        final Map<String, String> headers =
                new HashMap<>(
                        Map.of(
                                "user-agent", "Mozilla/5.0 %00",
                                "referer", "https://r.example/?token=hush",
                                "cookie", "theme=dark; CloudFront-Signature=hush"));

        @Override
        public long startedMillis() {
            return Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();
        }

        @Override
        public long durationNanos() {
            return 1_500_000;
        }

        @Override
        public long firstByteNanos() {
            return 1_000_000;
        }

        @Override
        public String distributionId() {
            return "E1";
        }

        @Override
        public long configVersion() {
            return 7;
        }

        @Override
        public String clientAddress() {
            return "192.0.2.9";
        }

        @Override
        public int clientPort() {
            return 4711;
        }

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public String protocol() {
            return "HTTP/2.0";
        }

        @Override
        public String tlsProtocol() {
            return "TLSv1.3";
        }

        @Override
        public String tlsCipher() {
            return "TLS_AES_128_GCM_SHA256";
        }

        @Override
        public String host() {
            return "shop.example.com";
        }

        @Override
        public String methodName() {
            return "GET";
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public String query() {
            return "x=1&Signature=hush&%53ignature=hush";
        }

        @Override
        public int status() {
            return 200;
        }

        @Override
        public long bytesIn() {
            return 0;
        }

        @Override
        public long bytesOut() {
            return 1234;
        }

        @Override
        public CacheVerdict verdict() {
            return CacheVerdict.HIT;
        }

        @Override
        public String requestId() {
            return "id==";
        }

        @Override
        public boolean complete() {
            return true;
        }

        @Override
        public Optional<String> requestHeader(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public Optional<String> answerHeader(String name) {
            return switch (name) {
                case "content-type" -> Optional.of("text/html");
                case "content-range" -> Optional.of("bytes 0-99/1234");
                default -> Optional.empty();
            };
        }
    }
}
