package dev.nameplate.notification.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Secret;
import dev.nameplate.notification.Subscription;
import dev.nameplate.testkit.SettableClock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;

final class WebhookChannelTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");

    /// As the Standard Webhooks documentation prints one.
    private static final String KNOWN = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final SettableClock clock = new SettableClock();
    private Receiver receiver;
    private Receiver inside;
    private WebhookChannel channel;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        receiver = new Receiver();
        inside = new Receiver();
        channel =
                new WebhookChannel(
                        new HttpPost(
                                _ -> List.of(InetAddress.getLoopbackAddress()),
                                new OriginPolicy(true, true),
                                true,
                                SSLContext.getDefault()),
                        clock);
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
        inside.close();
    }

    @Test
    void theKnownAnswerOfStandardWebhooksComesOut() {
        // The example of the specification's reference libraries.
        assertThat(
                        Signature.header(
                                List.of(new Secret(Base64.getDecoder().decode(KNOWN))),
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330L,
                                "{\"test\": 2432232314}".getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aReceiverCanVerifyWhoSentItAndReadACloudEvent() throws Exception {
        Secret secret = secret(1);

        Outcome outcome = channel.send(to(), List.of(event()), List.of(secret));

        assertThat(outcome)
                .isEqualTo(new Outcome.Delivered(Optional.of(200), "the receiver answered 200"));
        Receiver.Request got = receiver.requests.getFirst();
        assertThat(verifies(got, secret, clock.instant())).isTrue();
        assertThat(verifies(got, secret(2), clock.instant())).isFalse();
        assertThat(got.headers())
                .containsEntry("content-type", "application/cloudevents+json; charset=utf-8");
        JsonNode json = new JsonMapper().readTree(got.body());
        assertThat(json.path("specversion").asText()).isEqualTo("1.0");
        assertThat(json.path("id").asText()).isEqualTo(got.headers().get("webhook-id"));
        assertThat(json.path("source").asText()).isEqualTo("urn:nameplate:account:123456789012");
        assertThat(json.path("type").asText()).isEqualTo("dev.nameplate.records.needed");
        assertThat(json.path("subject").asText()).isEqualTo("jobs/j/entries/0");
        assertThat(json.path("time").asText()).isEqualTo("2026-01-15T11:59:00Z");
        assertThat(json.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(json.path("data").path("name").asText()).isEqualTo("bücher.example");
    }

    @Test
    void aRepeatHasTheSameIdAndBodyAndAFreshTime() throws Exception {
        Secret secret = secret(1);
        channel.send(to(), List.of(event()), List.of(secret));
        clock.advance(Duration.ofHours(3));
        channel.send(to(), List.of(event()), List.of(secret));

        Receiver.Request first = receiver.requests.getFirst();
        Receiver.Request second = receiver.requests.getLast();
        assertThat(second.headers().get("webhook-id")).isEqualTo(first.headers().get("webhook-id"));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(verifies(second, secret, clock.instant())).isTrue();
        assertThat(verifies(first, secret, clock.instant()))
                .as("what somebody recorded three hours ago is refused for its age")
                .isFalse();
    }

    @Test
    void duringARotationEitherSecretVerifies() throws Exception {
        channel.send(to(), List.of(event()), List.of(secret(2), secret(1)));

        Receiver.Request got = receiver.requests.getFirst();
        assertThat(verifies(got, secret(1), clock.instant())).isTrue();
        assertThat(verifies(got, secret(2), clock.instant())).isTrue();
        assertThat(verifies(got, secret(3), clock.instant())).isFalse();
    }

    @Test
    void aRedirectIsNotFollowedAndCountsAsFailure() {
        receiver.answers(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:"
                        + inside.port()
                        + "/latest/meta-data\r\n\r\n");

        Outcome outcome = channel.send(to(), List.of(event()), List.of(secret(1)));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(outcome.status()).contains(307);
        assertThat(inside.requests).isEmpty();
    }

    @Test
    void goneEndsTheSubscriptionAndRetryAfterIsHeard() {
        receiver.answers("HTTP/1.1 410 Gone\r\n\r\n");
        assertThat(channel.send(to(), List.of(event()), List.of(secret(1))))
                .isInstanceOf(Outcome.Gone.class);

        receiver.answers("HTTP/1.1 429 Slow down\r\nretry-after: 90\r\n\r\n");
        assertThat(channel.send(to(), List.of(event()), List.of(secret(1))))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.after()).contains(Duration.ofSeconds(90)));
    }

    @Test
    void nothingTheReceiverSaysIsRepeatedInAReason() {
        receiver.answers("HTTP/1.1 500 <script>alert(1)</script>\r\n\r\nsecret=hunter2");

        Outcome outcome = channel.send(to(), List.of(event()), List.of(secret(1)));

        assertThat(outcome.reason()).isEqualTo("the receiver answered 500");
    }

    /// What a receiver does that follows the specification, with nothing of ours.
    private static boolean verifies(Receiver.Request got, Secret secret, Instant now)
            throws GeneralSecurityException {
        long timestamp = Long.parseLong(got.headers().get("webhook-timestamp"));
        if (Math.abs(now.getEpochSecond() - timestamp) > 300) {
            return false;
        }
        byte[] key = Base64.getDecoder().decode(secret.text().substring("whsec_".length()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = got.headers().get("webhook-id") + "." + timestamp + "." + got.text();
        String expected =
                "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        String signatures = Objects.requireNonNull(got.headers().get("webhook-signature"));
        return List.of(signatures.split(" ")).contains(expected);
    }

    private Subscription to() {
        return new Subscription(
                "sub_1",
                ACCOUNT,
                Subscription.Kind.WEBHOOK,
                "http://hooks.example.com:" + receiver.port() + "/in",
                Set.of(),
                Subscription.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                clock.instant());
    }

    private static Event event() {
        return Event.of(
                ACCOUNT,
                EventType.RECORDS_NEEDED,
                "jobs/j/entries/0",
                "1",
                Instant.parse("2026-01-15T11:59:00Z"),
                JsonNodeFactory.instance.objectNode().put("name", "bücher.example"));
    }

    private static Secret secret(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return new Secret(key);
    }
}
