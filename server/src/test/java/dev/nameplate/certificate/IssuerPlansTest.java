package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Reissues.Estimate;
import dev.nameplate.certificate.Reissues.Scope;
import dev.nameplate.certificate.RenewalCalendar.Plan;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.Tag;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// What drills and the calendar say where an issuer has rate limits.
@Tag("slow")
final class IssuerPlansTest {
    private static final IssuerName LE = new IssuerName("le");

    private static Scene scene(Database database) {
        Scene scene = new Scene(database, Quotas.Limits.STANDARD, LE);
        scene.jobs.add(scene.renewals);
        scene.lookup.showsEverything = true;
        return scene;
    }

    private static void issued(Scene scene, int many) {
        List<Certificate> asked = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            asked.add(scene.request("h" + i + ".example.com"));
        }
        scene.jobs.tick();
        asked.forEach(each -> scene.use(each, "distribution/" + each.id()));
    }

    private static IssuerBudgets budgets(Scene scene, RateLimits limits) {
        return new IssuerBudgets(Map.of(LE, limits), scene.clock);
    }

    private static Estimate estimate(Scene scene, RateLimits limits, Scope scope) {
        Reissues reissues =
                new Reissues(scene.clock, new Random(1), scene.jobs, 100, budgets(scene, limits));
        return scene.database.read(handle -> reissues.estimate(handle, Scene.ALICE, scope));
    }

    @StoreTest
    void aDrillSaysHowLongTheIssuersLimitsMakeItAndWhichBinds(Database database) {
        Scene scene = scene(database);
        issued(scene, 30);
        assertThat(estimate(scene, RateLimits.NONE, Scope.EVERYTHING))
                .isEqualTo(
                        new Estimate(
                                30,
                                100,
                                Optional.empty(),
                                Duration.ofMillis(300),
                                Optional.empty()));
        // Ten at once, then one every six minutes.
        Estimate orders =
                estimate(
                        scene,
                        RateLimits.NONE.with(Map.of("newOrders", "10/1h")),
                        Scope.EVERYTHING);
        assertThat(orders.takes()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
        assertThat(orders.heldBy())
                .contains("issuer 'le' allows 10 new orders of our account in 1 h");
        Estimate domain =
                estimate(
                        scene,
                        RateLimits.NONE.with(
                                Map.of(
                                        "newOrders", "10/1h",
                                        "certificatesPerDomain", "5/5d")),
                        Scope.EVERYTHING);
        assertThat(domain.takes()).isBetween(Duration.ofDays(24), Duration.ofDays(26));
        assertThat(domain.heldBy())
                .contains(
                        "issuer 'le' allows 5 certificates for a registered domain in 5 d (example.com)");
        // Renewals cost nothing of either there.
        assertThat(estimate(scene, RateLimits.LETS_ENCRYPT, Scope.EVERYTHING).takes())
                .isEqualTo(Duration.ofMillis(300));
    }

    @StoreTest
    void aScopeCanBeAnIssuerByTheNameInTheSettings(Database database) {
        Scene scene = scene(database);
        issued(scene, 3);
        assertThat(estimate(scene, RateLimits.NONE, signedBy(LE)).certificates()).isEqualTo(3);
        assertThat(estimate(scene, RateLimits.NONE, signedBy(IssuerName.EMBEDDED)).certificates())
                .isZero();
        assertThat(
                        estimate(scene, RateLimits.NONE, signedBy(new IssuerName("other")))
                                .certificates())
                .isZero();
        scene.jobs.add(new ReissueWork(database, scene.jobs));
        Reissues reissues =
                new Reissues(
                        scene.clock, new Random(1), scene.jobs, 100, IssuanceForecast.UNLIMITED);
        Reissues.Run run =
                database.write(write -> reissues.start(write, Scene.ALICE, signedBy(LE)));
        assertThat(run.total()).isEqualTo(3);
        scene.jobs.tick();
        assertThat(database.<List<Reissues.Run>>read(handle -> reissues.runs(handle, Scene.ALICE)))
                .singleElement()
                .extracting(Reissues.Run::waiting)
                .isEqualTo(0L);
        assertThat(
                        database.<Optional<Reissues.Run>>read(
                                handle -> reissues.unfinished(handle, Scene.ALICE, signedBy(LE))))
                .isPresent();
    }

    private static Scope signedBy(IssuerName issuer) {
        return new Scope(
                Optional.empty(),
                Optional.empty(),
                Optional.of(issuer),
                Optional.empty(),
                Optional.empty());
    }

    @StoreTest
    void theCalendarLaysRenewalsUnderTheLimitsOfTheirIssuer(Database database) {
        Scene scene = scene(database);
        issued(scene, 40);
        Plan free = plan(scene, RateLimits.NONE);
        assertThat(sum(free)).isEqualTo(40);
        assertThat(free.held()).isZero();
        assertThat(free.renewals().stream().mapToLong(each -> each).max().orElseThrow())
                .isGreaterThan(1);

        // One a day for the domain, however many fall due in the same week.
        Plan slow = plan(scene, RateLimits.NONE.with(Map.of("certificatesPerDomain", "1/1d")));
        assertThat(slow.renewals()).allMatch(each -> each <= 2);
        for (int day = 1; day < slow.renewals().size(); day++) {
            assertThat(slow.renewals().get(day) + slow.renewals().get(day - 1))
                    .isLessThanOrEqualTo(3);
        }
        assertThat(slow.held()).isGreaterThan(20);
        assertThat(slow.heldBy().orElseThrow()).contains("(example.com)");
        // Thirty days are left when the first falls due.
        assertThat(slow.late()).isBetween(1L, 20L);
        assertThat(
                        database.<RenewalCalendar>read(handle ->
                                        RenewalCalendar.read(
                                                handle,
                                                Scene.BOB,
                                                scene.clock.instant(),
                                                Duration.ofDays(1),
                                                90,
                                                budgets(scene, RateLimits.NONE)))
                                .issuers())
                .isEmpty();
    }

    private static long sum(Plan plan) {
        return plan.renewals().stream().mapToLong(each -> each).sum();
    }

    private static Plan plan(Scene scene, RateLimits limits) {
        RenewalCalendar calendar =
                scene.database.read(handle ->
                        RenewalCalendar.read(
                                handle,
                                Scene.ALICE,
                                scene.clock.instant(),
                                Duration.ofDays(1),
                                120,
                                budgets(scene, limits)));
        assertThat(calendar.issuers()).hasSize(1);
        Plan plan = calendar.issuers().getFirst();
        assertThat(plan.issuer()).isEqualTo(LE);
        return plan;
    }

    @StoreTest
    void renewalsThatWouldComeTooThickBeginSoonerSoThatNoneIsLate(Database database) {
        Scene scene = scene(database);
        issued(scene, 34);
        RateLimits slow = RateLimits.NONE.with(Map.of("certificatesPerDomain", "1/1d"));
        assertThat(plan(scene, slow).late()).isPositive();
        RenewalSpreadWork work = new RenewalSpreadWork(database, budgets(scene, slow));
        assertThat(work.advance(0, scene.clock.instant()))
                .contains(scene.clock.instant().plus(RenewalSpreadWork.EVERY));
        // None before half its life is over, which is on day 44; from there one a day.
        Instant half = scene.clock.instant().plus(Duration.ofHours(44 * 24 + 12));
        for (int day = 0; day < 20; day++) {
            scene.clock.advance(Duration.ofDays(2));
            var _ = work.advance(0, scene.clock.instant());
        }
        List<Long> spread = dues(scene);
        assertThat(plan(scene, slow).late()).isZero();
        assertThat(spread.getFirst()).isEqualTo(half.toEpochMilli());
        List<Long> after = spread.stream().filter(each -> each > half.toEpochMilli()).toList();
        assertThat(after).hasSizeGreaterThan(15);
        for (int i = 1; i < after.size(); i++) {
            assertThat(after.get(i) - after.get(i - 1))
                    .isGreaterThanOrEqualTo(Duration.ofDays(1).toMillis());
        }
        var _ = work.advance(0, scene.clock.instant());
        assertThat(dues(scene)).isEqualTo(spread);

        // They begin when they were moved to, which is before the rule.
        scene.clock.set(Instant.ofEpochMilli(spread.getFirst()));
        scene.jobs.wake(RenewalWork.NAME);
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(
                        database.<Long>read(handle ->
                                handle.createQuery(
                                                "SELECT COUNT(*) FROM certificate_renewal WHERE status = 'SUCCESS'")
                                        .mapTo(Long.class)
                                        .one()))
                .isEqualTo(spread.size() - after.size());
    }

    private static List<Long> dues(Scene scene) {
        return scene.database.read(handle ->
                handle.createQuery("SELECT renew_due FROM certificate ORDER BY renew_due")
                        .mapTo(Long.class)
                        .list());
    }
}
