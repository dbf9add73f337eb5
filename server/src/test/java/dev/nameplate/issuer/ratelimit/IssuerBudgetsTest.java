package dev.nameplate.issuer.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ratelimit.Demand.Occasion;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

@Tag("slow")
final class IssuerBudgetsTest {
    private static final IssuerName LE = new IssuerName("le");
    private static final IssuerName FREE = new IssuerName("free");
    private static final Duration TURN = Duration.ofDays(7).dividedBy(50);

    private final SettableClock clock = new SettableClock();

    private IssuerBudgets budgets(RateLimits limits) {
        return new IssuerBudgets(Map.of(LE, limits), clock);
    }

    private IssuerBudgets budgets() {
        return budgets(RateLimits.LETS_ENCRYPT);
    }

    private Demand wanted(String... names) {
        return demand(Occasion.NEW, clock.instant().plus(Duration.ofDays(3)), names);
    }

    private static Demand demand(Occasion occasion, Instant neededBy, String... names) {
        return new Demand(
                Arrays.stream(names).map(DomainName::new).collect(Collectors.toSet()),
                occasion,
                neededBy);
    }

    private static Admission admit(
            Database database, IssuerBudgets budgets, String owner, Demand demand) {
        return database.write(write -> budgets.admit(write, LE, owner, demand));
    }

    /// One transaction, because a hundred would take their time.
    private void fill(Database database, IssuerBudgets budgets, int many, String suffix) {
        database.write(write -> {
            for (int i = 0; i < many; i++) {
                granted(budgets.admit(write, LE, "o" + i, wanted("h" + i + suffix)));
            }
            return true;
        });
    }

