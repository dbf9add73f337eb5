package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.DiskCache;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Visitors of an edge with a disk and little memory.
@ExtendWith(NoLeaks.class)
final class DiskCacheTest {
    private static final int SIZE = 20 << 20;
    private static final long MIB = 1 << 20;

    @TempDir private Path folder;
    private TestEdge edge;

    @BeforeEach
    void start() {
        edge =
                new TestEdge(settings ->
                        settings.contentCache(8 * MIB, MIB)
                                .disk(new DiskCache(folder, 1L << 30, 512 * MIB)));
        edge.serve("big.test");
        byte[] block = new byte[(int) MIB];
        edge.origin()
                .script((request, out) -> {
                    boolean announced = request.target().startsWith("/announced");
                    out.write(
                            ("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nETag: \"1\"\r\n"
                                            + (announced
                                                    ? "Content-Length: " + SIZE + "\r\n\r\n"
                                                    : "Transfer-Encoding: chunked\r\n\r\n"))
                                    .getBytes(StandardCharsets.US_ASCII));
                    for (int i = 0; i < SIZE >> 20; i++) {
                        java.util.Arrays.fill(block, (byte) i);
                        if (!announced) {
                            out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                        out.write(block);
                        if (!announced) {
                            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                    if (!announced) {
                        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    return true;
                });
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static String expected() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[(int) MIB];
        for (int i = 0; i < SIZE >> 20; i++) {
            java.util.Arrays.fill(block, (byte) i);
            digest.update(block);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String digestOf(HttpResponse<InputStream> answer) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[1 << 16];
        try (InputStream body = answer.body()) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private HttpResponse<InputStream> get(HttpClient client, String target, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(edge.url("big.test", target)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private void bodiesLargerThanMemory(HttpClient.Version version, String target)
            throws Exception {
        try (HttpClient client = edge.httpClient(version)) {
            assertThat(digestOf(get(client, target))).isEqualTo(expected());
            HttpResponse<InputStream> hit;
            long deadline = System.nanoTime() + 10_000_000_000L;
            do { // the last bytes may still be on their way to the disk
                assertThat(System.nanoTime()).isLessThan(deadline);
                hit = get(client, target);
                assertThat(digestOf(hit)).isEqualTo(expected());
            } while (hit.headers().firstValue("x-cache").orElseThrow().startsWith("Miss"));
            assertThat(hit.headers().firstValueAsLong("content-length")).hasValue(SIZE);
            HttpResponse<InputStream> part = get(client, target, "Range", "bytes=9437183-9437185");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body().readAllBytes()).containsExactly(8, 9, 9);
            assertThat(get(client, target, "If-None-Match", "\"1\"").statusCode()).isEqualTo(304);
        }
    }

    @Test
    void anAnnouncedBodyLargerThanMemoryIsServedFromDiskOverHttp1() throws Exception {
        bodiesLargerThanMemory(HttpClient.Version.HTTP_1_1, "/announced");
    }

    @Test
    void aChunkedBodyLargerThanMemoryIsServedFromDiskOverHttp2() throws Exception {
        bodiesLargerThanMemory(HttpClient.Version.HTTP_2, "/chunked");
    }

    @Test
    void aVisitorWhoLeavesInTheMiddleLosesNothing() throws Exception {
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_1_1)) {
            bodiesLargerThanMemory(HttpClient.Version.HTTP_1_1, "/announced");
            for (int i = 0; i < 5; i++) {
                try (InputStream body = get(client, "/announced").body()) {
                    assertThat(body.readNBytes(100_000)).hasSize(100_000);
                }
            }
        }
    }
}
