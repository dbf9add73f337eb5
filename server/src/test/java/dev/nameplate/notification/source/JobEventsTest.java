package dev.nameplate.notification.source;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.db.Database;
import dev.nameplate.notification.CloudEvent;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Receivers;
import dev.nameplate.notification.Secret;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.Interruptions;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.services.acm.model.CertificateStatus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

final class JobEventsTest {
    @StoreTest
    void aJobTellsWhatHappensToItsEntries(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        SaasScene scene = new SaasScene(database, new JobEvents(receivers.outbox));
        receivers.webhook(SaasScene.ACCOUNT);
        scene.acm.holdBack("slow.example.org");
        JobId job = scene.create("quick.example.org", "slow.example.org www.slow.example.org");
        scene.run(Duration.ofMinutes(5));
        receivers.deliver(scene.clock.instant());

        assertThat(subjects(receivers, EventType.ISSUED)).containsExactly(entry(job, 0));
        assertThat(subjects(receivers, EventType.SERVED)).containsExactly(entry(job, 0));
        assertThat(subjects(receivers, EventType.RECORDS_NEEDED))
                .as("once, however often it is looked for")
                .containsExactly(entry(job, 1));
        assertThat(receivers.told(EventType.JOB_DONE)).isEmpty();
        JsonNode wanted = receivers.told(EventType.RECORDS_NEEDED).getFirst().data();
        assertThat(wanted.path("names").path(1).asText()).isEqualTo("www.slow.example.org");
        assertThat(
                        StreamSupport.stream(wanted.path("records").spliterator(), false)
                                .map(each ->
                                        each.path("purpose").asText()
                                                + " "
                                                + each.path("type").asText()
                                                + " "
                                                + each.path("name").asText()))
                .contains("TRAFFIC CNAME slow.example.org.", "TRAFFIC CNAME www.slow.example.org.")
                .anyMatch(each -> each.startsWith("PROOF CNAME _"));

        scene.acm.issue("slow.example.org");
        scene.run(Duration.ofMinutes(10));
        receivers.deliver(scene.clock.instant());

        assertThat(subjects(receivers, EventType.SERVED))
                .containsExactly(entry(job, 0), entry(job, 1));
        assertThat(receivers.told(EventType.JOB_DONE))
                .singleElement()
                .satisfies(done -> {
                    assertThat(done.subject()).isEqualTo("jobs/" + job);
                    assertThat(done.data().path("status").asText()).isEqualTo("SUCCEEDED");
                    assertThat(done.data().path("entries").path("DONE").asInt()).isEqualTo(2);
                });
        assertThat(receivers.told(EventType.FAILED)).isEmpty();
    }

    @StoreTest
    void anEntryThatIsGivenUpSaysWhyAndAgainAfterARetry(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        SaasScene scene = new SaasScene(database, new JobEvents(receivers.outbox));
        receivers.webhook(SaasScene.ACCOUNT, EventType.FAILED, EventType.JOB_DONE);
        scene.acm.holdBack("bad.example.org");
        JobId job = scene.create("bad.example.org");
        scene.run(Duration.ofMinutes(1));
        scene.acm.change("bad.example.org", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofMinutes(10));
        receivers.deliver(scene.clock.instant());

        assertThat(scene.entry(job, 0).state()).isEqualTo(EntryState.FAILED);
        assertThat(receivers.told(EventType.FAILED))
                .singleElement()
                .satisfies(failed ->
                        assertThat(failed.data().path("reason").asText())
                                .isEqualTo(scene.entry(job, 0).failure().orElseThrow().reason()));
        assertThat(receivers.told(EventType.JOB_DONE)).hasSize(1);
        assertThat(receivers.told(EventType.ISSUED)).as("not wanted").isEmpty();

        scene.clock.advance(Duration.ofMinutes(1));
        assertThat(scene.jobs.retry(SaasScene.ACCOUNT, job)).isEqualTo(1);
        scene.run(Duration.ofMinutes(1));
        scene.acm.change("bad.example.org", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofMinutes(10));
        receivers.deliver(scene.clock.instant());

        assertThat(receivers.told(EventType.FAILED)).hasSize(2);
        assertThat(receivers.told(EventType.FAILED).stream().map(Event::id))
                .doesNotHaveDuplicates();
    }

