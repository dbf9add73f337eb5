package dev.nameplate.notification.webhook;

import dev.nameplate.notification.Channel;
import dev.nameplate.notification.CloudEvent;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Secret;
import dev.nameplate.notification.Subscription;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One event, one signed POST. 2xx is success, 410 ends the subscription, everything else is tried again.
public final class WebhookChannel implements Channel {
    private static final int GONE = 410;

    private final HttpPost post;
    private final InstantSource clock;

    public WebhookChannel(HttpPost post, InstantSource clock) {
        this.post = post;
        this.clock = clock;
    }

    @Override
    public Optional<String> problem(String address) {
        return post.problem(address);
    }

    @Override
    public Outcome send(Subscription to, List<Event> events, List<Secret> secrets) {
        Event event = events.getFirst();
        byte[] body = CloudEvent.json(event);
        // Of the attempt, not of the event: receivers refuse what is too old.
        long timestamp = clock.instant().getEpochSecond();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", CloudEvent.MEDIA_TYPE + "; charset=utf-8");
        headers.put("webhook-id", event.id());
        headers.put("webhook-timestamp", Long.toString(timestamp));
        headers.put("webhook-signature", Signature.header(secrets, event.id(), timestamp, body));
        return switch (post.send(URI.create(to.address()), headers, body, LIMIT)) {
            case HttpPost.Answer.Status answer -> judged(answer);
            case HttpPost.Answer.None none -> new Outcome.Failed(Optional.empty(), none.reason());
        };
    }

    private static Outcome judged(HttpPost.Answer.Status answer) {
        Optional<Integer> status = Optional.of(answer.code());
        String said = "the receiver answered " + answer.code();
        if (answer.code() / 100 == 2) {
            return new Outcome.Delivered(status, said);
        }
        if (answer.code() == GONE) {
            return new Outcome.Gone(status, said + " Gone");
        }
        if (answer.code() / 100 == 3) {
            return new Outcome.Failed(status, said + "; redirects are not followed");
        }
        return new Outcome.Failed(status, said, answer.retryAfter().map(Duration::ofSeconds));
    }
}
