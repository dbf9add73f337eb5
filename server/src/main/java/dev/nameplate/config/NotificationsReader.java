package dev.nameplate.config;

import dev.nameplate.names.DomainName;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Reads who is told of what happens, and by what.
final class NotificationsReader {
    private static final int MOST_PAUSES = 20;

    private final GivenSettings given;

    NotificationsReader(GivenSettings given) {
        this.given = given;
    }

    Settings.Notifications notifications(DomainName suffix) {
        List<Duration> pauses = pauses();
        Duration kept = Duration.ofDays(given.number(Setting.NOTIFICATIONS_DAYS, 7, 3650));
        Duration attempts = pauses.stream().reduce(Duration.ZERO, Duration::plus);
        // What is added by chance is at most a tenth, and each attempt takes its time.
        if (attempts.multipliedBy(5).dividedBy(4).compareTo(kept) > 0) {
            given.refuse(
                    "%s (%s) must be longer than the attempts to deliver an event go on, which %s says"
                            .formatted(
                                    Setting.NOTIFICATIONS_DAYS.variable(),
                                    Setting.NOTIFICATIONS_DAYS.path(),
                                    Setting.NOTIFICATIONS_RETRIES.variable()));
        }
        Optional<Settings.Smtp> smtp =
                given.text(Setting.SMTP_HOST).map(host -> smtp(host, suffix));
        if (smtp.isEmpty() && given.text(Setting.SMTP_TO).isPresent()) {
            given.refuse(
                    "%s (%s) needs a mail server: %s"
                            .formatted(
                                    Setting.SMTP_TO.variable(),
                                    Setting.SMTP_TO.path(),
                                    Setting.SMTP_HOST.variable()));
        }
        return new Settings.Notifications(
                given.flag(Setting.NOTIFICATIONS_LOOPBACK),
                given.flag(Setting.NOTIFICATIONS_PRIVATE),
                given.flag(Setting.NOTIFICATIONS_HTTP),
                kept,
                pauses,
                smtp,
                given.flag(Setting.SNS),
                given.optional(Setting.SNS_ENDPOINT, SettingsReader::httpUri));
    }

    private List<Duration> pauses() {
        List<String> texts = given.list(Setting.NOTIFICATIONS_RETRIES);
        List<Duration> pauses =
                texts.stream()
                        .flatMap(text ->
                                given
                                        .parse(
                                                Setting.NOTIFICATIONS_RETRIES,
                                                text,
                                                NotificationsReader::pause)
                                        .stream())
                        .toList();
        if (texts.size() > MOST_PAUSES) {
            given.refuse(
                    "%s (%s) takes at most %d pauses"
                            .formatted(
                                    Setting.NOTIFICATIONS_RETRIES.variable(),
                                    Setting.NOTIFICATIONS_RETRIES.path(),
                                    MOST_PAUSES));
        }
        return pauses;
    }

    private static Duration pause(String text) {
        if (!text.matches("[0-9]{1,6}") || text.matches("0+")) {
            throw new IllegalArgumentException("expected seconds, with commas between");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private Settings.Smtp smtp(String host, DomainName suffix) {
        Optional<String> user = given.text(Setting.SMTP_USER);
        Optional<Path> password =
                given.optional(Setting.SMTP_PASSWORD_FILE, SettingsReader::readable);
        if (user.isPresent() != password.isPresent()) {
            given.refuse(
                    "%s and %s must be set together"
                            .formatted(
                                    Setting.SMTP_USER.variable(),
                                    Setting.SMTP_PASSWORD_FILE.variable()));
        }
        return new Settings.Smtp(
                host,
                given.port(Setting.SMTP_PORT),
                given.word(Setting.SMTP_TLS, Settings.SmtpTls.class, Settings.SmtpTls.STARTTLS),
                user,
                password,
                given.text(Setting.SMTP_FROM).orElse("nameplate@" + suffix.ascii()),
                given.list(Setting.SMTP_TO),
                given.list(Setting.SMTP_EVENTS),
                Duration.ofSeconds(given.number(Setting.SMTP_GATHER_SECONDS, 0, 3600)));
    }
}
