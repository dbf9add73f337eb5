package dev.nameplate.notification.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TlsContexts;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

final class HttpPostTest {
    private static final OriginPolicy OPEN = new OriginPolicy(true, true);
    private static final OriginPolicy CLOSED = new OriginPolicy(false, false);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    private Receiver receiver;

    @BeforeEach
    void open() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
    }

    @Test
    void theWholeRequestArrives() {
        HttpPost.Answer answer =
                post(OPEN)
                        .send(
                                URI.create(
                                        "http://hooks.example.com:"
                                                + receiver.port()
                                                + "/in%20here?a=b&c=%C3%BC"),
                                Map.of("webhook-id", "msg_1"),
                                "grüße".getBytes(UTF_8),
                                LIMIT);

        assertThat(answer).isEqualTo(new HttpPost.Answer.Status(200, Optional.empty()));
        Receiver.Request got = receiver.requests.getFirst();
        assertThat(got.line()).isEqualTo("POST /in%20here?a=b&c=%C3%BC HTTP/1.1");
        assertThat(got.headers())
                .containsEntry("host", "hooks.example.com:" + receiver.port())
                .containsEntry("webhook-id", "msg_1")
                .containsEntry("connection", "close");
        assertThat(got.text()).isEqualTo("grüße");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 204 No Content, 204",
        "HTTP/1.0 500 Oh no, 500",
        "HTTP/1.1 410 Gone, 410",
        "HTTP/1.1 302 Found, 302",
        "HTTP/1.1 299, 299"
    })
    void theStatusIsWhatTheFirstLineSays(String line, int code) {
        receiver.answers(line + "\r\n\r\n");

        assertThat(send(post(OPEN), LIMIT))
                .isEqualTo(new HttpPost.Answer.Status(code, Optional.empty()));
    }

    @Test
    void interimAnswersAreReadOver() {
        receiver.answers(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n");

        assertThat(send(post(OPEN), LIMIT))
                .isEqualTo(new HttpPost.Answer.Status(503, Optional.of(120L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "SSH-2.0-OpenSSH_9.9\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "200 OK\r\n\r\n",
                "\r\n\r\n"
            })
    void whatIsNoWholeHeadIsNoAnswer(String text) {
        receiver.answers(text);

        assertThat(send(post(OPEN), LIMIT)).isInstanceOf(HttpPost.Answer.None.class);
    }

    @Test
    void aBodyIsNotWaitedForHoweverLongItIs() {
        receiver.answering =
                out -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
                    byte[] block = new byte[64 * 1024];
                    // Ends when the caller hangs up.
                    for (int i = 0; i < 1_000_000; i++) {
                        out.write(block);
                    }
                };

        assertThat(send(post(OPEN), LIMIT))
                .isEqualTo(new HttpPost.Answer.Status(200, Optional.empty()));
    }

    @Test
    void aHeadWithoutEndIsGivenUp() {
        receiver.answering =
                out -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
                    for (int i = 0; i < 100_000; i++) {
                        out.write("X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaa\r\n".getBytes(ISO_8859_1));
                    }
                };

        assertThat(send(post(OPEN), LIMIT))
                .isEqualTo(
                        new HttpPost.Answer.None(
                                "the head of the answer is longer than 16384 bytes"));
    }

    @Test
    void aReceiverThatNeverAnswersCostsTheLimitAndNoMore() throws IOException {
        // Accepts into its backlog and says nothing.
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HttpPost.Answer answer =
                    post(OPEN)
                            .send(
                                    URI.create("http://hooks.example.com:" + silent.getLocalPort()),
                                    Map.of(),
                                    new byte[0],
                                    SHORT);

            assertThat(answer).isInstanceOf(HttpPost.Answer.None.class);
        }
    }

    @Test
    void aReceiverThatIsDownIsSaidToBe() throws IOException {
        // Bound, and nobody listens: a port that was given back may be somebody else's by now.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = taken.getLocalPort();

            assertThat(
                            post(OPEN)
                                    .send(
                                            URI.create("http://hooks.example.com:" + port),
                                            Map.of(),
                                            new byte[0],
                                            LIMIT))
                    .isEqualTo(
                            new HttpPost.Answer.None(
                                    "no connection to hooks.example.com, port "
                                            + port
                                            + ": refused or unreachable"));
        }
    }

    @Test
    void aNameThatLeadsInsideIsNotConnectedTo() {
        assertThat(send(post(CLOSED), LIMIT))
                .isInstanceOfSatisfying(
                        HttpPost.Answer.None.class,
                        none -> assertThat(none.reason()).contains("inside this network"));
        assertThat(receiver.requests).isEmpty();
    }

    @Test
    void theAddressThatWasJudgedIsTheOneConnectedTo() {
        AtomicInteger asked = new AtomicInteger();
        // A name that is harmless when looked at first and leads inside when looked at again.
        Resolver rebinding =
                _ ->
                        List.of(
                                InetAddress.ofLiteral(
                                        asked.getAndIncrement() == 0 ? "127.0.0.1" : "10.0.0.1"));
        HttpPost post = new HttpPost(rebinding, new OriginPolicy(true, false), true, context());

        assertThat(send(post, LIMIT)).isEqualTo(new HttpPost.Answer.Status(200, Optional.empty()));
        assertThat(asked).hasValue(1);
        assertThat(send(post, LIMIT)).isInstanceOf(HttpPost.Answer.None.class);
        assertThat(receiver.requests).hasSize(1);
    }

    @Test
    void aNameWithoutAddressIsSaidToHaveNone() {
        Resolver none =
                host -> {
                    throw new UnknownHostException(host);
                };

        assertThat(send(new HttpPost(none, OPEN, true, context()), LIMIT))
                .isEqualTo(new HttpPost.Answer.None("no address of hooks.example.com is found"));
    }

    @Test
    void tlsIsSpokenWithTheNamesOwnCertificateOnly() throws IOException {
        TestCa ca = new TestCa(Instant.now());
        SSLContext trusting = TlsContexts.trusting(ca);
        try (Receiver secure =
                new Receiver(
                        TlsContexts.serving(ca.issue("hooks.example.com"))
                                .getServerSocketFactory())) {
            HttpPost post =
                    new HttpPost(
                            _ -> List.of(InetAddress.getLoopbackAddress()), OPEN, false, trusting);

            assertThat(sendTls(post, "hooks.example.com", secure))
                    .isEqualTo(new HttpPost.Answer.Status(200, Optional.empty()));
            assertThat(sendTls(post, "other.example.com", secure))
                    .isInstanceOf(HttpPost.Answer.None.class);
            assertThat(
                            sendTls(
                                    new HttpPost(
                                            _ -> List.of(InetAddress.getLoopbackAddress()),
                                            OPEN,
                                            false,
                                            context()),
                                    "hooks.example.com",
                                    secure))
                    .as("an authority nobody trusts")
                    .isInstanceOf(HttpPost.Answer.None.class);
            assertThat(secure.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hooks.example.com/",
                "ftp://hooks.example.com/",
                "https:///path",
                "hooks.example.com",
                "https://user:word@hooks.example.com/",
                "https://hooks.example.com/#part",
                "https://hooks.example.com:70000/",
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://10.1.2.3/",
                "https://169.254.169.254/latest",
                "https://hooks.example.com/a b",
                "https://hooks.example.com/\r\nX-Evil: 1"
            })
    void whatCanBeNoReceiverIsRefusedEarly(String address) {
        assertThat(new HttpPost(_ -> List.of(), CLOSED, false, context()).problem(address))
                .isPresent();
    }

    @Test
    void anOrdinaryReceiverIsAccepted() {
        assertThat(
                        new HttpPost(_ -> List.of(), CLOSED, false, context())
                                .problem("https://hooks.example.com:8443/in?a=b"))
                .isEmpty();
    }

    private HttpPost.Answer send(HttpPost post, Duration limit) {
        return post.send(
                URI.create("http://hooks.example.com:" + receiver.port() + "/"),
                Map.of(),
                "{}".getBytes(UTF_8),
                limit);
    }

    private static HttpPost.Answer sendTls(HttpPost post, String host, Receiver to) {
        return post.send(
                URI.create("https://" + host + ":" + to.port() + "/"),
                Map.of(),
                "{}".getBytes(UTF_8),
                LIMIT);
    }

    private static HttpPost post(OriginPolicy policy) {
        return new HttpPost(
                _ -> List.of(InetAddress.getLoopbackAddress()), policy, true, context());
    }

    private static SSLContext context() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
