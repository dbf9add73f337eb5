package dev.nameplate.notification.sns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outcome;
import dev.nameplate.testkit.MotoServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A topic of moto's with a queue behind it: what is read there is what a subscriber of the topic gets.
@Tag("conformance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MotoSnsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));

    private final HttpClient http = HttpClient.newHttpClient();
    private MotoServer moto;
    private SnsClient sns;
    private SnsChannel channel;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        moto = MotoServer.start();
        sns =
                SnsClient.builder()
                        .endpointOverride(moto.uri())
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(CREDENTIALS)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
        channel = new SnsChannel(CREDENTIALS, Optional.of(moto.uri()));
    }

    @AfterAll
    void stop() {
        channel.close();
        sns.close();
        moto.close();
    }

    @Test
    void whoSubscribedTheTopicReadsTheEventWithItsType() throws Exception {
        String topic = sns.createTopic(request -> request.name("nameplate")).topicArn();
        String queue = queue("news", Map.of());
        subscribe(topic, queue, "{\"type\":[\"entry.served\"]}");

        Event served = event(EventType.SERVED);
        assertThat(channel.send(SnsChannelTest.to(topic), List.of(served), List.of()))
                .isInstanceOf(Outcome.Delivered.class);
        assertThat(
                        channel.send(
                                SnsChannelTest.to(topic),
                                List.of(event(EventType.ISSUED)),
                                List.of()))
                .isInstanceOf(Outcome.Delivered.class);

        List<JsonNode> messages = messages(queue);
        assertThat(messages).as("what the filter lets through").hasSize(1);
        JsonNode event = JSON.readTree(messages.getFirst().path("Body").asText());
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).isEqualTo(served.id());
        assertThat(event.path("type").asText()).isEqualTo("dev.nameplate.entry.served");
        assertThat(event.path("data").path("names").path(0).asText())
                .isEqualTo("b\u00fccher.example");
        assertThat(
                        messages.getFirst()
                                .path("MessageAttributes")
                                .path("type")
                                .path("StringValue")
                                .asText())
                .isEqualTo("entry.served");
    }

    @Test
    void aRepeatIsTakenAndReadOnceFromAFifoTopic() throws Exception {
        String topic =
                sns.createTopic(request ->
                                request.name("nameplate.fifo")
                                        .attributes(Map.of("FifoTopic", "true")))
                        .topicArn();
        String queue = queue("news.fifo", Map.of("FifoQueue", "true"));
        subscribe(topic, queue, "{}");
        Event event = event(EventType.SERVED);

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(channel.send(SnsChannelTest.to(topic), List.of(event), List.of()))
                    .isInstanceOf(Outcome.Delivered.class);
        }

        assertThat(messages(queue)).hasSize(1);
    }

    @Test
    void aTopicThatIsGoneIsGivenUp() {
        String topic = sns.createTopic(request -> request.name("gone")).topicArn();
        sns.deleteTopic(request -> request.topicArn(topic));

        assertThat(
                        channel.send(
                                SnsChannelTest.to(topic),
                                List.of(event(EventType.SERVED)),
                                List.of()))
                .isEqualTo(new Outcome.Hopeless(Optional.of(404), "there is no such topic"));
    }

    private void subscribe(String topic, String queue, String filter) throws Exception {
        String arn =
                sqs(
                                "GetQueueAttributes",
                                JSON.createObjectNode()
                                        .put("QueueUrl", queue)
                                        .set(
                                                "AttributeNames",
                                                JSON.createArrayNode().add("QueueArn")))
                        .path("Attributes")
                        .path("QueueArn")
                        .asText();
        sns.subscribe(request ->
                request.topicArn(topic)
                        .protocol("sqs")
                        .endpoint(arn)
                        .attributes(Map.of("RawMessageDelivery", "true", "FilterPolicy", filter)));
    }

    private String queue(String name, Map<String, String> attributes) throws Exception {
        ObjectNode request = JSON.createObjectNode().put("QueueName", name);
        ObjectNode given = request.putObject("Attributes");
        attributes.forEach(given::put);
        return sqs("CreateQueue", request).path("QueueUrl").asText();
    }

    private List<JsonNode> messages(String queue) throws Exception {
        ObjectNode request =
                JSON.createObjectNode().put("QueueUrl", queue).put("MaxNumberOfMessages", 10);
        request.putArray("MessageAttributeNames").add("All");
        return sqs("ReceiveMessage", request).path("Messages").valueStream().toList();
    }

    /// moto asks for no signature, but finds service and Region in it.
    private JsonNode sqs(String operation, JsonNode request) throws Exception {
        HttpResponse<byte[]> answer =
                http.send(
                        HttpRequest.newBuilder(moto.uri())
                                .header("X-Amz-Target", "AmazonSQS." + operation)
                                .header("Content-Type", "application/x-amz-json-1.0")
                                .header(
                                        "Authorization",
                                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/sqs/aws4_request,"
                                                + " SignedHeaders=host, Signature=0")
                                .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        JsonNode read = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).as(read.toString()).isEqualTo(200);
        return read;
    }

    private static Event event(EventType type) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putArray("names").add("b\u00fccher.example");
        return Event.of(
                new AccountId("123456789012"),
                type,
                "jobs/j/entries/0",
                "1",
                Instant.parse("2026-01-15T12:00:00Z"),
                data);
    }
}
