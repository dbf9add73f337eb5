package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Receivers;
import dev.nameplate.notification.source.CertificateEvents;
import dev.nameplate.testkit.ForwardingDatabase;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// What certificates tell, out of the notices that renewals really leave.
final class CertificateEventsTest {
    @StoreTest
    void aRenewalThatWaitsForAProofIsToldOnceAndItsEndEveryDay(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        receivers.webhook(Scene.ALICE);
        Scene scene = new Scene(database);
        scene.jobs.add(scene.renewals);
        CertificateEvents events = new CertificateEvents(database, receivers.outbox);
        scene.lookup.showsEverything = true;
        Certificate asked = scene.request("example.com", "www.example.com");
        scene.jobs.tick();
        Certificate issued = scene.now(asked);
        scene.use(issued, "distribution/E1");
        assertThat(events.advance(0, scene.clock.instant())).isPresent();
        receivers.deliver(scene.clock.instant());
        assertThat(receivers.sent).isEmpty();

        scene.clock.set(RenewalTiming.start(issued.id(), (State.Issued) issued.state()));
        scene.jobs.wake(RenewalWork.NAME);
        scene.lookup.showsEverything = false;
        for (int day = 0; day < 5; day++) {
            scene.jobs.tick();
            for (int look = 0; look < 3; look++) {
                assertThat(events.advance(0, scene.clock.instant())).isPresent();
            }
            scene.clock.advance(Duration.ofDays(1));
        }
        receivers.deliver(scene.clock.instant());

        assertThat(receivers.told(EventType.DNS_BROKEN))
                .singleElement()
                .satisfies(broken -> {
                    assertThat(broken.subject()).isEqualTo("certificates/" + issued.id());
                    assertThat(broken.data().path("reason").asText()).contains("example.com");
                    assertThat(broken.data().path("names").path(1).asText())
                            .isEqualTo("www.example.com");
                    assertThat(broken.data().path("records"))
                            .extracting(record -> record.path("name").asText())
                            .containsExactlyElementsOf(
                                    issued.proofs().stream()
                                            .map(proof -> proof.record().name())
                                            .toList());
                });
        assertThat(receivers.told(EventType.EXPIRING)).hasSizeBetween(4, 5);
        assertThat(receivers.told(EventType.EXPIRING).stream().map(Event::id))
                .doesNotHaveDuplicates();
    }

    @StoreTest
    void allThatWaitForAProofAreToldHoweverManyOneMomentFinds(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        receivers.webhook(Scene.ALICE);
        long now = receivers.clock.instant().toEpochMilli();
        database.write(write -> {
            PreparedBatch certificates =
                    write.handle()
                            .prepareBatch(
                                    """
                                    INSERT INTO certificate (id, account, region, origin, key_algorithm,
                                        created_at, state, not_after, shard)
                                    VALUES (?, ?, 'us-east-1', 'AMAZON_ISSUED', 'EC_prime256v1', ?, 'ISSUED', ?, 0)
                                    """);
            PreparedBatch renewals =
                    write.handle()
                            .prepareBatch(
                                    """
                                    INSERT INTO certificate_renewal
                                        (certificate_id, status, names, started_at, updated_at, asked)
                                    VALUES (?, 'PENDING_VALIDATION', 'PENDING', ?, ?, 0)
                                    """);
            for (int i = 0; i < 501; i++) {
                String id = new UUID(0, i).toString();
                certificates.add(id, Scene.ALICE.value(), now, now + 1_000_000);
                renewals.add(id, now, now);
            }
            return certificates.execute().length + renewals.execute().length;
        });

        Counted counted = new Counted(database);
        CertificateEvents events = new CertificateEvents(counted, receivers.outbox);
        assertThat(events.advance(0, receivers.clock.instant())).isPresent();
        assertThat(counted.ofNames).as("one for each of two pages").isEqualTo(2);

        assertThat(
                        database.<Integer>read(handle ->
                                handle.createQuery("SELECT COUNT(*) FROM notification_event")
                                        .mapTo(Integer.class)
                                        .one()))
                .isEqualTo(501);
        for (int look = 0; look < 3; look++) {
            receivers.clock.advance(Duration.ofSeconds(5));
            assertThat(events.advance(0, receivers.clock.instant())).isPresent();
        }
        assertThat(counted.ofNames).as("nothing is news").isEqualTo(2);
    }

    /// A store that counts the statements which read names of certificates.
    private static final class Counted extends ForwardingDatabase {
        private int ofNames;

        Counted(Database real) {
            super(real);
        }

        @Override
        public <T> T read(Function<Handle, T> work) {
            return real.read(handle -> {
                handle.getConfig(SqlStatements.class)
                        .setSqlLogger(
                                new SqlLogger() {
                                    @Override
                                    public void logBeforeExecution(StatementContext context) {
                                        if (context.getRawSql().contains("certificate_name")) {
                                            ofNames++;
                                        }
                                    }
                                });
                return work.apply(handle);
            });
        }

        @Override
        public <T> T write(Function<Write, T> work) {
            return real.write(work);
        }
    }

