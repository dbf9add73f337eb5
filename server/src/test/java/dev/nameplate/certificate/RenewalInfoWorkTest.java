package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.RenewalSuggestions.Answer;
import dev.nameplate.certificate.SuggestedRenewal.Window;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyUses;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

final class RenewalInfoWorkTest {
    private static final IssuerName LE = new IssuerName("le");
    private static final String USER = "distribution/E1";

    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile Function<X509Certificate, Answer> authority = _ -> new Answer.NotOffered();

    private static Scene scene(Database database, IssuerName issuer) {
        Scene scene = new Scene(database, Quotas.Limits.STANDARD, issuer);
        scene.jobs.add(scene.renewals);
        return scene;
    }

    /// From now on its authority is asked about it.
    private Certificate issued(Scene scene, String... names) {
        scene.lookup.showsEverything = true;
        Certificate requested = scene.request(names);
        scene.jobs.tick();
        scene.use(requested, USER);
        scene.jobs.add(
                new RenewalInfoWork(
                        scene.database,
                        (name, leaf) -> {
                            asked.add(name + " " + X509.serial(leaf));
                            return authority.apply(leaf);
                        },
                        scene.clock,
                        scene.jobs));
        return scene.now(requested);
    }

    private static String serial(Certificate certificate) {
        return state(certificate).serial();
    }

    private static State.Issued state(Certificate certificate) {
        return (State.Issued) certificate.state();
    }

    private static Answer window(Instant start, Instant end, Duration again) {
        return new Answer.Window(
                start, end, Optional.of(URI.create("https://ca.test/why")), Optional.of(again));
    }

    private static Optional<SuggestedRenewal> suggestion(Scene scene, Certificate certificate) {
        return scene.database.read(
                handle -> IssuedLeaves.suggestion(handle, certificate.id(), serial(certificate)));
    }

    @StoreTest
    void aWindowBeforeTheRuleMovesTheRenewalThereAndTheNewOneReplacesTheOld(Database database) {
        Scene scene = scene(database, LE);
        List<Optional<X509Certificate>> replaced = new ArrayList<>();
        scene.issuer.answer =
                order -> {
                    replaced.add(order.replaces());
                    return scene.issuer.sign(order);
                };
        Certificate before = issued(scene, "example.com");
        Instant start = scene.clock.instant().plus(Duration.ofDays(10));
        Instant end = start.plus(Duration.ofDays(2));
        authority = _ -> window(start, end, Duration.ofHours(12));
        scene.jobs.tick();
        assertThat(asked).containsExactly("le " + serial(before));

        SuggestedRenewal said = suggestion(scene, before).orElseThrow();
        assertThat(said.issuer()).isEqualTo(LE);
        assertThat(said.window()).contains(new Window(start, end));
        assertThat(said.explanation()).contains("https://ca.test/why");
        assertThat(said.nextAsk()).contains(scene.clock.instant().plus(Duration.ofHours(12)));
        Instant at = said.renewAt().orElseThrow();
        assertThat(at).isBetween(start, end);

        scene.clock.set(at.minusMillis(1));
        scene.jobs.tick();
        assertThat(serial(scene.now(before))).isEqualTo(serial(before));
        assertThat(scene.now(before).renewal()).isEmpty();
        scene.clock.set(at);
        scene.jobs.wake(RenewalWork.NAME);
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(serial(scene.now(before))).isNotEqualTo(serial(before));
        assertThat(replaced).hasSize(2);
        assertThat(replaced.getFirst()).isEmpty();
        assertThat(replaced.getLast().map(X509::serial)).contains(serial(before));

        // From now on the new one is asked about, and the old one never again.
        asked.clear();
        scene.clock.advance(Duration.ofDays(2));
        scene.jobs.wake(RenewalInfoWork.NAME);
        scene.jobs.tick();
        assertThat(asked).isNotEmpty().allMatch(("le " + serial(scene.now(before)))::equals);
    }

    @StoreTest
    void aWindowThatHasPassedMeansNow(Database database) {
        Scene scene = scene(database, LE);
        Certificate before = issued(scene, "example.com");
        String old = serial(before);
        Instant now = scene.clock.instant();
        authority =
                leaf ->
                        X509.serial(leaf).equals(old)
                                ? window(
                                        now.minus(Duration.ofDays(2)),
                                        now.minus(Duration.ofDays(1)),
                                        Duration.ofHours(6))
                                : new Answer.NotOffered();
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(serial(scene.now(before))).isNotEqualTo(old);
    }

    @StoreTest
    void aWindowAfterTheRuleChangesNothing(Database database) {
        Scene scene = scene(database, LE);
        Certificate before = issued(scene, "example.com");
        Instant rule = RenewalTiming.start(before.id(), state(before));
        authority =
                _ ->
                        window(
                                rule.plus(Duration.ofDays(10)),
                                rule.plus(Duration.ofDays(11)),
                                Duration.ofDays(9));
        scene.jobs.tick();
        assertThat(suggestion(scene, before).orElseThrow().nextAsk())
                .contains(scene.clock.instant().plus(Duration.ofDays(1)));
        scene.clock.set(rule);
        scene.jobs.wake(RenewalWork.NAME);
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(serial(scene.now(before))).isNotEqualTo(serial(before));
    }