    private static Admission.NotBefore refused(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.NotBefore.class);
        return (Admission.NotBefore) admission;
    }

    private static void granted(Admission admission) {
        assertThat(admission).isEqualTo(new Admission.Granted());
    }

    @StoreTest
    void theFiftyFirstCertificateOfADomainWaitsAndSaysForWhat(Database database) {
        IssuerBudgets budgets = budgets();
        fill(database, budgets, 50, ".shop.example.co.uk");
        Admission.NotBefore held =
                refused(admit(database, budgets, "late", wanted("late.example.co.uk")));
        assertThat(held.at()).isEqualTo(clock.instant().plus(TURN));
        assertThat(held.message())
                .isEqualTo(
                        "Issuer 'le' allows 50 certificates for a registered domain in 7 d (example.co.uk), and 50 are used;"
                                + " one comes back every 3 h 21 min. Its turn is at 2026-01-15T15:21:36Z. It is ordered then"
                                + " by itself; the operator of this server may choose another issuer meanwhile.");
        granted(admit(database, budgets, "other", wanted("other.co.uk")));
        granted(
                database.write(
                        write -> budgets.admit(write, FREE, "f", wanted("x.example.co.uk"))));
        clock.set(held.at().minusMillis(1));
        refused(admit(database, budgets, "late", wanted("late.example.co.uk")));
        clock.set(held.at());
        granted(admit(database, budgets, "late", wanted("late.example.co.uk")));
    }

    @StoreTest
    void theSameNamesAreCertifiedFiveTimesAndARenewalByAriAsOftenAsIsWanted(Database database) {
        IssuerBudgets budgets = budgets();
        Instant end = clock.instant().plus(Duration.ofDays(30));
        for (int i = 0; i < 5; i++) {
            granted(
                    admit(
                            database,
                            budgets,
                            "o" + i,
                            i == 0
                                    ? wanted("a.example.com", "b.example.com")
                                    : demand(
                                            Occasion.RENEWAL,
                                            end,
                                            "b.example.com",
                                            "a.example.com")));
        }
        Demand sixth = demand(Occasion.RENEWAL, end, "a.example.com", "b.example.com");
        Admission.NotBefore held = refused(admit(database, budgets, "sixth", sixth));
        assertThat(held.message()).contains("certificates for exactly these names");
        assertThat(held.at())
                .isEqualTo(
                        Instant.ofEpochMilli(
                                clock.instant().toEpochMilli()
                                        + Duration.ofDays(7).toMillis() / 5));
        granted(admit(database, budgets, "alone", demand(Occasion.RENEWAL, end, "a.example.com")));
        for (int i = 0; i < 6; i++) {
            granted(
                    admit(
                            database,
                            budgets,
                            "ari" + i,
                            demand(Occasion.ARI_RENEWAL, end, "a.example.com", "b.example.com")));
        }
        Map<RateKind, Integer> used = used(database, budgets, "example.com");
        assertThat(used)
                .containsEntry(RateKind.NEW_ORDERS, 1)
                .containsEntry(RateKind.CERTIFICATES_PER_DOMAIN, 1)
                .containsEntry(RateKind.CERTIFICATES_PER_NAME_SET, 5 + 1);
    }

    private static Map<RateKind, Integer> used(
            Database database, IssuerBudgets budgets, String domain) {
        return database
                .read(handle -> budgets.used(handle, LE, Optional.of(new DomainName(domain)), 100))
                .stream()
                .collect(Collectors.toMap(Budget::kind, Budget::used, Integer::sum, TreeMap::new));
    }

    @StoreTest
    void whatNeverReachedTheAuthorityIsThereAgainAndAnOrderThatFailedCostsOnlyItself(
            Database database) {
        IssuerBudgets budgets = budgets();
        granted(admit(database, budgets, "never", wanted("a.example.com")));
        granted(admit(database, budgets, "never", wanted("a.example.com")));
        assertThat(used(database, budgets, "example.com"))
                .containsEntry(RateKind.NEW_ORDERS, 1)
                .containsEntry(RateKind.CERTIFICATES_PER_DOMAIN, 1);
        withdraw(database, budgets, "never");
        withdraw(database, budgets, "never");
        assertThat(used(database, budgets, "example.com"))
                .containsEntry(RateKind.NEW_ORDERS, 0)
                .doesNotContainKey(RateKind.CERTIFICATES_PER_DOMAIN);

        granted(admit(database, budgets, "failed", wanted("a.example.com")));
        ordered(database, budgets, "failed");
        withdraw(database, budgets, "failed");
        assertThat(used(database, budgets, "example.com"))
                .containsEntry(RateKind.NEW_ORDERS, 1)
                .doesNotContainKey(RateKind.CERTIFICATES_PER_DOMAIN)
                .doesNotContainKey(RateKind.CERTIFICATES_PER_NAME_SET);

        granted(admit(database, budgets, "issued", wanted("a.example.com")));
        ordered(database, budgets, "issued");
        database.write(write -> {
            budgets.issued(write, LE, "issued");
            return true;
        });
        withdraw(database, budgets, "issued");
        assertThat(used(database, budgets, "example.com"))
                .containsEntry(RateKind.NEW_ORDERS, 2)
                .containsEntry(RateKind.CERTIFICATES_PER_DOMAIN, 1)
                .containsEntry(RateKind.CERTIFICATES_PER_NAME_SET, 1);
    }

    private static void ordered(Database database, IssuerBudgets budgets, String owner) {
        database.write(write -> {
            budgets.ordered(write, LE, owner);
            return true;
        });
    }

    private static void withdraw(Database database, IssuerBudgets budgets, String owner) {
        database.write(write -> {
            budgets.withdrawn(write, LE, owner);
            return true;
        });
    }

    /// A thousand that came back together every time would ask half a million times.
    @StoreTest
    void whoWaitsIsInALineAndComesBackOneByOne(Database database) {
        IssuerBudgets budgets = budgets();
        fill(database, budgets, 50, ".example.com");
        int many = 12;
        Map<String, Instant> turns = new TreeMap<>();
        for (int i = 0; i < many; i++) {
            String owner = "w%02d".formatted(i);
            turns.put(
                    owner,
                    refused(admit(database, budgets, owner, wanted(owner + ".example.com"))).at());
        }
        assertThat(List.copyOf(turns.values())).doesNotHaveDuplicates().isSorted();
        assertThat(turns).containsEntry("w11", clock.instant().plus(TURN.multipliedBy(many)));
        int asked = 0;
        for (int i = 0; i < many; i++) {
            String owner = "w%02d".formatted(i);
            clock.set(Objects.requireNonNull(turns.get(owner)));
            granted(admit(database, budgets, owner, wanted(owner + ".example.com")));
            asked++;
        }
        assertThat(asked).isEqualTo(many);
        assertThat(
                        database.<Long>read(handle ->
                                handle.createQuery("SELECT COUNT(*) FROM rate_waiting")
                                        .mapTo(Long.class)
                                        .one()))
                .isZero();
    }

    @StoreTest
    void whoNeedsItSoonerGoesFirstAndATurnNotTakenPasses(Database database) {
        IssuerBudgets budgets =
                budgets(
                        new RateLimits(
                                Map.of(
                                        RateKind.CERTIFICATES_PER_DOMAIN,
                                        new RateLimit(1, Duration.ofHours(1))),
                                Optional.empty(),
                                false,
                                false));
        granted(admit(database, budgets, "first", wanted("a.example.com")));
        Instant start = clock.instant();
        Admission.NotBefore patient =
                refused(admit(database, budgets, "patient", wanted("b.example.com")));
        assertThat(patient.at()).isEqualTo(start.plus(Duration.ofHours(1)));
        Demand urgent = demand(Occasion.RENEWAL, start.plus(Duration.ofHours(5)), "c.example.com");
        assertThat(refused(admit(database, budgets, "urgent", urgent)).at())
                .isEqualTo(start.plus(Duration.ofHours(1)));
        clock.set(patient.at());
        Admission.NotBefore again =
                refused(admit(database, budgets, "patient", wanted("b.example.com")));
        assertThat(again.at()).isEqualTo(start.plus(Duration.ofHours(2)));
        assertThat(again.message()).contains("1 that need it sooner wait before it.");
        // The urgent one is never seen again.
        clock.advance(IssuerBudgets.GRACE.plusMillis(1));
        granted(admit(database, budgets, "patient", wanted("b.example.com")));
    }

    @StoreTest
    void anAuthorityThatSaysNoIsLeftAloneByEveryNodeUntilItsTime(TestStore store) {
        IssuerBudgets budgets = budgets();
        Instant until = clock.instant().plus(Duration.ofMinutes(20));
        store.database()
                .write(write -> {
                    budgets.limited(
                            write,
                            LE,
                            Optional.of(new DomainName("shop.example.com")),
                            Optional.of(until),
                            "too many certificates already issued for \"example.com\".");
                    return true;
                });
        try (Database other = store.open()) {
            IssuerBudgets elsewhere = budgets();
            Admission.NotBefore held =
                    refused(admit(other, elsewhere, "o", wanted("www.example.com")));
            assertThat(held.at()).isEqualTo(until);
            assertThat(held.message())
                    .contains(
                            "asked too often for example.com: too many certificates already issued");
            granted(admit(other, elsewhere, "p", wanted("www.example.org")));
            other.write(write ->
                    elsewhere.limited(write, LE, Optional.empty(), Optional.empty(), "slow down"));
        }
        assertThat(refused(admit(store.database(), budgets, "q", wanted("www.example.net"))).at())
                .isEqualTo(clock.instant().plus(Duration.ofHours(1)));
        List<Pause> pauses = store.database().read(handle -> budgets.pauses(handle, LE));
        assertThat(pauses).hasSize(2);
        clock.set(until);
        assertThat(
                        refused(admit(store.database(), budgets, "o", wanted("www.example.com")))
                                .message())
                .contains("slow down");
        clock.advance(Duration.ofHours(1));
        granted(admit(store.database(), budgets, "o", wanted("www.example.com")));
    }

    @StoreTest
    void anAbsurdPauseIsBounded(Database database) {
        IssuerBudgets budgets = budgets();
        Instant until =
                database.write(write ->
                        budgets.limited(
                                write,
                                LE,
                                Optional.empty(),
                                Optional.of(Instant.parse("9999-01-01T00:00:00Z")),
                                "x".repeat(100_000)));
        assertThat(until).isEqualTo(clock.instant().plus(Duration.ofDays(7)));
        assertThat(
                        refused(admit(database, budgets, "o", wanted("a.example.com")))
                                .message()
                                .length())
                .isLessThan(2000);
    }

    @StoreTest
    void afterFiveFailedValidationsOfANameItIsNotOrderedAgainWithinTheHour(Database database) {
        IssuerBudgets budgets = budgets();
        database.write(write -> {
            for (int i = 0; i < 7; i++) {
                budgets.validationFailed(write, LE, new DomainName("*.bad.example.com"));
            }
            return true;
        });
        Admission.NotBefore held =
                refused(
                        admit(
                                database,
                                budgets,
                                "o",
                                wanted("good.example.com", "bad.example.com")));
        assertThat(held.at()).isEqualTo(clock.instant().plus(Duration.ofMinutes(12)));
        assertThat(held.message())
                .contains("failed validations of a name in 1 h (bad.example.com)");
        granted(admit(database, budgets, "p", wanted("good.example.com")));
        clock.set(held.at());
        granted(admit(database, budgets, "o", wanted("good.example.com", "bad.example.com")));
    }

    @StoreTest
    void accountsAreMadeAtTheirOwnRate(Database database) {
        IssuerBudgets budgets = budgets();
        for (int i = 0; i < 10; i++) {
            granted(database.write(write -> budgets.admitAccount(write, LE)));
        }
        assertThat(refused(database.write(write -> budgets.admitAccount(write, LE))).at())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(18)));
        granted(database.write(write -> budgets.admitAccount(write, FREE)));
    }

    @StoreTest
    void noMoreNamesAreUnderWayThanAllowed(Database database) {
        IssuerBudgets budgets = budgets(new RateLimits(Map.of(), Optional.of(3), false, false));
        granted(admit(database, budgets, "big", wanted("a.example.com", "b.example.com")));
        Demand two = wanted("c.example.com", "d.example.com");
        assertThat(refused(admit(database, budgets, "o", two)).message())
                .contains("allows 3 names to be under way at once, and 2 are");
        database.write(write -> {
            budgets.issued(write, LE, "big");
            return true;
        });
        granted(admit(database, budgets, "o", two));
    }

    /// Two nodes with two threads each ask for the same ten at once.
    @StoreTest
    void nodesThatAskAtOnceGetNoMoreThanThereIs(TestStore store) throws Exception {
        RateLimits ten =
                new RateLimits(
                        Map.of(
                                RateKind.CERTIFICATES_PER_DOMAIN,
                                new RateLimit(10, Duration.ofDays(7))),
                        Optional.empty(),
                        false,
                        false);
        try (Database other = store.open();
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Long>> calls = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Database node = thread % 2 == 0 ? store.database() : other;
                String name = "t" + thread;
                calls.add(() -> {
                    IssuerBudgets budgets = budgets(ten);
                    long granted = 0;
                    for (int i = 0; i < 4; i++) {
                        String owner = name + "-" + i;
                        Admission answer =
                                admit(node, budgets, owner, wanted(owner + ".example.com"));
                        granted += answer instanceof Admission.Granted ? 1 : 0;
                    }
                    return granted;
                });
            }
            long granted = 0;
            for (Future<Long> each : threads.invokeAll(calls)) {
                granted += each.get();
            }
            assertThat(granted).isEqualTo(10);
        }
        store.reopen();
        assertThat(used(store.database(), budgets(ten), "example.com"))
                .containsEntry(RateKind.CERTIFICATES_PER_DOMAIN, 10);
    }

    @StoreTest
    void whatIsFullAgainIsForgotten(Database database) {
        IssuerBudgets budgets = budgets();
        fill(database, budgets, 50, ".example.com");
        refused(admit(database, budgets, "late", wanted("late.example.com")));
        BudgetRetention retention = new BudgetRetention(database);
        retention.advance(0, clock.instant());
        assertThat(rows(database)).isPositive();
        clock.advance(Duration.ofDays(9));
        assertThat(retention.advance(0, clock.instant()))
                .contains(clock.instant().plus(BudgetRetention.EVERY));
        assertThat(rows(database)).isZero();
    }

    private static long rows(Database database) {
        return database.read(handle ->
                List.of("rate_bucket", "rate_reservation", "rate_waiting", "rate_pause").stream()
                        .mapToLong(table ->
                                handle.createQuery("SELECT COUNT(*) FROM " + table)
                                        .mapTo(Long.class)
                                        .one())
                        .sum());
    }

    @StoreTest
    void aForecastSaysWhenEachWouldHaveItsTurnAndTheStoreKeepsTheWord(Database database) {
        IssuerBudgets budgets = budgets();
        fill(database, budgets, 45, ".example.com");
        List<RateForecast.Wish> wishes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            wishes.add(new RateForecast.Wish(wanted("w" + i + ".example.com"), clock.instant()));
        }
        wishes.add(new RateForecast.Wish(wanted("www.example.org"), clock.instant()));
        List<RateForecast.Turn> turns =
                database.read(handle -> budgets.forecast(handle, LE)).turns(wishes);
        assertThat(turns.subList(0, 5))
                .allSatisfy(turn ->
                        assertThat(turn)
                                .isEqualTo(
                                        new RateForecast.Turn(clock.instant(), Optional.empty())));
        assertThat(turns.get(8).at()).isEqualTo(clock.instant());
        for (int i = 5; i < 8; i++) {
            assertThat(turns.get(i).at()).isEqualTo(clock.instant().plus(TURN.multipliedBy(i - 4)));
            assertThat(turns.get(i).heldBy().map(RateForecast.Waits::scope))
                    .contains("example.com");
        }
        for (int i = 0; i < 5; i++) {
            granted(admit(database, budgets, "w" + i, wishes.get(i).demand()));
        }
        for (int i = 5; i < 8; i++) {
            assertThat(refused(admit(database, budgets, "w" + i, wishes.get(i).demand())).at())
                    .isEqualTo(turns.get(i).at());
        }
    }

    @Test
    void aForecastNeverPlacesMoreInAPeriodThanTheBucketGives() {
        RateLimits limits =
                new RateLimits(
                        Map.of(
                                RateKind.NEW_ORDERS,
                                new RateLimit(30, Duration.ofHours(3)),
                                RateKind.CERTIFICATES_PER_DOMAIN,
                                new RateLimit(5, Duration.ofDays(1))),
                        Optional.empty(),
                        false,
                        false);
        List<RateForecast.Wish> wishes = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            wishes.add(
                    new RateForecast.Wish(
                            wanted("h" + i + ".example" + i % 40 + ".com"), clock.instant()));
        }
        List<RateForecast.Turn> turns = RateForecast.fresh(limits, clock.instant()).turns(wishes);
        List<Instant> all = turns.stream().map(RateForecast.Turn::at).sorted().toList();
        for (int i = 30; i < all.size(); i++) {
            // Between any 31 lies at least what one takes to come back.
            assertThat(Duration.between(all.get(i - 30), all.get(i)))
                    .isGreaterThanOrEqualTo(Duration.ofMinutes(6));
        }
        for (int domain = 0; domain < 40; domain++) {
            List<Instant> own = new ArrayList<>();
            for (int i = domain; i < 400; i += 40) {
                own.add(turns.get(i).at());
            }
            own.sort(Instant::compareTo);
            for (int i = 5; i < own.size(); i++) {
                assertThat(Duration.between(own.get(i - 5), own.get(i)))
                        .isGreaterThanOrEqualTo(Duration.ofHours(24).dividedBy(5));
            }
        }
        // 370 over the burst at ten an hour, and no domain needs longer.
        assertThat(all.getLast())
                .isBetween(
                        clock.instant().plus(Duration.ofHours(36)),
                        clock.instant().plus(Duration.ofHours(48)));
    }

    @Test
    void registeredDomainsFollowTheWholePublicSuffixList() {
        assertThat(
                        Set.copyOf(
                                List.of(
                                        new DomainName("*.a.example.co.uk").registeredDomain(),
                                        new DomainName("shop.github.io").registeredDomain(),
                                        new DomainName("www.shop.github.io").registeredDomain(),
                                        new DomainName("co.uk").registeredDomain(),
                                        new DomainName("a.b.host.test").registeredDomain(),
                                        new DomainName("host.test").registeredDomain())))
                .containsExactlyInAnyOrder("example.co.uk", "shop.github.io", "co.uk", "host.test");
    }
}
