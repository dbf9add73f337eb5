package dev.nameplate.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Attempts that never end are attempts whose threads never run: time stands still here.
final class PlacesTest {
    private static final AccountId OTHER = new AccountId("210987654321");

    private final List<Runnable> held = new ArrayList<>();

    @StoreTest
    void slowReceiversOfOneAccountHoldUpNoOtherAccount(Database database) {
        Receivers all = new Receivers(database, held::add);
        for (int i = 0; i < Subscriptions.MOST; i++) {
            all.webhook();
        }
        for (int i = 0; i < 4; i++) {
            all.happens(Receivers.event("slow" + i, EventType.ISSUED, all.clock.instant()));
        }
        all.jobs.tick();
        assertThat(held).hasSize(Places.PER_ACCOUNT);
        held.clear();

        Subscription other = all.webhook(OTHER).subscription();
        Event event = Receivers.event(OTHER, "1", EventType.ISSUED, all.clock.instant());
        all.happens(event);
        all.jobs.tick();
        List.copyOf(held).forEach(Runnable::run);

        assertThat(all.sent)
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.subscription()).isEqualTo(other.id());
                    assertThat(each.events()).extracting(Event::id).containsExactly(event.id());
                });
    }

    @StoreTest
    void slowReceiversHoldUpNoneOfTheirOwnAccount(Database database) {
        Receivers all = new Receivers(database, held::add);
        for (int i = 0; i < Subscriptions.MOST - 1; i++) {
            all.webhook(EventType.FAILED);
        }
        Subscription quick = all.webhook(EventType.ISSUED);
        for (int i = 0; i < 4; i++) {
            all.happens(Receivers.event("slow" + i, EventType.FAILED, all.clock.instant()));
        }
        all.jobs.tick();
        held.clear();

        all.happens(Receivers.event("quick", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        List.copyOf(held).forEach(Runnable::run);

        assertThat(all.sent).extracting(Receivers.Sent::subscription).containsExactly(quick.id());
    }

    /// What is older goes first among those who have as little under way.
    @StoreTest
    void whoHasLeastUnderWayIsServedNext(Database database) {
        Receivers all = new Receivers(database, held::add);
        Subscription busy = all.webhook(EventType.FAILED);
        all.happens(Receivers.event("b1", EventType.FAILED, all.clock.instant()));
        all.happens(Receivers.event("b2", EventType.FAILED, all.clock.instant()));
        all.jobs.tick();
        held.clear();
        all.happens(Receivers.event("b3", EventType.FAILED, all.clock.instant()));
        all.clock.advance(Duration.ofSeconds(1));
        Subscription idle = all.webhook(EventType.ISSUED);
        Subscription stranger = all.webhook(OTHER).subscription();
        all.happens(Receivers.event("i1", EventType.ISSUED, all.clock.instant()));
        all.happens(Receivers.event("i2", EventType.ISSUED, all.clock.instant()));
        all.happens(Receivers.event(OTHER, "s", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        held.forEach(Runnable::run);

        assertThat(all.sent)
                .extracting(Receivers.Sent::subscription)
                .containsExactly(stranger.id(), idle.id(), idle.id(), busy.id());
    }

    @Test
    void anAccountWithNothingUnderWayHasAPlaceHoweverMuchIs() {
        Places places = new Places();
        for (int account = 0; account < 5; account++) {
            for (int receiver = 0; receiver < Subscriptions.MOST; receiver++) {
                for (int attempt = 0; attempt < Places.PER_RECEIVER; attempt++) {
                    Subscription to = to(account, receiver);
                    if (places.look().hasPlace(to, false)) {
                        places.begun(to);
                    }
                }
            }
        }
        Places.Free full = places.look();
        assertThat(full.ofAccount(account(0))).isEqualTo(Places.PER_ACCOUNT);
        assertThat(full.ofAccount(account(4))).as("beyond what there is in all").isEqualTo(1);
        assertThat(full.hasPlace(to(4, 1), false)).isFalse();

        assertThat(full.hasPlace(to(5, 0), false)).isTrue();
        full.take(to(5, 0));
        assertThat(full.hasPlace(to(5, 1), false)).isFalse();
    }

    @Test
    void whoFailsAndWhoGathersHasOnePlaceUntilOneGotThrough() {
        Places places = new Places();
        Subscription to = to(0, 0);
        places.begun(to);
        assertThat(places.look().hasPlace(to, true)).isFalse();
        assertThat(places.look().hasPlace(to, false)).isTrue();
        places.begun(to);
        assertThat(places.ended(to, false)).as("until a look says otherwise").isTrue();
        assertThat(places.look().hasPlace(to, false)).isFalse();
        places.looked(false);
        places.begun(to);
        assertThat(places.ended(to, true)).isFalse();
        assertThat(places.look().hasPlace(to, false)).isTrue();
    }

    private static AccountId account(int number) {
        return new AccountId("11112222333" + number);
    }

    private static Subscription to(int account, int receiver) {
        return new Subscription(
                "sub_" + account + "_" + receiver,
                account(account),
                Subscription.Kind.WEBHOOK,
                "https://hooks.example.com/",
                Set.of(),
                Subscription.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH);
    }

    @Test
    void whoFailedIsForgottenWhenManyOthersHaveSince() {
        Places places = new Places();
        Subscription often = to(1, 0);
        for (int i = 0; i < 3 * Places.MOST_FAILING; i++) {
            Subscription to = to(0, i);
            places.begun(to);
            places.ended(to, false);
            // It fails again and again.
            places.begun(often);
            places.ended(often, false);
        }
        assertThat(places.failing()).isEqualTo(Places.MOST_FAILING);
        Places.Free free = places.look();
        free.take(often);
        assertThat(free.hasPlace(often, false)).as("a single one, for it fails").isFalse();
    }
}
