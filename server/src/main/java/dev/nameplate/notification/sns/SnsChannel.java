package dev.nameplate.notification.sns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.notification.Channel;
import dev.nameplate.notification.CloudEvent;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Secret;
import dev.nameplate.notification.Subscription;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.SnsClientBuilder;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.PublishRequest;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Publishes events to topics, each in its ARN's Region. The message is the CloudEvent; `type` is an attribute, too, so that
/// subscribers of the topic can filter by it. A FIFO topic knows a repeat by its deduplication id.
public final class SnsChannel implements Channel, AutoCloseable {
    private static final Pattern TOPIC =
            Pattern.compile(
                    "arn:aws[a-z-]{0,20}:sns:([a-z0-9-]{5,30}):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?");

    private final AwsCredentialsProvider credentials;
    private final Optional<URI> endpoint;
    private final Map<String, SnsClient> byRegion = new ConcurrentHashMap<>();

    /// @param endpoint asked instead of the Region's
    public SnsChannel(AwsCredentialsProvider credentials, Optional<URI> endpoint) {
        this.credentials = credentials;
        this.endpoint = endpoint;
    }

    @Override
    public Optional<String> problem(String address) {
        return TOPIC.matcher(address).matches()
                ? Optional.empty()
                : Optional.of(
                        "must be the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:nameplate");
    }

    @Override
    public Outcome send(Subscription to, List<Event> events, List<Secret> secrets) {
        Matcher topic = TOPIC.matcher(to.address());
        if (!topic.matches()) {
            return new Outcome.Hopeless(Optional.empty(), "the address is no topic's");
        }
        Event event = events.getFirst();
        PublishRequest.Builder request =
                PublishRequest.builder()
                        .topicArn(to.address())
                        .message(new String(CloudEvent.json(event), UTF_8))
                        .messageAttributes(
                                Map.of(
                                        "type",
                                        MessageAttributeValue.builder()
                                                .dataType("String")
                                                .stringValue(event.type().word())
                                                .build()));
        if (topic.group(2) != null) {
            request.messageDeduplicationId(event.id()).messageGroupId(to.id());
        }
        try {
            byRegion.computeIfAbsent(topic.group(1), this::client).publish(request.build());
            return new Outcome.Delivered(Optional.of(200), "SNS took it");
        } catch (NotFoundException missing) {
            return new Outcome.Hopeless(
                    Optional.of(missing.statusCode()), "there is no such topic");
        } catch (AwsServiceException refused) {
            return new Outcome.Failed(
                    Optional.of(refused.statusCode()),
                    "SNS refuses: "
                            + Optional.ofNullable(refused.awsErrorDetails())
                                    .map(details -> details.errorCode())
                                    .orElse("no reason given"));
        } catch (SdkException _) {
            return new Outcome.Failed(
                    Optional.empty(), "SNS is not reached, or there are no AWS credentials");
        }
    }

    private SnsClient client(String region) {
        SnsClientBuilder builder =
                SnsClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .credentialsProvider(credentials)
                        .region(Region.of(region))
                        .overrideConfiguration(limits -> limits.apiCallTimeout(LIMIT));
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    @Override
    public void close() {
        byRegion.values().forEach(SnsClient::close);
    }
}
