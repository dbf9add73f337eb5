package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.DomainEntry;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The server is killed right after each answer to an ACME client, and the order goes on with the next process.
@Tag("slow")
final class AcmeKillIT {
    private static final String ZONE = "killed.example";

    @TempDir private Path folder;

    private final Map<String, String> files = new ConcurrentHashMap<>();

    @Test
    void orderIsNeitherLostNorDoubledByAKill() throws Exception {
        HttpServer web =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    byte[] body =
                            files.getOrDefault(path.substring(path.lastIndexOf('/') + 1), "-")
                                    .getBytes(StandardCharsets.US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        web.start();
        // An account's address has the port in it, so each process has the same.
        Map<String, String> settings =
                Map.of(
                        "NAMEPLATE_API_PORT",
                        Integer.toString(FreePort.find()),
                        "NAMEPLATE_ACME_HTTP_PORT",
                        Integer.toString(web.getAddress().getPort()),
                        "NAMEPLATE_ACME_ALLOW_LOOPBACK",
                        "true");
        try {
            goOn(settings);
        } finally {
            web.stop(0);
        }
    }

    private void goOn(Map<String, String> settings) throws Exception {
        Order order;
        Http01Challenge challenge;
        try (Killed server = new Killed(settings)) {
            host(server.running);
            order =
                    AcmeCredential.create(server.running.dataDir(), ZONE)
                            .login(
                                    new Session(AcmeCredential.directory(server.running)),
                                    AcmeCredential.newKeys())
                            .newOrder()
                            .domain("www." + ZONE)
                            .create();
        }
        try (Killed server = new Killed(settings)) {
            assertThat(server.running.isAlive()).isTrue();
            challenge =
                    order.getAuthorizations()
                            .getFirst()
                            .findChallenge(Http01Challenge.class)
                            .orElseThrow();
            files.put(challenge.getToken(), challenge.getAuthorization());
            challenge.trigger();
        }
        try (Killed server = new Killed(settings)) {
            assertThat(server.running.isAlive()).isTrue();
            AcmeCredential.await(order, Status.READY);
            order.execute(AcmeCredential.newKeys());
        }
        try (Killed server = new Killed(settings)) {
            AcmeCredential.await(order, Status.VALID);
            Certificate certificate = order.getCertificate();
            assertThat(certificate.getCertificateChain()).hasSize(2);
            Commands.Result audit =
                    Commands.run(
                            List.of(RunningServer.LAUNCHER.toString(), "audit"),
                            RunningServer.standardSettings(server.running.dataDir()));
            assertThat(audit.exit()).as(audit.output() + audit.errors()).isZero();
        }
    }

    /// A server that ends by `kill -9`.
    private final class Killed implements AutoCloseable {
        final RunningServer running;

        Killed(Map<String, String> settings) {
            running = RunningServer.start(folder.resolve("data"), settings, List.of());
        }

        @Override
        public void close() {
            running.kill();
        }
    }

    private static void host(RunningServer server) {
        try (LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            lightsail.createDomain(request -> request.domainName(ZONE));
            lightsail.createDomainEntry(request ->
                    request.domainName(ZONE)
                            .domainEntry(
                                    DomainEntry.builder()
                                            .name("www." + ZONE)
                                            .type("A")
                                            .target("127.0.0.1")
                                            .build()));
        }
    }
}
