package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distribution.Status;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.ServedConfigs;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.Caller;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkBytes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

class PublishTest {
    private static final AccountId ALICE = new AccountId("111111111111");

    /// What issue and contract promise: a change is served within a second.
    private static final Duration PROMISED = Duration.ofSeconds(1);

    private final TestStore store = TestStore.sqlite();
    private final TestFeatures features = new TestFeatures(store.database());
    private final TestCa ca = new TestCa(features.clock.instant());
    private final TestCa.Issued ownNames = ca.issue("*.cdn.nameplate.internal");
    private HttpServer origin;
    private Edge edge;
    private ChangeFollower follower;
    private HandshakeCheck visitor;

    @BeforeEach
    void start() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        origin = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        origin.createContext(
                "/",
                exchange -> {
                    byte[] page = "hello from the origin".getBytes(US_ASCII);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        origin.start();
        edge =
                Edge.start(
                        EdgeSettings.standard(
                                new InetSocketAddress(loopback, 0),
                                new InetSocketAddress(loopback, 0)),
                        new EdgePublisher(
                                features.database,
                                features.distributions,
                                features.tenants,
                                features.certificates,
                                this::ownNames,
                                OwnSites.none(),
                                Staples.NONE,
                                features.clock),
                        EdgeEvents.NONE,
                        features.clock,
                        new SecureRandom());
        follower = follow();
        visitor = new HandshakeCheck(edge::httpsAddress, Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() {
        follower.close();
        edge.close();
        origin.stop(0);
        store.close();
    }

    @Test
    void aNewAliasIsServedWithinASecond() throws IOException {
        TestCa.Issued issued = ca.issue("www.example.com");
        Certificate certificate = features.importCertificate(ALICE, Region.US_EAST_1, issued);
        assertThat(visitor.servedSerial("www.example.com")).as("nobody's yet").isEmpty();

        Distribution created = create(true, Optional.of(certificate.id()), "www.example.com");
        await(() -> serves("www.example.com", issued.certificate()));

        assertThat(get("www.example.com"))
                .startsWith("HTTP/1.1 200")
                .endsWith("hello from the origin");
        assertThat(status(created)).isEqualTo(Status.IN_PROGRESS);
        assertThat(work().advance(0, features.clock.instant())).isEmpty();
        assertThat(status(created)).isEqualTo(Status.DEPLOYED);
        assertThat(ChangeFollower.POLL)
                .as("a look brings it, and this is the longest until the next one")
                .isLessThan(PROMISED);
    }

    @Test
    void aReplacedCertificateIsServedWithoutRestart() {
        TestCa.Issued first = ca.issue("www.example.com");
        Certificate certificate = features.importCertificate(ALICE, Region.US_EAST_1, first);
        Distribution created = create(true, Optional.of(certificate.id()), "www.example.com");
        await(() -> serves("www.example.com", first.certificate()));

        TestCa.Issued second = ca.issue("www.example.com");
        new Acm(
                        features.database,
                        features.certificates,
                        features.tags,
                        AcmSettings.DEFAULT,
                        features.clock,
                        features.random)
                .as(new Caller(ALICE.value(), "AKIDEXAMPLE", "us-east-1"))
                .importCertificate(r ->
                        r.certificateArn(
                                        "arn:aws:acm:us-east-1:%s:certificate/%s"
                                                .formatted(ALICE, certificate.id()))
                                .certificate(SdkBytes.fromByteArray(second.certificatePem()))
                                .privateKey(SdkBytes.fromByteArray(second.privateKeyPem()))
                                .certificateChain(SdkBytes.fromByteArray(second.chainPem())));

        await(() -> serves("www.example.com", second.certificate()));
        assertThat(find(created).orElseThrow().etag()).isEqualTo(created.etag());
    }

    @Test
    void aDisabledDistributionRefusesItsVisitorsUnderItsCertificate() throws IOException {
        TestCa.Issued issued = ca.issue("www.example.com");
        Certificate certificate = features.importCertificate(ALICE, Region.US_EAST_1, issued);
        Distribution created = create(true, Optional.of(certificate.id()), "www.example.com");
        await(() -> status("www.example.com") == 200);

        update(created, config(false, Optional.of(certificate.id()), "www.example.com"));

        await(() -> status("www.example.com") == 403);
        assertThat(serves("www.example.com", issued.certificate())).isTrue();
    }

    @Test
    void aDeletedDistributionIsForgotten() {
        TestCa.Issued issued = ca.issue("www.example.com");
        Certificate certificate = features.importCertificate(ALICE, Region.US_EAST_1, issued);
        Distribution created = create(true, Optional.of(certificate.id()), "www.example.com");
        await(() -> serves("www.example.com", issued.certificate()));

        features.database.write(write -> {
            features.distributions.delete(write, created);
            return true;
        });

        await(() -> visitor.servedSerial("www.example.com").isEmpty());
    }

    @Test
    void everyDistributionIsServedUnderItsOwnName() throws IOException {
        Distribution one = create(true, Optional.empty());
        Distribution two = create(true, Optional.empty());

        for (Distribution distribution : List.of(one, two)) {
            await(() -> serves(distribution.domainName(), ownNames.certificate()));
            assertThat(get(distribution.domainName())).startsWith("HTTP/1.1 200");
        }
        assertThat(visitor.servedLeaf("dunknown.cdn.nameplate.internal")).isEmpty();
    }

    @Test
    void whatACrashLeftInProgressIsDeployedAtTheNextStart() {
        Distribution created = create(true, Optional.empty());
        follower.close();

        follower = follow();
        assertThat(status(created)).isEqualTo(Status.IN_PROGRESS);
        work().advance(0, features.clock.instant());

        assertThat(status(created)).isEqualTo(Status.DEPLOYED);
    }

    private ServingMaterial ownNames() {
        // As the real one does: an issuance is written down before it is signed.
        features.database.write(
                write -> write.handle().createQuery("SELECT 1").mapTo(Integer.class).one());
        try {
            return new ServingMaterial(
                    "1",
                    List.of(ownNames.certificate().getEncoded()),
                    ownNames.keys().getPrivate().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ChangeFollower follow() {
        return ChangeFollower.start(
                features.database,
                features.feed,
                features.distributions,
                features.invalidations,
                edge::changed,
                edge::invalidate,
                features.clock);
    }

    private PublishWork work() {
        return new PublishWork(
                features.database,
                features.feed,
                features.distributions,
                features.tenants,
                features.groups,
                follower);
    }

    private ServedConfig config(
            boolean enabled, Optional<CertificateId> certificate, String... aliases) {
        return ServedConfigs.of(enabled, origin.getAddress().getPort(), certificate, aliases);
    }

    private Distribution create(
            boolean enabled, Optional<CertificateId> certificate, String... aliases) {
        String reference = Long.toString(System.nanoTime());
        return features.database.write(write ->
                features.distributions.create(
                        write,
                        ALICE,
                        Distribution.Kind.CLOUDFRONT,
                        reference,
                        config(enabled, certificate, aliases),
                        "{}"));
    }

    private void update(Distribution existing, ServedConfig config) {
        features.database.write(
                write -> features.distributions.update(write, existing, config, "{}"));
    }

    private Optional<Distribution> find(Distribution one) {
        return features.database.read(handle -> features.distributions.find(handle, one.id()));
    }

    private Status status(Distribution one) {
        return find(one).orElseThrow().status();
    }

    private boolean serves(String host, X509Certificate leaf) {
        return visitor.servedSerial(host).equals(Optional.of(leaf.getSerialNumber().toString(16)));
    }

    private int status(String host) {
        try {
            return Integer.parseInt(get(host).substring(9, 12));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Over plain HTTP, where the host alone decides.
    private String get(String host) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(edge.httpAddress(), 60_000);
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(host)
                                    .getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }
}
