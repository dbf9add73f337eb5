package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;

/// Visitors who send or take so little at a time that they would stay for ever.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DripTest {
    private final TestEdge edge =
            new TestEdge(settings -> settings.viewerIdle(Duration.ofMillis(800)));

    @BeforeAll
    void serve() {
        edge.serve("f.test", edge.site("f.test", edge.passing()));
    }

    @AfterAll
    void close() {
        edge.close();
    }

    private Http2Client connect() throws IOException {
        return new Http2Client(edge.edge().httpsAddress(), edge.ca().trustingContext(), "f.test");
    }

    @Test
    void aHeadThatDripsIsCutOff() throws Exception {
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send("GET / HTTP/1.1\r\nHost: f.test\r\n");
            drip(visitor, "X: y\r\n");
        }
    }

    @Test
    void aBodyThatDripsIsCutOff() throws Exception {
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send("POST / HTTP/1.1\r\nHost: f.test\r\nContent-Length: 1000000\r\n\r\n");
            drip(visitor, "x");
        }
    }

    /// Sends a piece every 100 ms until the edge has had enough.
    private static void drip(RawClient visitor, String piece) throws InterruptedException {
        Thread dripping = dripping(() -> visitor.send(piece));
        assertThat(visitor.isClosedByEdge()).isTrue();
        dripping.interrupt();
        dripping.join();
    }

    private interface Drop {
        void fall() throws IOException;
    }

    private static Thread dripping(Drop drop) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (!Thread.interrupted()) {
                            drop.fall();
                            Thread.sleep(100);
                        }
                    } catch (IOException | InterruptedException e) {
                        // the end
                    }
                });
    }

    @Test
    void anHttp2BodyThatDripsIsCutOff() throws Exception {
        try (Http2Client visitor = connect()) {
            visitor.request(1, false, "f.test", "/slow");
            Thread dripping = dripping(() -> visitor.send(Http2Client.DATA, 0, 1, (byte) 'x'));
            assertThat(visitor.isClosedByEdge()).isTrue();
            dripping.interrupt();
            dripping.join();
        }
    }

    /// A window that opens by single bytes is no reading.
    @Test
    void anHttp2VisitorWhoReadsByTheByteIsCutOff() throws Exception {
        edge.origin().answer("HTTP/1.1 200 OK", "Content-Length: 200000", "", "x".repeat(200_000));
        try (Http2Client visitor = connect()) {
            visitor.request(1, true, "f.test", "/large");
            Thread dripping =
                    dripping(() ->
                            visitor.send(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1)));
            assertThat(visitor.isClosedByEdge()).isTrue();
            dripping.interrupt();
            dripping.join();
        } finally {
            edge.origin()
                    .script((request, out) ->
                            TestOrigin.write(
                                    out, TestOrigin.ok("text/plain", "hello " + request.target())));
        }
    }
}
