package dev.nameplate.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.Origin.ProtocolPolicy;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

@ExtendWith(NoLeaks.class)
final class FailoverTest {
    private final TestEdge edge = new TestEdge();
    private final TestOrigin second = new TestOrigin();

    @AfterEach
    void close() {
        edge.close();
        second.close();
    }

    private void serve() {
        Behavior behavior =
                Behavior.of(Behavior.EVERY_PATH, "group").toBuilder()
                        .allowedMethods(TestEdge.ALL_METHODS)
                        .caching(dev.nameplate.edge.config.Caching.off(RequestParts.NONE))
                        .build();
        Site site =
                Site.of(
                                "dist-f",
                                1,
                                Map.of("main", edge.httpOrigin(), "other", edge.httpOrigin()),
                                List.of(Behavior.of(Behavior.EVERY_PATH, "main")))
                        .toBuilder()
                        .origins(
                                Map.of(
                                        "first",
                                        origin("first", edge.origin().port(), "1"),
                                        "second",
                                        origin("second", second.port(), "2")))
                        .originGroups(
                                Map.of(
                                        "group",
                                        new OriginGroup(
                                                "group", "first", "second", Set.of(403, 503))))
                        .behaviors(List.of(behavior))
                        .build();
        edge.serve("f.test", site);
    }

    private static Origin origin(String id, int port, String number) {
        return Origin.of(id, id + ".origin.test", ProtocolPolicy.HTTP_ONLY).toBuilder()
                .httpPort(port)
                .path("/p" + number)
                .customHeaders(Map.of("X-Number", number))
                .connectTimeout(Duration.ofSeconds(1))
                .readTimeout(Duration.ofMillis(300))
                .connectionAttempts(1)
                .build();
    }

    @Test
    void eachRequestStartsAtTheFirstAndTurnsToTheSecondWithItsOwnHostPathAndHeaders()
            throws Exception {
        serve();
        assertThat(edge.get("f.test", "/a").text()).isEqualTo("hello /p1/a");
        edge.origin().answer("HTTP/1.1 503 Service Unavailable", "Content-Length: 4", "", "down");
        for (int i = 0; i < 2; i++) {
            assertThat(edge.get("f.test", "/a").text()).isEqualTo("hello /p2/a");
        }
        TestOrigin.Request seen = second.lastRequest();
        assertThat(seen.header("host")).contains("second.origin.test:" + second.port());
        assertThat(seen.header("x-number")).contains("2");
        assertThat(edge.origin().requests()).hasSize(3);
        edge.origin().answer("HTTP/1.1 404 Not Found", "Content-Length: 0", "", "");
        assertThat(edge.get("f.test", "/a").status()).isEqualTo(404);
        second.answer("HTTP/1.1 503 Service Unavailable", "Content-Length: 0", "", "");
        edge.origin().answer("HTTP/1.1 403 Forbidden", "Content-Length: 0", "", "");
        assertThat(edge.get("f.test", "/a").status()).isEqualTo(503);
    }

    @Test
    void silenceABrokenAnswerAndARefusedConnectionCountAsFailure() throws Exception {
        serve();
        edge.origin().script((_, _) -> true);
        assertThat(edge.get("f.test", "/silent").text()).isEqualTo("hello /p2/silent");
        edge.origin().script((_, out) -> TestOrigin.writeAndClose(out, "nonsense\r\n\r\n"));
        assertThat(edge.get("f.test", "/broken").text()).isEqualTo("hello /p2/broken");
        edge.origin().close();
        assertThat(edge.get("f.test", "/refused").text()).isEqualTo("hello /p2/refused");
        second.close();
        assertThat(edge.get("f.test", "/both").status()).isEqualTo(502);
    }

    @Test
    void writesStayWithTheFirst() throws Exception {
        serve();
        edge.origin().answer("HTTP/1.1 503 Service Unavailable", "Content-Length: 0", "", "");
        try (RawClient visitor = edge.connect("f.test")) {
            visitor.send("POST /w HTTP/1.1\r\nHost: f.test\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(visitor.read(false).status()).isEqualTo(503);
            assertThat(visitor.request("DELETE", "f.test", "/w").status()).isEqualTo(503);
        }
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void anAnswerThatBeganIsNotBegunAgain() throws Exception {
        serve();
        edge.origin()
                .script((_, out) ->
                        TestOrigin.writeAndClose(
                                out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
        try (RawClient visitor = edge.connect("f.test")) {
            visitor.send("GET / HTTP/1.1\r\nHost: f.test\r\n\r\n");
            assertThat(
                            new String(
                                    visitor.in().readAllBytes(),
                                    java.nio.charset.StandardCharsets.US_ASCII))
                    .endsWith("half");
        }
        assertThat(second.requests()).isEmpty();
    }
}
