package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.it.WebhookReceiver.Hit;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.server.SMTPServer;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// Who is told of a job's life, and of a certificate's end: by webhooks to receivers that fail, hang and go away, by e-mail, and
/// across the death of the server.
@Tag("slow")
final class NotificationsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SERVED = "a.customers.example";
    private static final String WAITING = "shop.elsewhere.example";

    @TempDir private Path folder;
    private final List<Letter> letters = new CopyOnWriteArrayList<>();

    private record Letter(String to, String text) {}

    private record Webhook(String id, String secret) {}

    @Test
    void everythingThatHappensIsToldWhateverReceiversDoAndWhoeverDies() throws Exception {
        Path data = folder.resolve("data");
        SMTPServer mail =
                SMTPServer.port(0)
                        .bindAddress(InetAddress.getLoopbackAddress())
                        .messageHandler((_, _, to, bytes) ->
                                letters.add(new Letter(to, new String(bytes, UTF_8))))
                        .build();
        mail.start();
        Map<String, String> settings = settings(mail.getPortAllocated());
        try (OriginServer origin = OriginServer.start();
                WebhookReceiver receiver = WebhookReceiver.start()) {
            Webhook hook;
            String template;
            String lost;
            try (RunningServer server = RunningServer.start(data, settings, List.of())) {
                SdkClients sdk = SdkClients.of(server);
                try (LightsailClient lightsail = sdk.lightsail()) {
                    lightsail.createDomain(request -> request.domainName("customers.example"));
                }
                template = sdk.template(origin);
                hook = subscribe(server, "url", receiver.url("/good", failingAtFirst()), "[]");
                subscribe(server, "url", receiver.url("/slow", _ -> receiver.never()), "[]");
                subscribe(server, "email", "admin@customer.example", "[\"records.needed\"]");
                Set<String> mended = ConcurrentHashMap.newKeySet();
                Webhook dead =
                        subscribeByCommand(
                                data, receiver.url("/dead", _ -> mended.isEmpty() ? 500 : 204));

                importOneThatEndsSoon(sdk);
                job(server, template, SERVED, WAITING);
                awaitTold(receiver, "entry.served");
                job(server, template, SERVED);
                awaitTold(receiver, "entry.failed");
                awaitTold(receiver, "job.done");
                awaitTold(receiver, "records.needed");
                awaitTold(receiver, "certificate.expiring");

                assertThat(only(receiver, "certificate.issued").path("data").path("names"))
                        .extracting(JsonNode::asText)
                        .containsExactly(SERVED);
                assertThat(only(receiver, "entry.failed").path("data").path("reason").asText())
                        .contains(SERVED);
                // Told each day; this one may be midnight.
                assertThat(receiver.at("/good", "certificate.expiring"))
                        .allSatisfy(hit ->
                                assertThat(hit.event().path("data").path("reason").asText())
                                        .contains("imported"));
                assertEachCameTwiceUnderOneIdAndIsSigned(receiver, hook);
                assertThat(receiver.at("/slow")).as("under way at the slow one").isNotEmpty();
                assertTheLetterIsForAnAdministrator(only(receiver, "records.needed"));
                assertTheOperatorIsTold();

                replayTheDead(server, receiver, dead, mended);
                rotate(data, receiver, dead);
                lost = dieBetweenEventAndDelivery(server, receiver, template, hook);
            }
            receiver.goUp();
            try (RunningServer _ = RunningServer.start(data, settings, List.of())) {
                Await.until(
                        LIMIT,
                        "what happened before the server died",
                        () -> receiver.at("/good").stream().anyMatch(hit -> hit.id().equals(lost)));
                Hit hit =
                        receiver.at("/good").stream()
                                .filter(each -> each.id().equals(lost))
                                .findFirst()
                                .orElseThrow();
                assertThat(hit.type()).isEqualTo("entry.served");
                assertThat(hit.isSignedBy(hook.secret())).isTrue();
            }
        } finally {
            mail.stop();
        }
    }

    private static Map<String, String> settings(int smtp) {
        return Map.of(
                "NAMEPLATE_NOTIFICATIONS_ALLOW_LOOPBACK", "true",
                "NAMEPLATE_NOTIFICATIONS_ALLOW_HTTP", "true",
                "NAMEPLATE_NOTIFICATIONS_RETRY_SECONDS", "1,2,3,4",
                "NAMEPLATE_SMTP_HOST", "127.0.0.1",
                "NAMEPLATE_SMTP_PORT", Integer.toString(smtp),
                "NAMEPLATE_SMTP_TLS", "off",
                "NAMEPLATE_SMTP_GATHER_SECONDS", "1",
                "NAMEPLATE_SMTP_TO", "operator@saas.example",
                "NAMEPLATE_SMTP_EVENTS", "entry.failed");
    }

    /// Each event's first attempt is in vain.
    private static ToIntFunction<Hit> failingAtFirst() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        return hit -> seen.add(hit.id()) ? 500 : 200;
    }

    /// @param events empty for all
    private Webhook subscribe(RunningServer server, String member, String address, String events) {
        String only = events.equals("[]") ? "" : ",\"events\":" + events;
        JsonNode made =
                RestApi.call(
                        server,
                        "POST",
                        "/v1/webhooks",
                        "{\"%s\":\"%s\"%s}".formatted(member, address, only),
                        201);
        return new Webhook(made.path("id").asText(), made.path("secret").asText());
    }

    private static Webhook subscribeByCommand(Path data, String url) {
        Map<String, String> printed =
                printed(webhook(data, "create", "--url", url, "--events", "entry.failed"));
        return new Webhook(
                printed.getOrDefault("id", "none"), printed.getOrDefault("secret", "none"));
    }

    private static Map<String, String> printed(String output) {
        return output.lines()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static String webhook(Path data, String... words) {
        List<String> command =
                new ArrayList<>(List.of(RunningServer.LAUNCHER.toString(), "webhook"));
        command.addAll(List.of(words));
        Commands.Result result = Commands.run(command, RunningServer.standardSettings(data));
        assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        return result.output();
    }

    private String job(RunningServer server, String template, String... names) {
        String entries =
                List.of(names).stream()
                        .map(name ->
                                "{\"names\":[\"%s\"],\"template\":{\"distribution\":\"%s\"}}"
                                        .formatted(name, template))
                        .collect(Collectors.joining(","));
        return RestApi.call(
                        server,
                        "POST",
                        "/v1/jobs",
                        "{\"operation\":\"CREATE\",\"entries\":[%s]}".formatted(entries),
                        201)
                .path("id")
                .asText();
    }

    /// So soon that the server notices within seconds.
    private static void importOneThatEndsSoon(SdkClients sdk) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(256);
        KeyPair pair = keys.generateKeyPair();
        X500Name name = new X500Name("CN=ending.example");
        Instant now = Instant.now();
        byte[] certificate =
                new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(now.toEpochMilli()),
                                Date.from(now.minusSeconds(60)),
                                Date.from(now.plusSeconds(90)),
                                name,
                                pair.getPublic())
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(
                                        new GeneralName(GeneralName.dNSName, "ending.example")))
                        .build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(pair.getPrivate()))
                        .getEncoded();
        try (AcmClient acm = sdk.acm()) {
            acm.importCertificate(request ->
                    request.certificate(pem("CERTIFICATE", certificate))
                            .privateKey(pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
        }
    }

    private static SdkBytes pem(String label, byte[] der) {
        return SdkBytes.fromUtf8String(
                "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                        .formatted(label, Base64.getMimeEncoder().encodeToString(der)));
    }

    private static void awaitTold(WebhookReceiver receiver, String type) {
        Await.until(
                LIMIT,
                type + " to be told, and once more after the receiver failed",
                () -> receiver.at("/good", type).size() >= 2);
    }

    /// The one event of that type, however often it came.
    private static JsonNode only(WebhookReceiver receiver, String type) {
        List<Hit> hits = receiver.at("/good", type);
        assertThat(hits.stream().map(Hit::id).distinct()).as(type).hasSize(1);
        return hits.getFirst().event();
    }

    private static void assertEachCameTwiceUnderOneIdAndIsSigned(
            WebhookReceiver receiver, Webhook hook) {
        Set<String> types = new HashSet<>();
        for (Hit hit : receiver.at("/good")) {
            types.add(hit.type());
            assertThat(hit.isSignedBy(hook.secret())).as(hit.type()).isTrue();
            assertThat(hit.isSignedBy("whsec_" + "A".repeat(43) + "=")).isFalse();
            assertThat(hit.event().path("id").asText()).isEqualTo(hit.id());
            assertThat(hit.event().path("specversion").asText()).isEqualTo("1.0");
            assertThat(hit.event().path("source").asText())
                    .isEqualTo("urn:nameplate:account:" + RunningServer.ACCOUNT);
            assertThat(receiver.at("/good"))
                    .filteredOn(each -> each.id().equals(hit.id()))
                    .allSatisfy(each -> assertThat(each.body()).isEqualTo(hit.body()));
        }
        assertThat(types)
                .containsExactlyInAnyOrder(
                        "records.needed",
                        "certificate.issued",
                        "entry.served",
                        "entry.failed",
                        "job.done",
                        "certificate.expiring");
    }

    private void assertTheLetterIsForAnAdministrator(JsonNode event) {
        Await.until(LIMIT, "the e-mail", () -> !to("admin@customer.example").isEmpty());
        String text = to("admin@customer.example").getFirst();
        assertThat(text)
                .contains(
                        "Subject: DNS records to set: " + WAITING,
                        "1. Sign in there and open the domain's DNS settings",
                        "2. Choose \"Add record\"");
        assertThat(text.substring(text.indexOf("\n\n")))
                .doesNotContain("{", "msg_", "CloudEvent", "null");
        JsonNode records = event.path("data").path("records");
        assertThat(records.valueStream().map(each -> each.path("purpose").asText()))
                .containsExactly("PROOF", "TRAFFIC");
        records.forEach(each ->
                assertThat(text)
                        .contains(
                                "  Type:  CNAME\n  Name:  %s\n  Value: %s\n  TTL:   300 seconds\n"
                                        .formatted(
                                                each.path("name").asText().replaceFirst("\\.$", ""),
                                                each.path("value")
                                                        .asText()
                                                        .replaceFirst("\\.$", ""))));
    }

    private void assertTheOperatorIsTold() {
        Await.until(LIMIT, "the operator's e-mail", () -> !to("operator@saas.example").isEmpty());
        assertThat(to("operator@saas.example"))
                .singleElement()
                .asString()
                .contains("Subject: Failed: " + SERVED, "It was given up: ");
    }

    /// Texts, with plain ends of lines.
    private List<String> to(String address) {
        return letters.stream()
                .filter(letter -> letter.to().equals(address))
                .map(letter -> letter.text().replace("\r\n", "\n"))
                .toList();
    }

    private void replayTheDead(
            RunningServer server, WebhookReceiver receiver, Webhook dead, Set<String> mended) {
        Await.until(
                LIMIT,
                "the event to be given up after five attempts",
                () ->
                        !RestApi.get(server, "/v1/webhooks/" + dead.id() + "/deliveries?state=DEAD")
                                .path("deliveries")
                                .isEmpty());
        assertThat(receiver.at("/dead")).hasSize(5);
        String id = receiver.at("/dead").getFirst().id();
        Path data = server.dataDir();
        assertThat(webhook(data, "deliveries", dead.id(), "--state", "DEAD"))
                .contains(
                        id, "DEAD      entry.failed", "attempt 5 at", "the receiver answered 500");
        mended.add("now");
        assertThat(webhook(data, "replay", dead.id(), "--dead")).contains("1 on their way");
        Await.until(LIMIT, "the replay", () -> receiver.at("/dead").size() >= 6);
        assertThat(receiver.at("/dead"))
                .hasSize(6)
                .allSatisfy(hit -> assertThat(hit.id()).isEqualTo(id))
                .allSatisfy(hit -> assertThat(hit.isSignedBy(dead.secret())).isTrue());
    }

    private static void rotate(Path data, WebhookReceiver receiver, Webhook hook) {
        String fresh =
                printed(webhook(data, "rotate-secret", hook.id())).getOrDefault("secret", "none");
        assertThat(webhook(data, "test", hook.id())).contains("DELIVERED test");
        Hit hit = receiver.at("/dead", "test").getFirst();
        assertThat(fresh).isNotEqualTo(hook.secret());
        assertThat(hit.isSignedBy(fresh)).isTrue();
        assertThat(hit.isSignedBy(hook.secret())).as("for a day").isTrue();
    }

    /// @return the id of the event that was not delivered
    private String dieBetweenEventAndDelivery(
            RunningServer server, WebhookReceiver receiver, String template, Webhook hook) {
        receiver.goDown();
        job(server, template, "b.customers.example");
        List<String> waiting = new ArrayList<>();
        Await.until(
                LIMIT,
                "the event to wait for a receiver that is down",
                () -> {
                    RestApi.get(server, "/v1/webhooks/" + hook.id() + "/deliveries?state=PENDING")
                            .path("deliveries")
                            .valueStream()
                            .filter(each -> each.path("event").asText().equals("entry.served"))
                            .forEach(each -> waiting.add(each.path("id").asText()));
                    return !waiting.isEmpty();
                });
        server.kill();
        assertThat(receiver.at("/good")).noneMatch(hit -> hit.id().equals(waiting.getFirst()));
        return waiting.getFirst();
    }
}
