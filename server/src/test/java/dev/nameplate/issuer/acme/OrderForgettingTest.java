package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.OrderId;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.vault.Vault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An order that nobody waits for any more.
final class OrderForgettingTest {
    private final SettableClock clock = new SettableClock();
    private final Vault vault = AcmeScene.vault();
    private final Budget budget = new Budget();

    /// Lets orders go, or holds all of them.
    private final class Budget implements Pacing {
        boolean spent;
        final List<OrderId> withdrawn = new ArrayList<>();

        @Override
        public Verdict order(Write write, Asking asking) {
            return spent
                    ? new Verdict.NotBefore(clock.instant().plus(Duration.ofDays(1)), "spent")
                    : new Verdict.Go();
        }

        @Override
        public void withdrawn(Write write, Asking asking) {
            write.afterCommit(() -> withdrawn.add(asking.order()));
        }
    }

    private AcmeScene scene(Database database, FaultCa ca) {
        return new AcmeScene(database, vault, ca, clock, budget);
    }

    private void work(AcmeScene scene) {
        clock.advance(Duration.ofSeconds(20));
        for (int shard = 0; shard < scene.work.shards(); shard++) {
            scene.work.advance(shard, clock.instant());
        }
    }

    private void forget(AcmeScene scene, OrderId id) {
        scene.database.write(write -> {
            new OrderForgetting(scene.challenges, budget).cancel(write, id);
            return write;
        });
    }

    private static void nothingIsLeft(Database database) {
        for (String table : List.of("acme_order", "challenge")) {
            int rows =
                    database.read(handle ->
                            handle.createQuery("SELECT COUNT(*) FROM " + table)
                                    .mapTo(Integer.class)
                                    .one());
            assertThat(rows).as(table).isZero();
        }
    }

    @StoreTest
    void itIsGoneFromEveryTableAndTheAuthorityIsAskedNothingMore(Database database) {
        try (FaultCa ca = FaultCa.start(clock);
                AcmeScene scene = scene(database, ca)) {
            ca.validating(1000, "5");
            OrderId id = AcmeScene.newId();
            scene.issue(AcmeScene.order(id, "www.example.com", "example.com"));
            for (int round = 0; round < 3; round++) {
                work(scene);
            }
            assertThat(scene.row(id).orElseThrow().progress().state())
                    .isEqualTo(Progress.State.VALIDATING);
            assertThat(scene.shownAt(AcmeScene.target(new DomainName("example.com")))).isNotEmpty();
            int asked = ca.requests();
            work(scene);
            assertThat(ca.requests()).isGreaterThan(asked);

            forget(scene, id);
            asked = ca.requests();
            for (int round = 0; round < 5; round++) {
                work(scene);
            }
            assertThat(ca.requests()).isEqualTo(asked);
            nothingIsLeft(database);
            assertThat(budget.withdrawn).containsExactly(id);
        }
    }

    @StoreTest
    void oneThatWaitsForItsTurnGivesItsPlaceBack(Database database) {
        try (FaultCa ca = FaultCa.start(clock);
                AcmeScene scene = scene(database, ca)) {
            budget.spent = true;
            OrderId id = AcmeScene.newId();
            scene.issue(AcmeScene.order(id, "www.example.com"));
            work(scene);
            assertThat(scene.row(id).orElseThrow().progress().state())
                    .isEqualTo(Progress.State.NEW);
            forget(scene, id);
            budget.spent = false;
            clock.advance(Duration.ofDays(2));
            work(scene);
            nothingIsLeft(database);
            assertThat(budget.withdrawn).containsExactly(id);
            assertThat(ca.requests(FaultCa.Step.NEW_ORDER)).isZero();
        }
    }

    /// Its answer is not to the order any more.
    @StoreTest
    void aCallThatIsUnderWayBringsNothingBack(Database database) {
        try (FaultCa ca = FaultCa.start(clock);
                AcmeScene scene = scene(database, ca)) {
            OrderId id = AcmeScene.newId();
            scene.issue(AcmeScene.order(id, "www.example.com"));
            OrderRow ordering = scene.begin(scene.row(id).orElseThrow()).orElseThrow();
            forget(scene, id);
            scene.step(ordering);
            assertThat(ca.requests(FaultCa.Step.NEW_ORDER)).isEqualTo(1);
            for (int round = 0; round < 3; round++) {
                work(scene);
            }
            nothingIsLeft(database);
            assertThat(ca.requests(FaultCa.Step.AUTHORIZATION)).isZero();
        }
    }
}
