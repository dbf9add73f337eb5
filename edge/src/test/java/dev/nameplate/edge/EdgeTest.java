package dev.nameplate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// The main road, with both protocols.
@ExtendWith(NoLeaks.class)
final class EdgeTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void firstAnswerComesFromTheOriginAndTheSecondFromTheCache() throws Exception {
        edge.serve("a.test");
        try (RawClient visitor = edge.connect("a.test")) {
            RawClient.Answer miss = visitor.get("a.test", "/page");
            RawClient.Answer hit = visitor.get("a.test", "/page");
            assertThat(miss.text()).isEqualTo("hello /page");
            assertThat(miss.header("x-cache")).contains("Miss from cloudfront");
            assertThat(hit.text()).isEqualTo("hello /page");
            assertThat(hit.header("x-cache")).contains("Hit from cloudfront");
            assertThat(hit.header("age")).contains("0");
            assertThat(edge.origin().requests()).hasSize(1);
        }
    }

    @Test
    void http2ServesMissAndHit() throws Exception {
        edge.serve("a.test");
        try (HttpClient client = edge.httpClient(HttpClient.Version.HTTP_2)) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(edge.url("a.test", "/p"))).build();
            HttpResponse<String> miss = client.send(request, HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> hit = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(miss.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(miss.body()).isEqualTo("hello /p");
            assertThat(hit.body()).isEqualTo("hello /p");
            assertThat(hit.headers().firstValue("x-cache")).contains("Hit from cloudfront");
        }
    }
}
