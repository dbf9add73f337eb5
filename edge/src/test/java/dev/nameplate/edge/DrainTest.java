package dev.nameplate.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

@ExtendWith(NoLeaks.class)
final class DrainTest {
    private final CountDownLatch asked = new CountDownLatch(2);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);

    private TestEdge slowEdge(Duration drain) {
        TestEdge edge = new TestEdge(settings -> settings.drain(drain));
        edge.serve("d.test", edge.site("d.test", edge.passing()));
        edge.origin()
                .script((request, out) -> {
                    asked.countDown();
                    await(mayAnswer);
                    return TestOrigin.write(out, TestOrigin.ok("text/plain", request.target()));
                });
        return edge;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void requestsUnderWayAreFinishedAndNewConnectionsRefused() throws Exception {
        TestEdge edge = slowEdge(Duration.ofSeconds(5));
        try (HttpClient http2 = edge.httpClient(HttpClient.Version.HTTP_2);
                RawClient http1 = edge.connect("d.test");
                RawClient idle = edge.connect("d.test")) {
            http1.send("GET /one HTTP/1.1\r\nHost: d.test\r\n\r\n");
            CompletableFuture<HttpResponse<String>> two =
                    http2.sendAsync(
                            HttpRequest.newBuilder(URI.create(edge.url("d.test", "/two"))).build(),
                            HttpResponse.BodyHandlers.ofString());
            await(asked);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(edge.edge()::close);
            assertThat(idle.isClosedByEdge()).isTrue();
            assertThatThrownBy(edge::connectPlain).isInstanceOf(IOException.class);
            mayAnswer.countDown();
            RawClient.Answer one = http1.read(false);
            assertThat(one.text()).isEqualTo("/one");
            assertThat(one.header("connection")).contains("close");
            assertThat(two.get(10, TimeUnit.SECONDS).body()).isEqualTo("/two");
            closed.get(10, TimeUnit.SECONDS);
        }
        edge.origin().close();
    }

    @Test
    void whatDoesNotEndIsCutOffWhenTheTimeIsUp() throws Exception {
        TestEdge edge = slowEdge(Duration.ofMillis(200));
        try (RawClient visitor = edge.connect("d.test")) {
            visitor.send("GET /never HTTP/1.1\r\nHost: d.test\r\n\r\n");
            asked.countDown();
            await(asked);
            Instant before = Instant.now();
            edge.edge().close();
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
            assertThat(visitor.isClosedByEdge()).isTrue();
        }
        mayAnswer.countDown();
        edge.origin().close();
    }
}
