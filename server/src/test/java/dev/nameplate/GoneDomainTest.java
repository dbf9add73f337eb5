package dev.nameplate;

import static dev.nameplate.DomainScene.ONE;
import static dev.nameplate.DomainScene.TWO;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.domain.DomainEventRetention;
import dev.nameplate.domain.Domains;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.ForwardingDatabase;
import dev.nameplate.testkit.StoreTest;

import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Tag;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// Nothing waits for a domain that is gone, and what happened to names is not kept for ever.
@Tag("slow")
class GoneDomainTest {
    private static int takeOvers(DomainScene scene, String which) {
        return scene.features.database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM domain_take_over WHERE " + which)
                        .mapTo(Integer.class)
                        .one());
    }

    @StoreTest
    void aTakeOverIsNotAskedAnewOnceItsDomainIsOffBoarded(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        scene.takeOver(TWO, scene.template(TWO), "a.example.com");
        scene.features.clock.advance(Duration.ofDays(8));
        scene.run(Duration.ofMinutes(1));
        assertThat(takeOvers(scene, "state = 'EXPIRED'")).isEqualTo(1);

        // Between the look at how things stand and what is done about it.
        AtomicBoolean offBoarded = new AtomicBoolean();
        Domains meanwhile =
                new Domains(
                        new ForwardingDatabase(database) {
                            @Override
                            public <T> T read(Function<Handle, T> work) {
                                return real.read(work);
                            }

                            @Override
                            public <T> T write(Function<Write, T> work) {
                                if (!offBoarded.getAndSet(true)) {
                                    scene.ask(TWO, "DELETE", "/v1/domains/a.example.com", "", 202);
                                }
                                return real.write(work);
                            }
                        },
                        scene.jobs,
                        (_, _) -> Map.of(),
                        (_, _) -> {},
                        scene.features.clock,
                        new SecureRandom(),
                        _ -> {});
        assertThat(meanwhile.takeOverAgain(TWO, new DomainName("a.example.com"))).isEmpty();
        assertThat(offBoarded).isTrue();
        assertThat(takeOvers(scene, "state = 'WAITING'")).isZero();

        scene.run(Duration.ofMinutes(10));
        assertThat(takeOvers(scene, "1 = 1")).isZero();
    }

    @StoreTest
    void whatHappenedToANameIsForgottenAfterAYear(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        scene.onboard(ONE, template, "old.example.com");
        scene.features.clock.advance(Duration.ofDays(100));
        scene.onboard(ONE, template, "new.example.com");
        assertThat(scene.events(ONE, "old.example.com")).containsExactly("ONBOARDING_BEGAN");
        DomainEventRetention retention = new DomainEventRetention(database);

        Instant young = scene.features.clock.instant().plus(Duration.ofDays(264));
        assertThat(retention.advance(0, young)).contains(young.plus(Duration.ofDays(1)));
        assertThat(scene.events(ONE, "old.example.com")).hasSize(1);
        retention.advance(0, young.plus(Duration.ofDays(2)));
        assertThat(scene.events(ONE, "old.example.com")).isEmpty();
        assertThat(scene.events(ONE, "new.example.com")).containsExactly("ONBOARDING_BEGAN");
        assertThat(scene.ask(ONE, "GET", "/v1/domain-events", "", 200).get("events")).hasSize(1);
    }

    @StoreTest
    void aTakeOverWithoutADomainGoesAndTheWorkComesToRest(Database database) {
        DomainScene scene = new DomainScene(database);
        long now = scene.features.clock.instant().toEpochMilli();
        scene.features.database.write(write ->
                write.handle()
                        .execute(
                                """
                                INSERT INTO domain_take_over (domain_id, name, account, job_id, value, state,
                                    asked_at, expires_at, shown, due_at)
                                VALUES ('0123456789abcdef0123456789abcdef', 'a.example.com', ?, 'gone', 'nameplate-0',
                                    'WAITING', ?, ?, 0, ?)
                                """,
                                ONE.value(),
                                now,
                                now + 1000,
                                now));
        scene.restart();
        scene.tick();
        assertThat(takeOvers(scene, "1 = 1")).isZero();
    }
}
