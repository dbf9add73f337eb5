package dev.nameplate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// The authority that other tests rely on is there, trusted by its own root, and writes down what it was asked.
final class PebbleTest {
    @Test
    void tellsWhereEverythingIsAndCountsWhatItWasAsked() throws IOException, InterruptedException {
        try (Pebble pebble = Pebble.options().alternateRoots(1).start();
                HttpClient client =
                        HttpClient.newBuilder()
                                .sslContext(TlsContexts.trusting(pebble.tls()))
                                .build()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(pebble.directory()).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("/order-plz");
            assertThat(pebble.lines("GET /dir ")).isEqualTo(1);
            assertThat(pebble.newOrders()).isZero();
            assertThat(pebble.root(0)).contains("BEGIN CERTIFICATE").isNotEqualTo(pebble.root(1));
        }
    }
}
