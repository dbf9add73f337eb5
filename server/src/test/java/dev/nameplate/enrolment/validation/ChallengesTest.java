package dev.nameplate.enrolment.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.dns.ChallengeLookup;
import dev.nameplate.enrolment.Challenge;
import dev.nameplate.enrolment.Problem;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.ChallengeCertificate;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.TestCa;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Against real listeners on loopback addresses.
final class ChallengesTest {
    private static final DomainName NAME = new DomainName("www.shop.test");
    private static final String TOKEN = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";
    private static final String KEY_AUTHORIZATION = TOKEN + ".thumbprint";
    private static final String FILE = "/.well-known/acme-challenge/" + TOKEN;

    private final Map<String, List<InetAddress>> addresses = new ConcurrentHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private HttpServer web;

    @BeforeEach
    void start() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        web.start();
        addresses.put(NAME.ascii(), List.of(InetAddress.ofLiteral("127.0.0.1")));
    }

    @AfterEach
    void stop() throws Exception {
        web.stop(0);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Challenges challenges(int tlsPort) {
        return new Challenges(
                new ChallengeLookup() {
                    @Override
                    public Seen text(String name, String text) {
                        return switch (name) {
                            case "_acme-challenge.www.shop.test" ->
                                    text.equals("sDVPWrWxT7TW2IBM0LL6b1r05x3GD7RY3yQKp_lXHFc")
                                            ? new Seen.There()
                                            : new Seen.Absent("it is " + text);
                            default -> new Seen.Unreachable("nobody answers for " + name);
                        };
                    }

                    @Override
                    public List<InetAddress> addresses(String host) {
                        return addresses.getOrDefault(host, List.of());
                    }
                },
                new ValidationSettings(
                        web.getAddress().getPort(),
                        tlsPort,
                        address -> address.getHostAddress().equals("127.0.0.1"),
                        Duration.ofSeconds(10)));
    }

    private Optional<Problem> look(Challenge.Type type, int tlsPort) {
        return challenges(tlsPort).look(type, NAME, TOKEN, KEY_AUTHORIZATION);
    }

    private Optional<Problem> http() {
        return look(Challenge.Type.HTTP_01, 1);
    }

    private static void assertKind(Optional<Problem> problem, Problem.Kind kind) {
        assertThat(problem).map(Problem::kind).contains(kind);
    }

    private void page(String path, int status, String body, String... headers) {
        web.createContext(
                path,
                exchange -> {
                    for (int i = 0; i < headers.length; i += 2) {
                        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
                    }
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    @Test
    void textOfTheDnsIsTheDigestOfTheKeyAuthorization() {
        assertThat(
                        challenges(1)
                                .look(
                                        Challenge.Type.DNS_01,
                                        new DomainName("other.shop.test"),
                                        TOKEN,
                                        KEY_AUTHORIZATION))
                .map(Problem::kind)
                .contains(Problem.Kind.DNS);
        Optional<Problem> problem = look(Challenge.Type.DNS_01, 1);
        assertThat(problem.map(Problem::detail).orElse("")).isEmpty();
    }

    @Test
    void fileWithTheKeyAuthorizationProves() {
        page(FILE, 200, KEY_AUTHORIZATION + "\n");
        assertThat(http()).isEmpty();
    }

    @Test
    void anotherTextOrStatusDoesNot() {
        page(FILE, 200, KEY_AUTHORIZATION + "x");
        assertKind(http(), Problem.Kind.INCORRECT_RESPONSE);
        web.removeContext(FILE);
        assertKind(http(), Problem.Kind.INCORRECT_RESPONSE);
    }

    @Test
    void redirectIsFollowedToAnotherName() {
        addresses.put("elsewhere.shop.test", List.of(InetAddress.ofLiteral("127.0.0.1")));
        page(
                FILE,
                301,
                "",
                "Location",
                "http://elsewhere.shop.test:" + web.getAddress().getPort() + "/moved?a=b");
        page("/moved", 200, KEY_AUTHORIZATION);
        assertThat(http()).isEmpty();
    }

    @Test
    void redirectToAnotherPortSchemeOrAddressIsRefused() throws IOException {
        try (ServerSocket trap = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            trap.setSoTimeout(1);
            List<String> refused =
                    List.of(
                            "http://www.shop.test:" + trap.getLocalPort() + "/",
                            "ftp://www.shop.test/",
                            "file:///etc/passwd",
                            "http://127.0.0.1:" + web.getAddress().getPort() + "/",
                            "http://user@www.shop.test/",
                            "http://[::1]/",
                            "http:///",
                            "::::");
            for (String target : refused) {
                page(FILE, 302, "", "Location", target);
                assertKind(http(), Problem.Kind.INCORRECT_RESPONSE);
                web.removeContext(FILE);
            }
            assertThat(trap.isBound()).isTrue();
        }
    }

    @Test
    void endlessRedirectsEnd() {
        page(FILE, 302, "", "Location", FILE);
        assertKind(http(), Problem.Kind.INCORRECT_RESPONSE);
    }

    @Test
    void addressThatIsNotAllowedIsNotAskedAlsoByARedirect() {
        addresses.put("inside.shop.test", List.of(InetAddress.ofLiteral("127.0.0.2")));
        page(FILE, 302, "", "Location", "http://inside.shop.test/");
        assertKind(http(), Problem.Kind.CONNECTION);
        addresses.put(NAME.ascii(), List.of(InetAddress.ofLiteral("127.0.0.2")));
        assertThat(http().orElseThrow().detail()).contains("none that may be asked");
        addresses.remove(NAME.ascii());
        assertKind(http(), Problem.Kind.DNS);
    }

    @Test
    void answerThatNeverEndsIsCutOff() {
        page(FILE, 200, KEY_AUTHORIZATION + " ".repeat(100_000) + "x");
        // What is cut off is blank, so this proves; what matters is that no more than the bound was
        // read.
        assertThat(http()).isEmpty();
        web.removeContext(FILE);
        page(FILE, 200, "x".repeat(1_000_000));
        assertKind(http(), Problem.Kind.INCORRECT_RESPONSE);
    }

    private static ChallengeCertificate shown(DomainName name, String keyAuthorization) {
        return ChallengeCertificate.of(
                name, keyAuthorization, KeyPairs.fastest(new SecureRandom()), Instant.now());
    }

    private int tls(ChallengeCertificate certificate, String... protocols) throws Exception {
        return tls(X509.parseOne(certificate.der()), certificate.key(), protocols);
    }

    /// Answers every handshake with the certificate.
    private int tls(X509Certificate certificate, PrivateKey key, String... protocols)
            throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null);
        store.setKeyEntry("it", key, new char[0], new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket listener =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        listener.setSSLParameters(parameters);
        open.add(listener);
        Thread.ofVirtual()
                .start(() -> {
                    while (!listener.isClosed()) {
                        try (Socket socket = listener.accept()) {
                            ((SSLSocket) socket).startHandshake();
                            var _ = socket.getInputStream().readNBytes(1);
                        } catch (IOException _) {
                            // The client hung up, or the test is over.
                        }
                    }
                });
        return listener.getLocalPort();
    }

    @Test
    void certificateWithTheDigestProves() throws Exception {
        int port = tls(shown(NAME, KEY_AUTHORIZATION), "acme-tls/1");
        assertThat(look(Challenge.Type.TLS_ALPN_01, port)).isEmpty();
    }

    @Test
    void certificateWithAnotherDigestNameOrWithoutTheProtocolDoesNot() throws Exception {
        assertKind(
                look(Challenge.Type.TLS_ALPN_01, tls(shown(NAME, "another"), "acme-tls/1")),
                Problem.Kind.INCORRECT_RESPONSE);
        assertKind(
                look(
                        Challenge.Type.TLS_ALPN_01,
                        tls(
                                shown(new DomainName("other.shop.test"), KEY_AUTHORIZATION),
                                "acme-tls/1")),
                Problem.Kind.INCORRECT_RESPONSE);
        assertKind(
                look(Challenge.Type.TLS_ALPN_01, tls(shown(NAME, KEY_AUTHORIZATION), "http/1.1")),
                Problem.Kind.TLS);
        TestCa.Issued plain = new TestCa(Instant.now()).issue(NAME.ascii());
        assertKind(
                look(
                        Challenge.Type.TLS_ALPN_01,
                        tls(plain.certificate(), plain.keys().getPrivate(), "acme-tls/1")),
                Problem.Kind.INCORRECT_RESPONSE);
    }

    @Test
    void closedPortIsAConnectionProblem() throws IOException {
        // Bound, and nobody listens.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            assertKind(
                    look(Challenge.Type.TLS_ALPN_01, taken.getLocalPort()),
                    Problem.Kind.CONNECTION);
        }
    }
}
