package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.DomainEntry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A whole server whose days pass by faketime: a served certificate is renewed before its end, while visitors come; of one whose proof
/// is gone whoever subscribed is told.
@Tag("conformance")
@Tag("slow")
final class RenewalIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String ZONE = "renewed-shop.com";
    private static final String NAME = "www." + ZONE;

    /// Whose proof is gone when its renewal begins.
    private static final String BROKEN = "broken." + ZONE;

    @TempDir private Path folder;

    @Test
    void aServedCertificateIsRenewedAsTheMonthsPass() throws IOException {
        Optional<Path> library =
                Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64")
                        .map(lib -> Path.of(lib, "faketime", "libfaketimeMT.so.1"))
                        .filter(Files::exists)
                        .findFirst();
        if (library.isEmpty()) {
            Parts.absent("faketime", "there is no libfaketimeMT.so.1; the package is 'faketime'");
        }
        Path offset = folder.resolve("offset");
        pass(offset, 0);
        try (OriginServer origin = OriginServer.start();
                WebhookReceiver receiver = WebhookReceiver.start();
                RunningServer server =
                        RunningServer.start(
                                folder.resolve("data"),
                                Map.of(
                                        "NAMEPLATE_NOTIFICATIONS_ALLOW_LOOPBACK", "true",
                                        "NAMEPLATE_NOTIFICATIONS_ALLOW_HTTP", "true",
                                        "LD_PRELOAD", library.orElseThrow().toString(),
                                        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                                        "FAKETIME_CACHE_DURATION", "1",
                                        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                                        // With it, waits with a time limit of this C library
                                        // do not end in time.
                                        "FAKETIME_FORCE_MONOTONIC_FIX", "0"),
                                List.of())) {
            SdkClients sdk = SdkClients.of(server);
            sdk.serve(ZONE, List.of(NAME), origin);
            sdk.serveInZone("broken", List.of(BROKEN), origin);
            subscribe(server, receiver.url("/news", _ -> 200));
            new Visitor(server, server.caRoot()).fetchWhenServed(NAME, "/");
            String first = servedSerial(server);
            JsonNode before = certificate(server);
            assertThat(plain(before.path("serial").asText())).isEqualTo(first);

            takeTheProofAway(sdk);
            assertThat(receiver.at("/news")).isEmpty();
            // The renewal begins 45 to 38 days before the end of its 198.
            pass(offset, 160);
            Await.until(
                    LIMIT,
                    "the renewed certificate; the server's output: " + server.log(),
                    () ->
                            !certificate(server)
                                    .path("serial")
                                    .asText()
                                    .equals(before.path("serial").asText()));
            JsonNode after = certificate(server);
            assertThat(after.path("id")).isEqualTo(before.path("id"));
            assertThat(after.path("state").asText()).isEqualTo("ISSUED");
            assertThat(after.path("notAfter").asText())
                    .isGreaterThan(before.path("notAfter").asText());
            assertThat(servedSerial(server))
                    .isEqualTo(plain(after.path("serial").asText()))
                    .isNotEqualTo(first);
            assertThat(get(server, "/v1/renewals").path("renewals").path("SUCCESS").asInt())
                    .isEqualTo(1);
            assertThat(Files.readString(server.log())).contains("is renewed: serial");
            assertTold(receiver, "dns.broken");
            assertThat(
                            receiver.at("/news", "dns.broken")
                                    .getFirst()
                                    .event()
                                    .path("data")
                                    .path("records"))
                    .extracting(record -> record.path("name").asText())
                    .singleElement()
                    .asString()
                    .startsWith("_")
                    .endsWith("." + BROKEN + ".");
            assertTold(receiver, "certificate.expiring");
        }
    }

    /// Of the certificate whose name is proven no more, and of no other.
    private static void assertTold(WebhookReceiver receiver, String type) {
        Await.until(LIMIT, type, () -> !receiver.at("/news", type).isEmpty());
        assertThat(receiver.at("/news", type))
                .allSatisfy(hit -> {
                    JsonNode data = hit.event().path("data");
                    assertThat(data.path("names"))
                            .extracting(JsonNode::asText)
                            .containsExactly(BROKEN);
                    assertThat(data.path("reason").asText()).contains(BROKEN);
                });
    }

    private static void subscribe(RunningServer server, String url) {
        Commands.output(
                "curl",
                "--silent",
                "--show-error",
                "--fail",
                "--max-time",
                "20",
                "--header",
                "x-api-key: " + RunningServer.API_KEY,
                "--data",
                "{\"url\":\"" + url + "\",\"events\":[\"dns.broken\",\"certificate.expiring\"]}",
                server.api() + "/v1/webhooks");
    }

    /// As somebody does who makes the record their own, and later has it lead elsewhere.
    private static void takeTheProofAway(SdkClients sdk) {
        try (LightsailClient lightsail = sdk.lightsail()) {
            DomainEntry automatic = proof(lightsail);
            lightsail.createDomainEntry(request ->
                    request.domainName(ZONE)
                            .domainEntry(entry ->
                                    entry.name(automatic.name())
                                            .type(automatic.type())
                                            .target(automatic.target())));
            DomainEntry own = proof(lightsail);
            lightsail.updateDomainEntry(request ->
                    request.domainName(ZONE)
                            .domainEntry(own.toBuilder().target("elsewhere." + ZONE).build()));
        }
    }

    private static DomainEntry proof(LightsailClient lightsail) {
        return lightsail
                .getDomain(request -> request.domainName(ZONE))
                .domain()
                .domainEntries()
                .stream()
                .filter(entry -> entry.name().startsWith("_"))
                .filter(entry -> entry.name().endsWith("." + BROKEN))
                .findFirst()
                .orElseThrow();
    }

    private static void pass(Path offset, int days) throws IOException {
        Path draft = offset.resolveSibling("offset.tmp");
        Files.writeString(draft, "+" + days + "d\n");
        Files.move(draft, offset, StandardCopyOption.REPLACE_EXISTING);
    }

    private static JsonNode certificate(RunningServer server) {
        return get(server, "/v1/certificates?name=" + NAME).path("certificates").path(0);
    }

    /// curl, because a client library's own ideas of the date are not what is tested.
    private static JsonNode get(RunningServer server, String path) {
        Commands.Result result =
                Commands.run(
                        List.of(
                                "curl",
                                "--silent",
                                "--show-error",
                                "--fail",
                                "--max-time",
                                "20",
                                "--header",
                                "x-api-key: " + RunningServer.API_KEY,
                                server.api() + path),
                        Map.of());
        assertThat(result.exit()).as(result.errors()).isZero();
        try {
            return JsonMapper.builder().build().readTree(result.output());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String servedSerial(RunningServer server) {
        Commands.Result result =
                Commands.run(
                        List.of(
                                "sh",
                                "-c",
                                "openssl s_client -connect 127.0.0.1:%d -servername %s </dev/null 2>/dev/null | openssl x509 -noout -serial"
                                        .formatted(server.edgeHttps().getPort(), NAME)),
                        Map.of());
        assertThat(result.exit()).as(result.errors()).isZero();
        return plain(result.output().strip().replace("serial=", ""));
    }

    private static String plain(String serial) {
        return serial.replace(":", "").toLowerCase(Locale.ROOT);
    }
}
