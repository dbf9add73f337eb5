package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// The drill: the first authority refuses, the second issues, the edge serves; the first revokes, and what the second has issued
/// beforehand is served. The first is another server of ours, the second is Pebble; both see the traffic of the names arrive here.
@Tag("slow")
@Tag("conformance")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FailOverIT {
    private static final String KNOWN = "nameplate-warm.com";
    private static final String UNKNOWN = "nameplate-refused.com";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /// On a machine that does other things as well. What it was is logged.
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir private static Path folder;

    private static OwnersDns dns;
    private static RunningServer first;
    private static Pebble second;
    private static OriginServer origin;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        AcmeStage stage = new AcmeStage(folder);
        int status = FreePort.find();
        // All the way to the top, because that far CAA is looked for.
        dns =
                OwnersDns.start(
                        stage.folder("bind"),
                        stage.dns,
                        "com",
                        List.of(
                                "www.nameplate-warm A 127.0.0.1",
                                "emergency.nameplate-warm A 127.0.0.1",
                                "www.nameplate-refused A 127.0.0.1"));
        first =
                RunningServer.start(
                        folder.resolve("authority"),
                        Map.of(
                                "NAMEPLATE_API_TLS",
                                "on",
                                "NAMEPLATE_SUFFIX",
                                "authority.internal",
                                "NAMEPLATE_PUBLIC_PORT",
                                Integer.toString(status),
                                "NAMEPLATE_PUBLIC_URL",
                                "http://127.0.0.1:" + status,
                                "NAMEPLATE_RESOLVERS",
                                dns.address(),
                                "NAMEPLATE_DNS_AUTHORITATIVE_PORT",
                                Integer.toString(dns.port()),
                                "NAMEPLATE_ACME_HTTP_PORT",
                                Integer.toString(stage.http),
                                "NAMEPLATE_ACME_ALLOW_LOOPBACK",
                                "true"),
                        List.of());
        // Its account may have names of one zone only.
        AcmeCredential credential = AcmeCredential.create(first.dataDir(), KNOWN);
        Path key = Files.writeString(stage.folder("eab").resolve("key"), credential.key());
        second = stage.pebble("pebble", dns);
        stage.issuer(
                "first",
                AcmeCredential.directory(first),
                first.caRoot(),
                "eab: {keyId: %s, hmacFile: %s}".formatted(credential.id(), key));
        stage.issuer("second", second.directory(), second.tls().root());
        origin = OriginServer.start();
        server =
                stage.start(
                        "data",
                        Map.of(
                                "NAMEPLATE_ISSUER_SPARE",
                                "second",
                                "NAMEPLATE_ISSUER_STATUS_SECONDS",
                                "1",
                                "NAMEPLATE_RESOLVERS",
                                dns.address(),
                                "NAMEPLATE_DNS_AUTHORITATIVE_PORT",
                                Integer.toString(dns.port())));
    }

    @AfterAll
    static void stop() throws IOException {
        AcmeStage.close(server, origin, second, first, dns);
    }

    @Test
    @Order(1)
    void whenTheFirstRefusesTheSecondIssuesAndTheEdgeServes() {
        String name = "www." + UNKNOWN;
        long from = System.nanoTime();
        String arn = AcmeStage.request(server, "first second", List.of(name));
        AcmeStage.awaitIssued(server, arn);
        AcmeStage.serve(server, arn, List.of(name), origin);
        new Visitor(server, second.root(0)).fetchWhenServed(name, "/");
        System.out.printf(
                "refused by the first, served by the second: %d ms after the request%n",
                since(from));
        // There is nobody left for a spare, and that is said.
        Await.until(
                LIMIT,
                "the spare to rest",
                () -> spare(arn).path("state").asText().equals("RESTING"));
        assertThat(spare(arn).path("message").asText()).contains("from second itself");
    }

    @Test
    @Order(2)
    void whenTheFirstRevokesTheWarmOneIsServed() throws GeneralSecurityException {
        String name = "www." + KNOWN;
        String arn = AcmeStage.request(server, "first second", List.of(name));
        AcmeStage.awaitIssued(server, arn);
        AcmeStage.serve(server, arn, List.of(name), origin);
        Visitor ofFirst = new Visitor(server, first.caRoot());
        ofFirst.fetchWhenServed(name, "/");
        String warm = awaitReady(arn);
        String revoked = shown(name);
        assertThat(revoked).isNotEqualTo(warm);

        Commands.Result told =
                Commands.run(
                        List.of(RunningServer.LAUNCHER.toString(), "ca", "revoke", revoked),
                        RunningServer.standardSettings(first.dataDir()));
        assertThat(told.exit()).as(told.output() + told.errors()).isZero();
        long from = System.nanoTime();
        Instant served = awaitShown(name, warm);
        long afterRevocation = since(from);
        new Visitor(server, second.root(0)).fetch(name, "/");
        Instant seen = Instant.parse(spare(arn).path("switched").path("at").asText());
        Duration afterSight = Duration.between(seen, served);
        System.out.printf(
                "revoked by the first: the warm one is served %d ms after the word of it, %d ms after it was seen%n",
                afterRevocation, afterSight.toMillis());
        assertThat(afterSight).isLessThan(SOON);
        assertThat(spare(arn).path("switched").path("why").asText()).isEqualTo("REVOKED");

        // By itself: another from the first, and another spare.
        Await.until(
                LIMIT,
                "another from the first; the server's output: " + server.log(),
                () -> {
                    String now = shown(name);
                    return !now.equals(warm) && !now.equals(revoked);
                });
        ofFirst.fetch(name, "/");
        assertThat(awaitReady(arn)).isNotEqualTo(warm);
    }

    @Test
    @Order(3)
    void whenWeRevokeInAnEmergencyTheWarmOneIsServedBefore() throws GeneralSecurityException {
        String name = "emergency." + KNOWN;
        String arn = AcmeStage.request(server, "first", List.of(name));
        AcmeStage.awaitIssued(server, arn);
        AcmeStage.serve(server, arn, List.of(name), origin);
        new Visitor(server, first.caRoot()).fetchWhenServed(name, "/");
        String warm = awaitReady(arn);
        X509Certificate leaf = leaf(name);
        String key =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(leaf.getPublicKey().getEncoded()));
        long from = System.nanoTime();
        String run =
                RestApi.call(
                                server,
                                "POST",
                                "/v1/revocations",
                                "{\"start\": true, \"key\": \"%s\"}".formatted(key),
                                202)
                        .path("id")
                        .asText();
        awaitShown(name, warm);
        System.out.printf(
                "ordered here: the warm one is served %d ms after the call%n", since(from));
        new Visitor(server, second.root(0)).fetch(name, "/");
        Await.until(
                LIMIT,
                "the revocation; the server's output: " + server.log(),
                () ->
                        RestApi.get(server, "/v1/revocations/" + run)
                                .path("status")
                                .asText()
                                .equals("FINISHED"));
        assertThat(
                        RestApi.get(server, "/v1/revocations/" + run)
                                .path("certificates")
                                .path("REVOKED")
                                .asInt())
                .isEqualTo(1);
        System.out.printf(
                "ordered here: the first has revoked it %d ms after the call%n", since(from));
    }

    private static long since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    /// @return its serial, in hexadecimal
    private static String awaitReady(String arn) {
        Await.until(
                LIMIT,
                "the spare; the server's output: " + server.log(),
                () -> spare(arn).path("state").asText().equals("READY"));
        return plain(spare(arn).path("serial").asText());
    }

    private static String plain(String serial) {
        return new BigInteger(serial.replace(":", "").toLowerCase(Locale.ROOT), 16).toString(16);
    }

    private static JsonNode spare(String arn) {
        return RestApi.get(
                server, "/v1/certificates/" + arn.substring(arn.lastIndexOf('/') + 1) + "/spare");
    }

    private static Instant awaitShown(String name, String serial) {
        Await.until(
                LIMIT,
                name + " to show " + serial + "; the server's output: " + server.log(),
                () -> shown(name).equals(serial));
        return Instant.now();
    }

    private static String shown(String name) {
        return leaf(name).getSerialNumber().toString(16);
    }

    private static X509Certificate leaf(String name) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            try (SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(
                                            InetAddress.getLoopbackAddress(),
                                            server.edgeHttps().getPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(name)));
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// Looks at what is shown, whoever vouches for it.
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
