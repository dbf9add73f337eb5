package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// HTTP-01 (RFC 8555 §8.3).
@ExtendWith(NoLeaks.class)
final class ChallengeFilesTest {
    private static final String FOLDER = "/.well-known/acme-challenge/";

    private final TestEdge edge = new TestEdge();

    @BeforeEach
    void open() {
        edge.source().challengeFile("a.test", "Token_1-x", "Token_1-x.print");
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private RawClient.Answer plain(String method, String host, String target) throws Exception {
        try (RawClient authority = edge.connectPlain()) {
            return authority.request(method, host, target);
        }
    }

    private Site redirecting(String host) {
        return edge.site(
                host,
                edge.caching(Caching.standard(RequestParts.NONE)).toBuilder()
                        .viewerProtocol(ViewerProtocol.REDIRECT_TO_HTTPS)
                        .build());
    }

    @Test
    void anAuthorityFindsItUnderAHostThatNobodyServes() throws Exception {
        RawClient.Answer answer = plain("GET", "A.test:80", FOLDER + "Token_1-x");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("Token_1-x.print");
        assertThat(answer.header("content-type")).contains("application/octet-stream");
        assertThat(answer.header("cache-control")).contains("no-store");
        RawClient.Answer head = plain("HEAD", "a.test", FOLDER + "Token_1-x");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).contains("15");
        assertThat(edge.source().siteQuestions()).isEmpty();
    }

    @Test
    void neitherARedirectNorAnOffSwitchHoldsItBack() throws Exception {
        edge.serve("a.test", redirecting("a.test"));
        assertThat(plain("GET", "a.test", FOLDER + "Token_1-x").text())
                .isEqualTo("Token_1-x.print");
        assertThat(plain("GET", "a.test", "/").status()).isEqualTo(301);
        edge.serve("a.test", redirecting("a.test").toBuilder().enabled(false).build());
        edge.edge().changed("dist-a.test", Set.of("a.test"));
        assertThat(plain("GET", "a.test", FOLDER + "Token_1-x").text())
                .isEqualTo("Token_1-x.print");
        assertThat(plain("GET", "a.test", "/").status()).isEqualTo(403);
        assertThat(edge.origin().requests()).isEmpty();
    }

    @Test
    void itIsShownOverHttpsTooInEveryVersion() throws Exception {
        edge.serve("localhost");
        edge.source().challengeFile("localhost", "token", "token.print");
        for (HttpClient.Version version :
                new HttpClient.Version[] {HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2}) {
            try (HttpClient client = edge.httpClient(version)) {
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(
                                                URI.create(edge.url("localhost", FOLDER + "token")))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.body()).isEqualTo("token.print");
            }
        }
    }

    @Test
    void itIsShownBeforeTheCacheAndGoneAtOnce() throws Exception {
        edge.serve("a.test");
        edge.source().challengeFile("a.test", "later", "later.print");
        String before = plain("GET", "a.test", FOLDER + "earlier").text();
        assertThat(before).isEqualTo("hello " + FOLDER + "earlier");
        edge.source().challengeFile("a.test", "earlier", "earlier.print");
        assertThat(plain("GET", "a.test", FOLDER + "earlier").text()).isEqualTo("earlier.print");
    }

    @Test
    void anOriginMayProveItsNameByItself() throws Exception {
        edge.serve("a.test");
        assertThat(plain("GET", "a.test", FOLDER + "of-the-origin").text())
                .isEqualTo("hello " + FOLDER + "of-the-origin");
        assertThat(plain("POST", "a.test", FOLDER + "Token_1-x").text())
                .isEqualTo("hello " + FOLDER + "Token_1-x");
        edge.source().breakDown(true);
        assertThat(plain("GET", "a.test", FOLDER + "of-the-origin").status()).isEqualTo(200);
    }

    @Test
    void onlyATokenIsAskedFor() throws Exception {
        edge.serve("a.test");
        for (String path :
                new String[] {
                    FOLDER,
                    FOLDER + "Token_1-x/",
                    FOLDER + "Token_1-x.txt",
                    FOLDER + "%54oken_1-x",
                    FOLDER + "a/../Token_1-x",
                    FOLDER + "x".repeat(257),
                    "/.well-known/acme-challenge",
                    "/x" + FOLDER + "Token_1-x"
                }) {
            assertThat(plain("GET", "a.test", path).text())
                    .as(path)
                    .doesNotContain("print")
                    .startsWith("hello ");
        }
        assertThat(edge.source().challengeFileQuestions()).isEmpty();
        assertThat(plain("GET", "a.test", FOLDER + "Token_1-x?x=y").text())
                .isEqualTo("Token_1-x.print");
        assertThat(plain("GET", "b.test", FOLDER + "Token_1-x").status()).isEqualTo(403);
    }

    @Test
    void whenTooManyAskTheSourceTheRestGoTheirNormalWay() throws Exception {
        edge.serve("a.test");
        CountDownLatch held = new CountDownLatch(1);
        edge.source().holdUntil(held);
        List<RawClient> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                RawClient client = edge.connectPlain();
                waiting.add(client);
                client.send("GET " + FOLDER + "Token_1-x HTTP/1.1\r\nHost: a.test\r\n\r\n");
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (edge.source().challengeFileQuestions().size() < 64) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(plain("GET", "a.test", FOLDER + "Token_1-x").text())
                    .isEqualTo("hello " + FOLDER + "Token_1-x");
            held.countDown();
            for (RawClient client : waiting) {
                assertThat(client.read(false).text()).isEqualTo("Token_1-x.print");
            }
            assertThat(plain("GET", "a.test", FOLDER + "Token_1-x").text())
                    .isEqualTo("Token_1-x.print");
        } finally {
            held.countDown();
            for (RawClient client : waiting) {
                client.close();
            }
        }
    }
}
