package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.ResourceRecord;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/// Names whose owner runs BIND, which Pebble and the server ask alike: a record of theirs that leads to us, or traffic that does;
/// also names that nobody configured and a visitor brings.
@Tag("slow")
final class AcmeElsewhereIT {
    private static final String ZONE = "elsewhere-shop.com";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration HOLD = Duration.ofSeconds(9);
    private static final Queue<String> QUESTIONS = new ConcurrentLinkedQueue<>();

    @TempDir private static Path folder;

    private static OwnersDns dns;
    private static Pebble pebble;

    /// It is told a wrong port for HTTP, so it sees nothing there.
    private static Pebble deaf;

    private static RunningServer server;
    private static OriginServer origin;
    private static HttpServer asked;

    @BeforeAll
    static void start() throws IOException {
        AcmeStage stage = new AcmeStage(folder);
        dns =
                OwnersDns.start(
                        stage.folder("bind"),
                        stage.dns,
                        ZONE,
                        List.of(
                                "www A 127.0.0.1",
                                "alpn A 127.0.0.1",
                                "forbidden A 127.0.0.1",
                                "forbidden CAA 0 issue \"elsewhere.example\"",
                                "*.brought A 127.0.0.1",
                                "stranger A 127.0.0.1",
                                "wanted A 127.0.0.1",
                                "wanted CAA 0 issue \"pebble.example\""));
        pebble = stage.pebble("pebble", dns);
        deaf =
                Pebble.options()
                        .resolver(dns.address())
                        .validatesAt(FreePort.find(), stage.https)
                        .start(stage.folder("deaf"));
        stage.issuer(
                "pebble", pebble.directory(), pebble.tls().root(), "caaNames: [pebble.example]");
        stage.issuer("deaf", deaf.directory(), deaf.tls().root());
        origin = OriginServer.start();
        asked = asked();
        server = stage.start("data", Map.of());
        String catchAll = SdkClients.of(server).template(origin);
        server.stop();
        server =
                stage.start(
                        "data",
                        Map.of(
                                "NAMEPLATE_RESOLVERS",
                                dns.address(),
                                "NAMEPLATE_DNS_AUTHORITATIVE_PORT",
                                Integer.toString(dns.port()),
                                "NAMEPLATE_ON_DEMAND_ASK",
                                "http://127.0.0.1:%d/may".formatted(asked.getAddress().getPort()),
                                "NAMEPLATE_ON_DEMAND_DISTRIBUTION",
                                catchAll,
                                "NAMEPLATE_ON_DEMAND_ISSUERS",
                                "pebble",
                                "NAMEPLATE_ON_DEMAND_HOLD_SECONDS",
                                Long.toString(HOLD.toSeconds())));
    }

