package dev.nameplate;

import dev.nameplate.config.Settings;
import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.notification.Channel;
import dev.nameplate.notification.Channels;
import dev.nameplate.notification.DeliveryWork;
import dev.nameplate.notification.EventRetention;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outbox;
import dev.nameplate.notification.RetrySchedule;
import dev.nameplate.notification.Subscription;
import dev.nameplate.notification.Subscriptions;
import dev.nameplate.notification.mail.MailChannel;
import dev.nameplate.notification.mail.MailServer;
import dev.nameplate.notification.sns.SnsChannel;
import dev.nameplate.notification.source.CertificateEvents;
import dev.nameplate.notification.source.JobEvents;
import dev.nameplate.notification.webhook.HttpPost;
import dev.nameplate.notification.webhook.WebhookChannel;
import dev.nameplate.saas.JobWatch;

import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

/// The wiring of notifications: what records events, who is told, and the work that tells them.
record Notifications(
        Store store,
        Settings.Notifications settings,
        Wakeup engine,
        Channels channels,
        Outbox outbox,
        Subscriptions subscriptions) {
    static Notifications over(Store store, Settings.Notifications settings, Wakeup engine) {
        Channels channels = channels(store, settings);
        Outbox outbox = new Outbox(engine, channels);
        return new Notifications(
                store,
                settings,
                engine,
                channels,
                outbox,
                new Subscriptions(
                        store.database(),
                        store.vault(),
                        outbox,
                        store.clock(),
                        store.random(),
                        engine));
    }

    /// @param parts gets what has to be stopped
    List<DueWork> works(Parts parts) {
        subscribeOperator();
        return List.of(
                parts.started(
                        "notifications",
                        DeliveryWork.start(
                                store.database(),
                                store.vault(),
                                channels,
                                new RetrySchedule(settings.pauses(), store.random()),
                                store.clock(),
                                engine)),
                new EventRetention(store.database(), settings.kept()),
                new CertificateEvents(store.database(), outbox));
    }

    /// Whom the settings name is told like every subscriber.
    private void subscribeOperator() {
        List<String> to = settings.smtp().map(Settings.Smtp::to).orElse(List.of());
        Optional<String> addresses =
                to.isEmpty() ? Optional.empty() : Optional.of(String.join(",", to));
        addresses
                .flatMap(text ->
                        channels.of(Subscription.Kind.EMAIL)
                                .flatMap(channel -> channel.problem(text)))
                .ifPresent(problem -> {
                    throw new Server.CannotStart("notifications.smtp.to " + problem, null);
                });
        Set<EventType> events =
                settings.smtp().map(Settings.Smtp::events).orElse(List.of()).stream()
                        .map(Notifications::event)
                        .collect(Collectors.toSet());
        subscriptions.ofSettings(store.account(), addresses, events);
    }

    private static EventType event(String word) {
        return EventType.of(word)
                .orElseThrow(() ->
                        new Server.CannotStart(
                                "notifications.smtp.events cannot have '%s'; there are %s"
                                        .formatted(
                                                word,
                                                Stream.of(EventType.values())
                                                        .map(EventType::word)
                                                        .collect(Collectors.joining(", "))),
                                null));
    }

    private static Channels channels(Store store, Settings.Notifications settings) {
        Map<Subscription.Kind, Channel> all = new EnumMap<>(Subscription.Kind.class);
        all.put(Subscription.Kind.WEBHOOK, webhooks(store, settings));
        settings.smtp()
                .map(Notifications::server)
                .ifPresent(server ->
                        all.put(
                                Subscription.Kind.EMAIL,
                                new MailChannel(server, store.clock(), tls())));
        if (settings.sns()) {
            all.put(
                    Subscription.Kind.SNS,
                    new SnsChannel(
                            DefaultCredentialsProvider.builder().build(), settings.snsEndpoint()));
        }
        return new Channels(all);
    }

    private static Channel webhooks(Store store, Settings.Notifications settings) {
        return new WebhookChannel(
                new HttpPost(
                        host -> List.of(InetAddress.getAllByName(host)),
                        new OriginPolicy(settings.allowLoopback(), settings.allowPrivate()),
                        settings.allowHttp(),
                        tls()),
                store.clock());
    }

    private static MailServer server(Settings.Smtp smtp) {
        return new MailServer(
                smtp.host(),
                smtp.port(),
                switch (smtp.tls()) {
                    case STARTTLS -> MailServer.Security.STARTTLS;
                    case TLS -> MailServer.Security.TLS;
                    case OFF -> MailServer.Security.NONE;
                },
                smtp.user()
                        .flatMap(user ->
                                smtp.passwordFile().map(file -> new MailServer.Login(user, file))),
                smtp.from(),
                smtp.gathering());
    }

    private static SSLContext tls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new Server.CannotStart("this Java has no TLS", e);
        }
    }

    /// What the jobs of SSL for SaaS tell.
    JobWatch jobs() {
        return new JobEvents(outbox);
    }
}
