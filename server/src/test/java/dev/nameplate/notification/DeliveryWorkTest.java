package dev.nameplate.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

final class DeliveryWorkTest {
    @StoreTest
    void anEventOfARolledBackUnitOfWorkIsToldToNobody(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        all.webhook();

        assertThatThrownBy(() ->
                        database.write(write -> {
                            all.outbox.record(
                                    write,
                                    Receivers.event("1", EventType.ISSUED, all.clock.instant()));
                            throw new IllegalStateException("power cut");
                        }))
                .hasMessage("power cut");
        all.jobs.tick();

        assertThat(all.sent).isEmpty();
    }

    @StoreTest
    void whatHappenedOnceIsToldOnceToEachWhoWantsIt(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription everything = all.webhook();
        Subscription failures = all.webhook(EventType.FAILED);
        Event event = Receivers.event("1", EventType.ISSUED, all.clock.instant());

        all.happens(event);
        all.happens(event);
        all.jobs.tick();
        all.jobs.tick();

        assertThat(all.sent).hasSize(1);
        assertThat(all.sent.getFirst().subscription()).isEqualTo(everything.id());
        assertThat(all.sent.getFirst().events().getFirst().id()).isEqualTo(event.id());
        assertThat(all.deliveries(failures)).isEmpty();
        assertThat(all.deliveries(everything))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(Delivery.State.DELIVERED);
                    assertThat(each.attempts()).isEqualTo(1);
                });
    }

    @StoreTest
    void whatNobodyWantsIsNotKept(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        all.webhook(EventType.FAILED);

        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));

        assertThat(
                        database.<Integer>read(handle ->
                                handle.createQuery("SELECT COUNT(*) FROM notification_event")
                                        .mapTo(Integer.class)
                                        .one()))
                .isZero();
    }

    @StoreTest
    void aFailedAttemptIsMadeTenTimesOverThreeDaysThenTheEventIsDead(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        all.behaviour = (_, _, _) -> new Outcome.Failed(Optional.of(503), "answered 503");

        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        all.clock.advance(Duration.ofSeconds(4));
        all.jobs.tick();
        assertThat(all.sent).hasSize(1);

        for (int i = 0; i < 200; i++) {
            all.clock.advance(Duration.ofHours(1));
            all.jobs.tick();
        }

        assertThat(all.sent).hasSize(10);
        assertThat(all.deliveries(to))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(Delivery.State.DEAD);
                    assertThat(each.attempts()).isEqualTo(10);
                    assertThat(each.last().orElseThrow().status()).contains(503);
                    assertThat(each.due()).isEmpty();
                });
    }

    @StoreTest
    void aReceiverMayAskToBeLeftAloneForLonger(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        all.webhook();
        all.behaviour =
                (_, _, _) ->
                        new Outcome.Failed(
                                Optional.of(429), "busy", Optional.of(Duration.ofMinutes(10)));
        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();

        all.clock.advance(Duration.ofMinutes(9));
        all.jobs.tick();
        assertThat(all.sent).hasSize(1);
        all.clock.advance(Duration.ofMinutes(2));
        all.jobs.tick();
        assertThat(all.sent).hasSize(2);
    }

    @StoreTest
    void aReplayedEventKeepsItsId(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        Event event = Receivers.event("1", EventType.ISSUED, all.clock.instant());
        all.happens(event);
        all.jobs.tick();

        all.subscriptions.replay(Receivers.ACCOUNT, to.id(), event.id());
        assertThatThrownBy(() -> all.subscriptions.replay(Receivers.ACCOUNT, to.id(), event.id()))
                .isInstanceOf(Subscriptions.NotNow.class);
        all.jobs.tick();

        assertThat(all.sent).hasSize(2);
        assertThat(all.sent)
                .allSatisfy(
                        each -> assertThat(each.events().getFirst().id()).isEqualTo(event.id()));
    }

    @StoreTest
    void theDeadAreReplayedTogetherAndOnlyThey(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        all.behaviour = (_, _, _) -> new Outcome.Hopeless(Optional.of(550), "refused");
        Event old = Receivers.event("old", EventType.ISSUED, all.clock.instant());
        all.happens(old);
        all.jobs.tick();
        all.clock.advance(Duration.ofHours(1));
        Event late = Receivers.event("late", EventType.ISSUED, all.clock.instant());
        all.happens(late);
        all.jobs.tick();
        all.behaviour = (_, _, _) -> new Outcome.Delivered(Optional.of(200), "taken");
        Event taken = Receivers.event("taken", EventType.ISSUED, all.clock.instant());
        all.happens(taken);
        all.jobs.tick();
        all.sent.clear();
        all.clock.advance(Duration.ofSeconds(1));

        assertThat(all.subscriptions.replayDead(Receivers.ACCOUNT, to.id(), late.at()))
                .isEqualTo(1);
        all.jobs.tick();
        assertThat(all.told(EventType.ISSUED)).extracting(Event::id).containsExactly(late.id());
        assertThat(all.subscriptions.replayDead(Receivers.ACCOUNT, to.id(), Instant.EPOCH))
                .isEqualTo(1);
        all.jobs.tick();
        assertThat(all.told(EventType.ISSUED))
                .extracting(Event::id)
                .containsExactly(late.id(), old.id());
        assertThat(all.deliveries(to))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(Delivery.State.DELIVERED));
    }

    @StoreTest
    void whomTheSettingsNameIsToldUntilTheyNameNobody(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Set<EventType> failures = Set.of(EventType.FAILED);
        for (String address : List.of("a@example.com", "b@example.com", "b@example.com")) {
            all.subscriptions.ofSettings(Receivers.ACCOUNT, Optional.of(address), failures);
        }
        Subscription made = all.subscriptions.list(Receivers.ACCOUNT).getFirst();
        assertThat(made)
                .returns("b@example.com", Subscription::address)
                .returns(Subscription.Kind.EMAIL, Subscription::kind)
                .returns(failures, Subscription::events)
                .returns(true, Subscription::isOfSettings);
        all.happens(Receivers.event("1", EventType.FAILED, all.clock.instant()));
        assertThat(all.deliveries(made)).hasSize(1);
        assertThatThrownBy(() -> all.subscriptions.delete(Receivers.ACCOUNT, made.id()))
                .isInstanceOf(Subscriptions.NotNow.class)
                .hasMessageContaining("notifications.smtp.to");

        all.subscriptions.ofSettings(Receivers.ACCOUNT, Optional.empty(), Set.of());
        all.subscriptions.ofSettings(Receivers.ACCOUNT, Optional.empty(), Set.of());
        assertThat(all.subscriptions.list(Receivers.ACCOUNT)).isEmpty();
    }

    @StoreTest
    void whomTheSettingsNameIsOfTheirAccountAlone(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        AccountId before = new AccountId("210987654321");
        Optional<String> address = Optional.of("a@example.com");
        all.subscriptions.ofSettings(before, address, Set.of());
        all.happens(Receivers.event(before, "1", EventType.FAILED, all.clock.instant()));

        all.subscriptions.ofSettings(Receivers.ACCOUNT, address, Set.of());
        assertThat(all.subscriptions.list(before)).isEmpty();
        assertThat(all.subscriptions.list(Receivers.ACCOUNT))
                .singleElement()
                .satisfies(made ->
                        assertThat(all.deliveries(made))
                                .as("what waited is about the other account's domains")
                                .isEmpty());

        all.subscriptions.ofSettings(before, Optional.empty(), Set.of());
        assertThat(all.subscriptions.list(Receivers.ACCOUNT)).isEmpty();
    }

    @StoreTest
    void aReceiverThatIsGoneIsDisabledAndCanBeEnabledAgain(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        all.behaviour = (_, _, _) -> new Outcome.Gone(Optional.of(410), "answered 410 Gone");
        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();

        assertThat(all.subscriptions.find(Receivers.ACCOUNT, to.id()).orElseThrow())
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(Subscription.State.DISABLED);
                    assertThat(each.stateReason()).contains("answered 410 Gone");
                });
        all.happens(Receivers.event("2", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        assertThat(all.sent).hasSize(1);
        assertThatThrownBy(() -> all.subscriptions.test(Receivers.ACCOUNT, to.id()))
                .isInstanceOf(Subscriptions.NotNow.class);

        all.subscriptions.change(
                Receivers.ACCOUNT,
                to.id(),
                new Subscriptions.Change(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Subscription.State.ACTIVE)));
        all.happens(Receivers.event("3", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        assertThat(all.sent).hasSize(2);
    }

    @StoreTest
    void bothSecretsSignForADayAfterARotation(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscriptions.Created made =
                all.subscriptions.create(
                        Receivers.ACCOUNT,
                        Subscription.Kind.WEBHOOK,
                        "https://hooks.example.com/",
                        Set.of());
        Secret fresh =
                all.subscriptions
                        .rotate(Receivers.ACCOUNT, made.subscription().id())
                        .secret()
                        .orElseThrow();

        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        all.clock.advance(Duration.ofHours(25));
        all.happens(Receivers.event("2", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();

        assertThat(all.sent.getFirst().secrets())
                .containsExactly(fresh, made.secret().orElseThrow());
        assertThat(all.sent.getLast().secrets()).containsExactly(fresh);
    }

    @StoreTest
    void ofTwoRotationsAtOnceNoSecretIsLost(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        List<Secret> between = new ArrayList<>();
        InstantSource clock =
                () -> {
                    // While the slower one is on its way.
                    if (between.isEmpty()) {
                        between.addAll(
                                all
                                        .subscriptions
                                        .rotate(Receivers.ACCOUNT, to.id())
                                        .secret()
                                        .stream()
                                        .toList());
                    }
                    return all.clock.instant();
                };
        Subscriptions slower =
                new Subscriptions(
                        database, all.vault, all.outbox, clock, new SecureRandom(), _ -> {});

        Secret last = slower.rotate(Receivers.ACCOUNT, to.id()).secret().orElseThrow();
        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();

        assertThat(all.sent.getFirst().secrets()).containsExactly(last, between.getFirst());
    }

    @StoreTest
    void anAttemptThatThisProcessTookToItsGraveIsMadeAgain(Database database) {
        Queue<Runnable> neverRun = new ArrayDeque<>();
        Receivers all = new Receivers(database, neverRun::add);
        Subscription to = all.webhook();
        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        assertThat(neverRun).hasSize(1);

        all.clock.advance(Duration.ofMinutes(2));
        all.jobs.tick();

        assertThat(all.deliveries(to).getFirst().attempts()).isEqualTo(2);
    }

    @StoreTest
    void aSlowReceiverHoldsUpNobodyElse(Database database) throws InterruptedException {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch slowBegun = new CountDownLatch(4);
        CountDownLatch quick = new CountDownLatch(20);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Receivers all = new Receivers(database, threads);
            Subscription first = all.webhook(EventType.FAILED);
            all.webhook(EventType.ISSUED);
            all.behaviour =
                    (to, _, _) -> {
                        if (to.id().equals(first.id())) {
                            slowBegun.countDown();
                            waitFor(slow);
                        } else {
                            quick.countDown();
                        }
                        return new Outcome.Delivered(Optional.empty(), "taken");
                    };
            for (int i = 0; i < 20; i++) {
                all.happens(
                        Receivers.event("f" + i, EventType.FAILED, all.clock.instant()),
                        Receivers.event("i" + i, EventType.ISSUED, all.clock.instant()));
            }
            try {
                for (int i = 0; i < 3000 && !quick.await(10, TimeUnit.MILLISECONDS); i++) {
                    all.work.advance(0, all.clock.instant());
                }
                assertThat(quick.getCount()).as("events the quick one waits for").isZero();
                assertThat(slowBegun.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(all.sent.stream().filter(each -> each.subscription().equals(first.id())))
                        .as("attempts under way at the slow one")
                        .hasSize(4);
            } finally {
                slow.countDown();
            }
        }
    }

    @StoreTest
    void oldEventsAreForgottenWhateverBecameOfThem(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        all.happens(Receivers.event("1", EventType.ISSUED, all.clock.instant()));
        all.jobs.tick();
        EventRetention retention = new EventRetention(database, Duration.ofDays(7));

        retention.advance(0, all.clock.instant().plus(Duration.ofDays(6)));
        assertThat(all.deliveries(to)).hasSize(1);
        retention.advance(0, all.clock.instant().plus(Duration.ofDays(8)));
        assertThat(all.deliveries(to)).isEmpty();
    }

    @StoreTest
    void theDeadAreListedApartAndPageByPage(Database database) {
        Receivers all = new Receivers(database, Runnable::run);
        Subscription to = all.webhook();
        all.behaviour = (_, _, _) -> new Outcome.Hopeless(Optional.of(550), "no such mailbox");
        for (int i = 0; i < 5; i++) {
            all.happens(Receivers.event("d" + i, EventType.FAILED, all.clock.instant()));
            all.clock.advance(Duration.ofSeconds(1));
        }
        all.jobs.tick();
        all.behaviour = (_, _, _) -> new Outcome.Delivered(Optional.of(200), "taken");
        all.happens(Receivers.event("ok", EventType.FAILED, all.clock.instant()));
        all.jobs.tick();

        List<Delivery> first =
                all.subscriptions.deliveries(
                        Receivers.ACCOUNT,
                        to.id(),
                        Optional.of(Delivery.State.DEAD),
                        Optional.empty(),
                        3);
        Event last = first.getLast().event();
        List<Delivery> rest =
                all.subscriptions.deliveries(
                        Receivers.ACCOUNT,
                        to.id(),
                        Optional.of(Delivery.State.DEAD),
                        Optional.of(new Subscriptions.Place(last.at(), last.id())),
                        3);

        assertThat(first).hasSize(3);
        assertThat(rest).hasSize(2);
        assertThat(first).doesNotContainAnyElementsOf(rest);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