    /// A certificate in use of `first`, with a spare of `second`.
    private static Scene spared(Database database, SettableClock clock, StandInIssuer second) {
        Scene scene =
                new Scene(
                        database,
                        clock,
                        TestVault.open(),
                        List.of(issuer(clock, "first")),
                        List.of(second));
        scene.lookup.showsEverything = true;
        scene.jobs.add(scene.renewals);
        scene.jobs.add(scene.sparesOn(database));
        return scene;
    }

    private static StandInIssuer issuer(SettableClock clock, String name) {
        return new StandInIssuer(clock, name, Issuer.ProofForm.ACM_RECORD);
    }

    private static Certificate used(Scene scene) {
        Certificate asked = scene.request("example.com");
        scene.jobs.tick();
        scene.use(asked, "distribution/E1");
        scene.jobs.tick();
        return scene.now(asked);
    }

    @StoreTest
    void thatASpareTookACertificatesPlaceIsToldOnceWithTheReason(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        receivers.webhook(Scene.ALICE);
        SettableClock clock = new SettableClock();
        Scene scene = spared(database, clock, issuer(clock, "second"));
        CertificateEvents events = new CertificateEvents(database, receivers.outbox);
        Certificate certificate = used(scene);
        String serial = ((State.Issued) certificate.state()).serial();
        assertThat(
                        database.<Boolean>write(write ->
                                scene.certificates
                                        .spares()
                                        .switchTo(
                                                write,
                                                certificate,
                                                (State.Issued) certificate.state(),
                                                Spare.Why.REVOKED)))
                .isTrue();
        for (int look = 0; look < 3; look++) {
            assertThat(events.advance(0, scene.clock.instant())).isPresent();
            scene.clock.advance(Duration.ofMinutes(1));
        }
        receivers.deliver(scene.clock.instant());

        assertThat(receivers.told(EventType.SPARE_MISSING)).isEmpty();
        assertThat(receivers.told(EventType.SPARE_SWITCHED))
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.subject()).isEqualTo("certificates/" + certificate.id());
                    assertThat(told.data().path("why").asText()).isEqualTo("REVOKED");
                    assertThat(told.data().path("reason").asText()).contains("has revoked it");
                    assertThat(told.data().path("formerIssuer").asText()).isEqualTo("first");
                    assertThat(told.data().path("formerSerial").asText()).isEqualTo(serial);
                    assertThat(told.data().path("issuer").asText()).isEqualTo("second");
                    assertThat(told.data().path("names").path(0).asText()).isEqualTo("example.com");
                });
    }

    @StoreTest
    void thatASpareIsMissingIsToldAfterADayAndOnceUntilItWasThere(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        receivers.webhook(Scene.ALICE);
        SettableClock clock = new SettableClock();
        StandInIssuer second = issuer(clock, "second");
        second.answer = _ -> new Issuer.Answer.Unavailable("tea break");
        Scene scene = spared(database, clock, second);
        CertificateEvents events = new CertificateEvents(database, receivers.outbox);
        Certificate certificate = used(scene);
        Instant since = scene.clock.instant();
        hours(scene, events, 23);
        receivers.deliver(scene.clock.instant());
        assertThat(receivers.told(EventType.SPARE_MISSING)).isEmpty();

        hours(scene, events, 49);
        receivers.deliver(scene.clock.instant());
        assertThat(receivers.told(EventType.SPARE_MISSING))
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.subject()).isEqualTo("certificates/" + certificate.id());
                    assertThat(told.data().path("since").asText()).isEqualTo(since.toString());
                    assertThat(told.data().path("reason").asText()).contains("tea break");
                });

        second.answer = second::sign;
        hours(scene, events, 30);
        assertThat(
                        database.<Integer>read(handle ->
                                handle.createQuery(
                                                "SELECT COUNT(*) FROM certificate_spare WHERE lacking_since IS NULL AND serial IS NOT NULL")
                                        .mapTo(Integer.class)
                                        .one()))
                .isEqualTo(1);
        receivers.deliver(scene.clock.instant());
        assertThat(receivers.told(EventType.SPARE_MISSING)).hasSize(1);
    }

    private static void hours(Scene scene, CertificateEvents events, int hours) {
        for (int hour = 0; hour < hours; hour++) {
            scene.clock.advance(Duration.ofHours(1));
            scene.jobs.tick();
            assertThat(events.advance(0, scene.clock.instant())).isPresent();
        }
    }

    @StoreTest
    void whatWasNoticedBeforeARestartIsNotToldAgain(Database database) {
        Receivers receivers = new Receivers(database, Runnable::run);
        receivers.webhook(Scene.ALICE);
        Scene scene = new Scene(database);
        Certificate certificate = scene.imported("shop.example.com");
        database.write(write ->
                CertificateNotices.append(
                        write.handle(),
                        certificate,
                        scene.clock.instant().plus(Duration.ofDays(9)),
                        "nothing renews it",
                        scene.clock.instant()));

        for (int start = 0; start < 3; start++) {
            var _ =
                    new CertificateEvents(database, receivers.outbox)
                            .advance(0, scene.clock.instant());
            receivers.deliver(scene.clock.instant());
        }

        assertThat(receivers.told(EventType.EXPIRING)).hasSize(1);
    }
}
