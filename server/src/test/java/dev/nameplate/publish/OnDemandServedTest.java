package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.ServedConfigs;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.ondemand.OnDemand;
import dev.nameplate.ondemand.OnDemandSettings;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Visitors who bring names that nobody configured, at a real edge, with the embedded CA.
final class OnDemandServedTest {
    private static final AccountId HOME = new AccountId(TestFeatures.ACCOUNT);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String NAME = "brought.example";

    private final TestStore store = TestStore.sqlite();
    private final TestFeatures features = new TestFeatures(store.database());
    private final TestCa.Issued ownNames =
            features.trustedCa().issue("*.cdn." + TestFeatures.SUFFIX);
    private final HttpServer http = server();
    private final List<AutoCloseable> open = new ArrayList<>();
    private DistributionId catchAll = new DistributionId("E0123456789ABC");

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() {
        http.createContext(
                "/may",
                exchange -> {
                    boolean yes = exchange.getRequestURI().getQuery().equals("domain=" + NAME);
                    exchange.sendResponseHeaders(yes ? 200 : 404, -1);
                    exchange.close();
                });
        http.createContext(
                "/",
                exchange -> {
                    byte[] page = "hello from the origin".getBytes(US_ASCII);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        http.start();
        catchAll =
                features.database
                        .write(write ->
                                features.distributions.create(
                                        write,
                                        HOME,
                                        Distribution.Kind.CLOUDFRONT,
                                        "catch-all",
                                        ServedConfigs.of(
                                                true,
                                                http.getAddress().getPort(),
                                                Optional.empty()),
                                        "{}"))
                        .id();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        http.stop(0);
        store.close();
    }

    private record Started(Edge edge, OnDemand onDemand, HandshakeCheck visitor) {}

    private Started edge(Duration hold, Optional<String> fallback) {
        OnDemand onDemand =
                new OnDemand(
                        features.database,
                        features.certificates,
                        features.distributions,
                        new OnDemandSettings(
                                Optional.of(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + http.getAddress().getPort()
                                                        + "/may")),
                                false,
                                Optional.of(catchAll),
                                HOME,
                                NamePolicy.standard(new DomainName(TestFeatures.SUFFIX)),
                                IssuerChoice.EMBEDDED,
                                60,
                                10,
                                hold),
                        features.clock);
        open.add(onDemand);
        Edge edge =
                Edge.start(
                        EdgeSettings.standard(
                                        new InetSocketAddress(LOOPBACK, 0),
                                        new InetSocketAddress(LOOPBACK, 0))
                                .toBuilder()
                                .handshakeTimeout(Duration.ofSeconds(60))
                                .build(),
                        new EdgePublisher(
                                        features.database,
                                        features.distributions,
                                        features.tenants,
                                        features.certificates,
                                        this::ownNames,
                                        OwnSites.none(),
                                        Staples.NONE,
                                        features.clock)
                                .withOnDemand(onDemand, fallback),
                        EdgeEvents.NONE,
                        features.clock,
                        new SecureRandom());
        open.add(edge);
        open.add(
                ChangeFollower.start(
                        features.database,
                        features.feed,
                        features.distributions,
                        features.invalidations,
                        edge::changed,
                        edge::invalidate,
                        features.clock));
        return new Started(
                edge, onDemand, new HandshakeCheck(edge::httpsAddress, Duration.ofSeconds(60)));
    }

    private ServingMaterial ownNames() {
        try {
            return new ServingMaterial(
                    "1",
                    List.of(ownNames.certificate().getEncoded()),
                    ownNames.keys().getPrivate().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean isLetIn() {
        return features.database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM on_demand_name").mapTo(Integer.class).one()
                        > 0);
    }

    private static boolean isForName(X509Certificate leaf) {
        return leaf.getSubjectX500Principal().getName().equals("CN=" + NAME);
    }

    private static String get(Edge edge, String host) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(edge.httpAddress(), 30_000);
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.0\r\nHost: " + host + "\r\n\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void theFirstHandshakeWaitsForItsCertificateAndIsServedByTheCatchAll() throws Exception {
        Started started = edge(Duration.ofSeconds(50), Optional.empty());
        assertThat(get(started.edge(), NAME)).startsWith("HTTP/1.1 403 ");
        CompletableFuture<Optional<X509Certificate>> held =
                CompletableFuture.supplyAsync(() -> started.visitor().servedLeaf(NAME));
        await(this::isLetIn);
        assertThat(held).isNotDone();
        features.settleCertificates();
        started.onDemand().decided();
        assertThat(held.get(60, TimeUnit.SECONDS))
                .hasValueSatisfying(leaf -> assertThat(isForName(leaf)).isTrue());
        await(() -> {
            try {
                return get(started.edge(), NAME).endsWith("hello from the origin");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aNameThatIsNotPermittedIsRefused() throws Exception {
        Started started = edge(Duration.ofSeconds(50), Optional.of("x.cdn." + TestFeatures.SUFFIX));
        assertThat(started.visitor().servedLeaf("stranger.example")).isEmpty();
        assertThat(get(started.edge(), "stranger.example")).startsWith("HTTP/1.1 403 ");
        assertThat(isLetIn()).isFalse();
    }

    @Test
    void theFallbackIsShownUntilTheCertificateIsThere() {
        String own =
                features.database
                        .read(handle -> features.distributions.find(handle, catchAll))
                        .orElseThrow()
                        .domainName();
        Started started = edge(Duration.ZERO, Optional.of(own));
        assertThat(started.visitor().servedLeaf(NAME))
                .hasValueSatisfying(leaf -> assertThat(leaf).isEqualTo(ownNames.certificate()));
        features.settleCertificates();
        await(() ->
                started.visitor()
                        .servedLeaf(NAME)
                        .filter(OnDemandServedTest::isForName)
                        .isPresent());
    }
}