    @StoreTest
    void anAuthorityThatFailsOrAnswersNonsenseIsAskedAgainEverLessOftenAndTheRuleStands(
            Database database) {
        Scene scene = scene(database, LE);
        Certificate before = issued(scene, "example.com");
        Instant now = scene.clock.instant();
        authority = _ -> new Answer.Failed("503", Optional.empty());
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            scene.jobs.wake(RenewalInfoWork.NAME);
            scene.jobs.tick();
            Instant next = suggestion(scene, before).orElseThrow().nextAsk().orElseThrow();
            pauses.add(Duration.between(scene.clock.instant(), next));
            scene.clock.set(next);
        }
        assertThat(pauses)
                .startsWith(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(20))
                .endsWith(Duration.ofDays(1));
        authority = _ -> window(now, now, Duration.ofMinutes(7));
        scene.jobs.wake(RenewalInfoWork.NAME);
        scene.jobs.tick();
        SuggestedRenewal said = suggestion(scene, before).orElseThrow();
        assertThat(said.problem().orElseThrow()).contains("has no length");
        assertThat(said.window()).isEmpty();
        assertThat(said.nextAsk()).contains(scene.clock.instant().plus(Duration.ofMinutes(7)));
        assertThat(renewDue(scene, before))
                .isEqualTo(RenewalTiming.start(before.id(), state(before)));
        authority =
                _ -> {
                    throw new IllegalStateException("broken");
                };
        scene.clock.advance(Duration.ofMinutes(7));
        scene.jobs.tick();
        assertThat(suggestion(scene, before).orElseThrow().problem().orElseThrow())
                .contains("broken");
    }

    private static Instant renewDue(Scene scene, Certificate certificate) {
        return scene.database.read(handle ->
                Instant.ofEpochMilli(
                        handle.createQuery("SELECT renew_due FROM certificate WHERE id = :id")
                                .bind("id", certificate.id().toString())
                                .mapTo(Long.class)
                                .one()));
    }

    @StoreTest
    void ourOwnAuthorityIsNotAskedAndOneThatOffersNothingOnlyOnce(Database database) {
        Scene own = scene(database, IssuerName.EMBEDDED);
        Certificate ours = issued(own, "example.com");
        own.clock.advance(Duration.ofDays(1));
        own.jobs.wake(RenewalInfoWork.NAME);
        own.jobs.tick();
        assertThat(asked).isEmpty();
        assertThat(suggestion(own, ours)).isEmpty();

        Scene other = scene(database, LE);
        Certificate theirs = issued(other, "example.org");
        for (int i = 0; i < 3; i++) {
            other.jobs.wake(RenewalInfoWork.NAME);
            other.jobs.tick();
            other.clock.advance(Duration.ofDays(1));
        }
        assertThat(asked).containsExactly("le " + serial(theirs));
        assertThat(
                        other.database.<IssuerName>read(
                                handle -> IssuedLeaves.signer(handle, theirs.id(), serial(theirs))))
                .isEqualTo(LE);
    }

    @StoreTest
    void retryAfterIsHonouredWithinAMinuteAndADay(Database database) {
        Scene scene = scene(database, LE);
        Certificate before = issued(scene, "example.com");
        Instant start = scene.clock.instant().plus(Duration.ofDays(30));
        authority = _ -> window(start, start.plusSeconds(1), Duration.ZERO);
        scene.jobs.tick();
        assertThat(suggestion(scene, before).orElseThrow().nextAsk())
                .contains(scene.clock.instant().plus(Duration.ofMinutes(1)));
        assertThat(RenewalInfoWork.next(Optional.of(Duration.ofDays(400)), start))
                .isEqualTo(start.plus(Duration.ofDays(1)));
        assertThat(RenewalInfoWork.next(Optional.empty(), start))
                .isEqualTo(start.plus(Duration.ofHours(6)));
    }

    @Test
    void momentsAreEvenlySpreadAndEachIsAlwaysTheSame() {
        Instant start = Instant.parse("2026-03-01T00:00:00Z");
        Window window = new Window(start, start.plus(Duration.ofHours(10)));
        int[] hours = new int[10];
        for (int i = 0; i < 10_000; i++) {
            CertificateId id =
                    new CertificateId(
                            UUID.nameUUIDFromBytes(
                                    String.valueOf(i).getBytes(StandardCharsets.US_ASCII)));
            Instant at = window.moment(id);
            assertThat(at).isEqualTo(window.moment(id)).isBetween(start, window.end());
            hours[(int) Duration.between(start, at).toHours()]++;
        }
        for (int each : hours) {
            assertThat(each).isBetween(850, 1150);
        }
    }

    @Test
    void thoseThatLiveForMinutesOrDaysAreRenewedInTheirLastThirdAndLookedAtInTime() {
        CertificateId id =
                new CertificateId(UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"));
        Instant from = Instant.parse("2026-03-01T00:00:00Z");
        for (Duration life :
                List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofDays(6))) {
            Instant end = from.plus(life);
            Instant start = RenewalTiming.start(id, issued(from, end));
            assertThat(start).isBetween(end.minus(life.dividedBy(3)), end.minus(life.dividedBy(4)));
            assertThat(looks(start, end)).isBetween(8, 120);
            assertThat(RenewalTiming.afterOurFault(start, end)).isBefore(end);
            assertThat(RenewalTiming.servingLimit(start, end))
                    .isLessThan(Duration.between(start, end));
        }
        Instant far = from.plus(Duration.ofDays(90));
        assertThat(RenewalTiming.nextLook(from, far)).isEqualTo(from.plus(Duration.ofDays(1)));
        assertThat(RenewalTiming.servingLimit(from, far)).isEqualTo(Duration.ofMinutes(15));
    }

    private static int looks(Instant start, Instant end) {
        int looks = 0;
        for (Instant at = start; at.isBefore(end); at = RenewalTiming.nextLook(at, end)) {
            looks++;
        }
        return looks;
    }

    private static State.Issued issued(Instant from, Instant end) {
        return new State.Issued(from, from, end, "00", "CA", "CN=x", "x", KeyUses.NONE);
    }
}