    @StoreTest
    void aProcessThatIsKilledAfterAnyCallTellsEachHappeningOnce(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        SaasScene scene = new SaasScene(database, new JobEvents(receivers.outbox));
        receivers.webhook(SaasScene.ACCOUNT);
        Set<String> killedAt = new HashSet<>();
        scene.calls.after =
                (operation, subject) -> {
                    if (killedAt.add(operation + subject)) {
                        throw new Interruptions.Killed();
                    }
                };
        JobId job = scene.create("one.example.org", "two.example.org");
        for (int i = 0; i < 100; i++) {
            try {
                scene.run(Duration.ofMinutes(2));
            } catch (IllegalStateException | Interruptions.Killed _) {
                scene.restart();
            }
        }
        receivers.deliver(scene.clock.instant());

        assertThat(killedAt).hasSizeGreaterThan(5);
        assertThat(subjects(receivers, EventType.ISSUED))
                .containsExactlyInAnyOrder(entry(job, 0), entry(job, 1));
        assertThat(subjects(receivers, EventType.SERVED))
                .containsExactlyInAnyOrder(entry(job, 0), entry(job, 1));
        assertThat(receivers.told(EventType.JOB_DONE)).hasSize(1);
    }

    /// The old promise: an import's key rests sealed and is gone once imported. It holds for what is told of it, too.
    @Test
    void noKeyAndNoSecretIsInAnEventALogOrTheStore(@TempDir Path folder) {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("dev.nameplate");
        logged.start();
        root.setLevel(Level.TRACE);
        root.addAppender(logged);
        try (Database database = Database.sqlite(folder.resolve("store.db"))) {
            Receivers receivers = new Receivers(database, Runnable::run);
            SaasScene scene = new SaasScene(database, new JobEvents(receivers.outbox));
            Secret secret = receivers.webhook(SaasScene.ACCOUNT).secret().orElseThrow();
            receivers.behaviour =
                    (_, _, secrets) -> {
                        assertThat(secrets).containsExactly(secret);
                        throw new IllegalStateException("a fault of ours");
                    };
            scene.calls.after =
                    (operation, _) -> {
                        if (operation.equals("importCertificate")) {
                            throw new IllegalArgumentException("refused");
                        }
                    };
            scene.importing("secret.example.org", "other.example.org");
            scene.run(Duration.ofHours(2));
            receivers.deliver(scene.clock.instant());
            receivers.behaviour = (_, _, _) -> new Outcome.Delivered(Optional.empty(), "taken");
            receivers.deliver(scene.clock.instant().plus(Duration.ofHours(1)));

            assertThat(receivers.sent).isNotEmpty();
            List<String> forbidden =
                    List.of(
                            "key of secret.example.org",
                            "key of other.example.org",
                            secret.text(),
                            new String(secret.key(), ISO_8859_1),
                            Base64.getEncoder().encodeToString(secret.key()));
            for (String each : forbidden) {
                assertThat(files(folder)).doesNotContain(each);
                assertThat(receivers.sent)
                        .allSatisfy(sent ->
                                sent.events()
                                        .forEach(event ->
                                                assertThat(
                                                                new String(
                                                                        CloudEvent.json(event),
                                                                        ISO_8859_1))
                                                        .doesNotContain(each)));
                assertThat(logged.list)
                        .allSatisfy(line ->
                                assertThat(line.getFormattedMessage() + line.getThrowableProxy())
                                        .doesNotContain(each));
            }
            assertThat(files(folder))
                    .as("the search finds what is there")
                    .contains("secret.example.org");
            assertThat(secret.toString()).isEqualTo("Secret[redacted]");
        } finally {
            root.detachAppender(logged);
            root.setLevel(null);
        }
    }

    private static String files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            StringBuilder text = new StringBuilder();
            for (Path each : all.toList()) {
                text.append(Files.readString(each, ISO_8859_1));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> subjects(Receivers receivers, EventType type) {
        return receivers.told(type).stream().map(Event::subject).toList();
    }

    private static String entry(JobId job, int number) {
        return "jobs/" + job + "/entries/" + number;
    }
}