    /// Says which names a visitor may bring.
    private static HttpServer asked() throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/may",
                exchange -> {
                    String query = exchange.getRequestURI().getQuery();
                    QUESTIONS.add(query);
                    exchange.sendResponseHeaders(query.contains(".brought.") ? 204 : 403, -1);
                    exchange.close();
                });
        http.start();
        return http;
    }

    @AfterAll
    static void stop() throws IOException {
        if (asked != null) {
            asked.stop(0);
        }
        AcmeStage.close(server, origin, pebble, deaf, dns);
    }

    /// `dns-01` through BIND's CNAME, which BIND follows into our zone.
    @Test
    void oneRecordOfTheOwnersProvesApexAndWildcard() throws IOException {
        List<String> names = List.of("delegated." + ZONE, "*.delegated." + ZONE);
        String arn = AcmeStage.request(server, "pebble", names);
        AtomicReference<CertificateDetail> seen = new AtomicReference<>();
        Await.until(
                LIMIT,
                "the record that is wanted",
                () -> {
                    seen.set(AcmeStage.describe(server, arn));
                    return seen.get().domainValidationOptions().size() == 2
                            && seen.get().domainValidationOptions().getFirst().resourceRecord()
                                    != null;
                });
        ResourceRecord record = seen.get().domainValidationOptions().getFirst().resourceRecord();
        assertThat(record.name()).isEqualTo("_acme-challenge.delegated." + ZONE + ".");
        assertThat(seen.get().domainValidationOptions().getLast().resourceRecord())
                .isEqualTo(record);
        dns.add(record.name() + " 1 CNAME " + record.value());
        AcmeStage.awaitIssued(server, arn);
        assertThat(pebble.lines("Pulled a task from the Tasks queue")).isPositive();
        served(arn, names.getFirst(), pebble);
    }

    /// `http-01`: there is no record, and visitors arrive here already.
    @Test
    void trafficThatArrivesProvesAName() {
        String arn = AcmeStage.request(server, "pebble", List.of("www." + ZONE));
        AcmeStage.awaitIssued(server, arn);
        served(arn, "www." + ZONE, pebble);
    }

    /// `tls-alpn-01`, when `http-01` was of no use: an order that failed is followed by another after two minutes.
    @Test
    @Tag("conformance")
    void theOtherKindIsTriedWhereTheFirstDoesNotGetThrough() throws Exception {
        String arn = AcmeStage.request(server, "deaf", List.of("alpn." + ZONE));
        Await.until(
                Duration.ofMinutes(4),
                "the second order; the server's output: " + server.log(),
                () -> AcmeStage.describe(server, arn).status() == CertificateStatus.ISSUED);
        assertThat(deaf.orders()).isEqualTo(2);
        served(arn, "alpn." + ZONE, deaf);
    }

    /// The authority is not asked: what it would have to answer is known.
    @Test
    void aNameThatCaaKeepsFromTheIssuerIsNeverOrdered() {
        String arn = AcmeStage.request(server, "pebble", List.of("forbidden." + ZONE));
        CertificateDetail failed = AcmeStage.awaitFailed(server, arn);
        assertThat(failed.status()).isEqualTo(CertificateStatus.FAILED);
        assertThat(failed.failureReasonAsString()).isEqualTo("CAA_ERROR");
        assertThat(pebble.log()).doesNotContain("forbidden." + ZONE);
    }

    @Test
    void aNameThatCaaGivesToTheIssuerIsIssued() {
        AcmeStage.awaitIssued(
                server, AcmeStage.request(server, "pebble", List.of("wanted." + ZONE)));
    }

    /// The handshake is held while Pebble is shown a file at our edge. A machine that is too slow for that gets two more names.
    @Test
    void aNameThatAVisitorBringsIsCertifiedWithinItsFirstHandshake() {
        Visitor visitor = new Visitor(server, pebble.root(0));
        String served = "";
        for (int i = 1; served.isEmpty() && i <= 3; i++) {
            String name = "n" + i + ".brought." + ZONE;
            long start = System.nanoTime();
            try {
                assertThat(visitor.fetch(name, "/").body()).isEqualTo(OriginServer.page("/"));
                served = name;
            } catch (AssertionError refused) {
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("refused before it was held: %s", refused.getMessage())
                        .isGreaterThanOrEqualTo(HOLD);
            }
        }
        assertThat(served).isNotEmpty();
        visitor.fetch(served, "/again");
        assertThat(QUESTIONS).containsOnlyOnce("domain=" + served);
    }

    @Test
    void aNameThatNobodyPermitsIsRefusedAndNeverOrdered() {
        Visitor visitor = new Visitor(server, pebble.root(0));
        assertThat(visitor.refuses("stranger." + ZONE)).isTrue();
        assertThat(visitor.refuses("stranger." + ZONE)).isTrue();
        assertThat(QUESTIONS).containsOnlyOnce("domain=stranger." + ZONE);
        assertThat(visitor.refuses("localhost")).isTrue();
        assertThat(QUESTIONS).noneMatch(question -> question.contains("localhost"));
        assertThat(pebble.log()).doesNotContain("stranger." + ZONE);
    }

    private static void served(String arn, String name, Pebble by) {
        AcmeStage.serve(server, arn, List.of(name), origin);
        assertThat(new Visitor(server, by.root(0)).fetchWhenServed(name, "/").body())
                .isEqualTo(OriginServer.page("/"));
    }
}
