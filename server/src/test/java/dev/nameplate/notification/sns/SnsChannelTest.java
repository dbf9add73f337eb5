package dev.nameplate.notification.sns;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;

import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Subscription;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// Against the wire of SNS, written by hand: form fields in, XML out.
final class SnsChannelTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:nameplate";
    private static final String TAKEN =
            """
            <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
            <MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult>\
            <ResponseMetadata><RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ResponseMetadata></PublishResponse>\
            """;

    private final List<Map<String, String>> published = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = TAKEN;
    private HttpServer sns;
    private SnsChannel channel;

    @BeforeEach
    void start() throws IOException {
        sns = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        sns.createContext(
                "/",
                exchange -> {
                    String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    published.add(
                            Arrays.stream(form.split("&"))
                                    .map(field -> field.split("=", 2))
                                    .collect(
                                            Collectors.toMap(
                                                    field -> field[0],
                                                    field -> URLDecoder.decode(field[1], UTF_8))));
                    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    byte[] body = answer.getBytes(UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/xml");
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        sns.start();
        channel =
                new SnsChannel(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEXAMPLE", "secret")),
                        Optional.of(URI.create("http://127.0.0.1:" + sns.getAddress().getPort())));
    }

    @AfterEach
    void stop() {
        channel.close();
        sns.stop(0);
    }

    @Test
    void anEventIsPublishedAsACloudEventInTheTopicsRegion() throws Exception {
        assertThat(channel.send(to(TOPIC), List.of(event()), List.of()))
                .isEqualTo(new Outcome.Delivered(Optional.of(200), "SNS took it"));

        Map<String, String> got = published.getFirst();
        assertThat(got)
                .containsEntry("Action", "Publish")
                .containsEntry("TopicArn", TOPIC)
                .containsEntry("MessageAttributes.entry.1.Name", "type")
                .containsEntry("MessageAttributes.entry.1.Value.StringValue", "entry.served")
                .doesNotContainKey("MessageGroupId");
        assertThat(new JsonMapper().readTree(got.get("Message")).path("id").asText())
                .isEqualTo(event().id());
        assertThat(authorizations.getFirst()).contains("/eu-west-1/sns/aws4_request");
    }

    @Test
    void aFifoTopicKnowsARepeat() {
        channel.send(to(TOPIC + ".fifo"), List.of(event()), List.of());

        assertThat(published.getFirst())
                .containsEntry("MessageDeduplicationId", event().id())
                .containsEntry("MessageGroupId", "sub_1");
    }

    @Test
    void whatMayGetBetterIsTriedAgainAndATopicThatIsNotIsGivenUp() {
        status = 403;
        answer = error("AuthorizationError");
        assertThat(channel.send(to(TOPIC), List.of(event()), List.of()))
                .isEqualTo(new Outcome.Failed(Optional.of(403), "SNS refuses: AuthorizationError"));
        status = 404;
        answer = error("NotFound");
        assertThat(channel.send(to(TOPIC), List.of(event()), List.of()))
                .isEqualTo(new Outcome.Hopeless(Optional.of(404), "there is no such topic"));
        sns.stop(0);
        assertThat(channel.send(to(TOPIC), List.of(event()), List.of()))
                .isInstanceOf(Outcome.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nameplate",
                "arn:aws:sqs:eu-west-1:123456789012:nameplate",
                "arn:aws:sns:eu-west-1:123456789012:a b",
                "arn:aws:sns:evil.example/x:123456789012:nameplate",
                "arn:aws:sns:eu-west-1:123456789012:nameplate\n"
            })
    void whatIsNoTopicIsRefused(String address) {
        assertThat(channel.problem(address)).isPresent();
    }

    private static String error(String code) {
        return "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
                .formatted(code);
    }

    private static Event event() {
        return Event.of(
                new AccountId("123456789012"),
                EventType.SERVED,
                "jobs/j/entries/0",
                "1",
                Instant.parse("2026-01-15T12:00:00Z"),
                JsonNodeFactory.instance.objectNode());
    }

    static Subscription to(String topic) {
        return new Subscription(
                "sub_1",
                new AccountId("123456789012"),
                Subscription.Kind.SNS,
                topic,
                Set.of(),
                Subscription.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Instant.parse("2026-01-15T12:00:00Z"));
    }
}
