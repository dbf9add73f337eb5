package dev.nameplate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

final class WholeAnswerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final CountDownLatch over = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/whole",
                exchange -> {
                    exchange.sendResponseHeaders(200, 3);
                    exchange.getResponseBody().write(new byte[] {1, 2, 3});
                    exchange.close();
                });
        server.createContext(
                "/half",
                exchange -> {
                    exchange.sendResponseHeaders(200, 3);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        client.shutdownNow();
        server.stop(0);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
                .build();
    }

    @Test
    void comesWhileTheCommonPoolHasNoThreadLeft() throws Exception {
        int all = ForkJoinPool.commonPool().getParallelism() + 1;
        CountDownLatch begun = new CountDownLatch(all - 1);
        for (int i = 0; i < all; i++) {
            ForkJoinPool.commonPool()
                    .execute(() -> {
                        begun.countDown();
                        try {
                            over.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(WholeAnswer.status(client, request("/whole"), LIMIT)).isEqualTo(200);
        assertThat(WholeAnswer.bytes(client, request("/whole"), LIMIT, 3).body())
                .containsExactly(1, 2, 3);
    }

    @Test
    void oneThatStopsHalfWayIsLate() {
        assertThatThrownBy(() ->
                        WholeAnswer.bytes(client, request("/half"), Duration.ofSeconds(1), 10))
                .isInstanceOf(HttpTimeoutException.class)
                .hasMessage("no whole answer of 127.0.0.1 within 1 s");
    }

    @Test
    void oneThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> WholeAnswer.bytes(client, request("/whole"), LIMIT, 2))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("127.0.0.1: ");
    }
}
