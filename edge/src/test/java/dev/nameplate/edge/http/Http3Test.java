package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ConnectionLimits;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.Http3Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import io.netty.handler.codec.http3.Http3Headers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;

@ExtendWith(NoLeaks.class)
final class Http3Test {
    private final TestEdge edge = new TestEdge(settings -> settings.http3(true));

    {
        edge.serve("q.test", edge.site("q.test", edge.passing()).toBuilder().http3(true).build());
        edge.serve(
                "plain.test",
                edge.site("plain.test", edge.passing()).toBuilder().http3(false).build());
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private Http3Client connect(String name) throws IOException {
        return new Http3Client(edge.edge().httpsAddress(), edge.ca().root(), name);
    }

    /// Loopback is not counted by address, so the bound of all connections stands for both.
    @Test
    void aConnectionOverQuicTakesAPlaceLikeAnyOther() throws Exception {
        try (TestEdge small =
                new TestEdge(
                        settings -> settings.http3(true).connections(new ConnectionLimits(1, 1)))) {
            small.serve(
                    "q.test",
                    small.site("q.test", small.passing()).toBuilder().http3(true).build());
            try (Http3Client first =
                    new Http3Client(small.edge().httpsAddress(), small.ca().root(), "q.test")) {
                assertThat(first.get("q.test", "/a").status()).isEqualTo(200);
                assertThatThrownBy(() -> small.get("q.test", "/b")).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void requestsOfAllKindsAreServed() throws Exception {
        edge.origin()
                .script((request, out) ->
                        TestOrigin.write(
                                out,
                                TestOrigin.ok(
                                        "text/plain",
                                        request.method()
                                                + " "
                                                + request.target()
                                                + " "
                                                + request.body().length)));
        try (Http3Client visitor = connect("q.test")) {
            Http3Client.Answer got = visitor.get("q.test", "/a?b=c");
            assertThat(got.status()).isEqualTo(200);
            assertThat(got.text()).isEqualTo("GET /a?b=c 0");
            assertThat(got.headers())
                    .doesNotContainKeys("connection", "transfer-encoding", "alt-svc");
            assertThat(visitor.post("q.test", "/up", new byte[500_000]).text())
                    .isEqualTo("POST /up 500000");
            assertThat(visitor.send(Http3Client.head("HEAD", "q.test", "/h"), new byte[0]).body())
                    .isEmpty();
            assertThat(visitor.get("unknown.test", "/").status()).isIn(403, 421);
        }
        assertThat(edge.origin().requests().getFirst().header("via").orElseThrow())
                .startsWith("3.0 ");
        assertThat(edge.events().nextRequest().protocol()).isEqualTo("HTTP/3.0");
    }

    @Test
    void aLargeAnswerStreamsThrough() throws Exception {
        String body = "x".repeat(3_000_000);
        edge.origin().answer(TestOrigin.ok("text/plain", body));
        try (Http3Client visitor = connect("q.test")) {
            assertThat(visitor.get("q.test", "/large").body()).hasSize(body.length());
        }
    }

    @Test
    void cachedAnswersAreServed() throws Exception {
        edge.serve("cached.test");
        edge.source()
                .site(
                        "cached.test",
                        edge
                                .site(
                                        "cached.test",
                                        edge.caching(Caching.standard(RequestParts.NONE)))
                                .toBuilder()
                                .http3(true)
                                .build());
        edge.origin().answer(TestOrigin.ok("text/plain", "kept", "Cache-Control: max-age=60"));
        try (Http3Client visitor = connect("cached.test")) {
            visitor.get("cached.test", "/");
            Http3Client.Answer hit = visitor.get("cached.test", "/");
            assertThat(hit.text()).isEqualTo("kept");
            assertThat(hit.headers()).containsEntry("x-cache", "Hit from cloudfront");
        }
        assertThat(edge.origin().requests()).hasSize(1);
        try (RawClient visitor = edge.connect("cached.test")) {
            assertThat(visitor.get("cached.test", "/").header("alt-svc")).isPresent();
        }
    }

    @Test
    void malformedRequestsEndTheirStreamOnly() throws Exception {
        try (Http3Client visitor = connect("q.test")) {
            Http3Headers split = Http3Client.head("GET", "q.test", "/a b");
            assertThatThrownBy(() -> visitor.send(split, new byte[0]))
                    .isInstanceOf(IOException.class);
            Http3Headers injected = Http3Client.head("GET", "q.test", "/");
            injected.set("x", "a\r\nEvil: 1");
            try {
                assertThat(visitor.send(injected, new byte[0]).status()).isEqualTo(400);
            } catch (IOException e) {
                // reset is as good as 400
            }
            assertThat(visitor.get("q.test", "/ok").text()).isEqualTo("hello /ok");
        }
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void sitesWithHttp3OfferItAndOthersRefuseIt() throws Exception {
        String offer = "h3=\":" + edge.edge().httpsAddress().getPort() + "\"; ma=86400";
        try (RawClient visitor = edge.connect("q.test")) {
            assertThat(visitor.get("q.test", "/").header("alt-svc")).contains(offer);
        }
        try (Http2Client visitor =
                new Http2Client(
                        edge.edge().httpsAddress(), edge.ca().trustingContext(), "q.test")) {
            assertThat(visitor.get(1, "q.test", "/").headers()).containsEntry("alt-svc", offer);
        }
        try (RawClient visitor = edge.connect("plain.test")) {
            assertThat(visitor.get("plain.test", "/").header("alt-svc")).isEmpty();
        }
        try (Http3Client visitor = connect("plain.test")) {
            assertThat(visitor.get("plain.test", "/").status()).isEqualTo(421);
        }
    }

    @Test
    void anUnknownNameGetsNoHandshakeAndAChangedOneItsNewCertificate() throws Exception {
        assertThatThrownBy(() -> connect("nobody.test")).isInstanceOf(IOException.class);
        edge.serve("nobody.test");
        edge.edge().changed("dist-nobody.test", Set.of("nobody.test"));
        try (Http3Client visitor = connect("nobody.test")) {
            assertThat(visitor.get("nobody.test", "/").status()).isEqualTo(200);
        }
    }

    @Test
    @Tag("conformance")
    void aClientOfAnotherMakeIsServed(@TempDir Path folder) throws Exception {
        edge.serve(
                "localhost",
                edge.site("localhost", edge.passing())); // the name it says for an address
        Path log = folder.resolve("log");
        Process client;
        try {
            client =
                    new ProcessBuilder(
                                    "gtlsclient",
                                    "--exit-on-all-streams-close",
                                    "--timeout=5s",
                                    "127.0.0.1",
                                    Integer.toString(edge.edge().httpsAddress().getPort()),
                                    edge.url("localhost", "/from-elsewhere"))
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
        } catch (IOException e) {
            assertThat(System.getProperty("nameplate.parts", "skip"))
                    .as("gtlsclient, of the Debian package ngtcp2-client, is not on this machine")
                    .isNotEqualTo("required");
            System.err.println("SKIPPED, gtlsclient is not on this machine: " + e.getMessage());
            Assumptions.abort("no gtlsclient");
            return;
        }
        assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(log)).contains("[:status: 200]");
        assertThat(edge.origin().lastRequest().target()).isEqualTo("/from-elsewhere");
    }
}
