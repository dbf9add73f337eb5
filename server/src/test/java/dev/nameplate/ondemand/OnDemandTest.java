package dev.nameplate.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.ondemand.OnDemand.Outcome;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

final class OnDemandTest {
    private static final AccountId HOME = new AccountId(TestFeatures.ACCOUNT);
    private static final DistributionId CATCH_ALL = new DistributionId("E0123456789ABC");

    private final Set<String> permitted = ConcurrentHashMap.newKeySet();
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private final List<OnDemand> open = new ArrayList<>();
    private HttpServer endpoint = serve();

    private static HttpServer serve() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() {
        endpoint.createContext(
                "/may",
                exchange -> {
                    String query = exchange.getRequestURI().getQuery();
                    questions.add(query);
                    boolean yes = permitted.contains(query.substring(query.indexOf('=') + 1));
                    exchange.sendResponseHeaders(yes ? 204 : 403, -1);
                    exchange.close();
                });
        endpoint.start();
    }

    @AfterEach
    void stop() {
        open.forEach(OnDemand::close);
        endpoint.stop(0);
    }

    private OnDemand onDemand(
            TestFeatures features, Database database, boolean known, Duration hold, int perMinute) {
        OnDemand made =
                new OnDemand(
                        database,
                        features.certificates,
                        features.distributions,
                        new OnDemandSettings(
                                Optional.of(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + endpoint.getAddress().getPort()
                                                        + "/may")),
                                known,
                                Optional.of(CATCH_ALL),
                                HOME,
                                NamePolicy.standard(new DomainName(TestFeatures.SUFFIX)),
                                IssuerChoice.EMBEDDED,
                                perMinute,
                                2,
                                hold),
                        features.clock);
        open.add(made);
        return made;
    }

    private OnDemand onDemand(TestFeatures features) {
        return onDemand(features, features.database, false, Duration.ZERO, 60);
    }

    private static Outcome ask(OnDemand onDemand, String name) {
        return onDemand.certificate(name, Optional.empty());
    }

    private static int rows(Database database, String table) {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one());
    }

    @StoreTest
    void withoutAPermissionNothingIsWrittenAndNobodyIsAskedAgainAtOnce(Database database) {
        TestFeatures features = new TestFeatures(database);
        OnDemand onDemand = onDemand(features);
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.Refused());
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.Refused());
        assertThat(questions).containsExactly("domain=shop.example");
        assertThat(rows(database, "certificate")).isZero();
        assertThat(rows(database, "on_demand_name")).isZero();
        permitted.add("shop.example");
        features.clock.advance(Duration.ofSeconds(31));
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.NotYet());
    }

    @StoreTest
    void anEndpointThatDoesNotAnswerLetsNobodyIn(Database database) {
        OnDemand onDemand = onDemand(new TestFeatures(database));
        permitted.add("shop.example");
        endpoint.stop(0);
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.Refused());
        assertThat(rows(database, "certificate")).isZero();
    }

    @StoreTest
    void whatIsNoNameOfAVisitorsIsNotAskedFor(Database database) {
        OnDemand onDemand = onDemand(new TestFeatures(database));
        for (String name :
                List.of(
                        "localhost",
                        "192.0.2.1",
                        "*.shop.example",
                        "x." + TestFeatures.SUFFIX,
                        "co.uk")) {
            permitted.add(name);
            assertThat(ask(onDemand, name)).as(name).isEqualTo(new Outcome.Refused());
        }
        assertThat(questions).isEmpty();
    }

    @StoreTest
    void aNameHasOneCertificateWhicheverNodeIsAsked(TestStore store) {
        TestFeatures features = new TestFeatures(store.database());
        permitted.add("shop.example");
        try (Database other = store.open()) {
            OnDemand here = onDemand(features);
            OnDemand there = onDemand(features, other, false, Duration.ZERO, 60);
            assertThat(ask(here, "shop.example")).isEqualTo(new Outcome.NotYet());
            assertThat(ask(there, "shop.example")).isEqualTo(new Outcome.NotYet());
            assertThat(rows(other, "certificate")).isEqualTo(1);
            features.settleCertificates();
            Outcome ready = ask(there, "shop.example");
            assertThat(ready).isInstanceOf(Outcome.Ready.class);
            assertThat(ask(here, "shop.example")).isEqualTo(ready);
            assertThat(questions).containsExactly("domain=shop.example");
        }
    }

    @StoreTest
    void aHandshakeIsHeldUntilTheCertificateIsThere(Database database) throws Exception {
        TestFeatures features = new TestFeatures(database);
        permitted.add("shop.example");
        OnDemand onDemand = onDemand(features, database, false, Duration.ofSeconds(60), 60);
        CompletableFuture<Outcome> held =
                CompletableFuture.supplyAsync(() -> ask(onDemand, "shop.example"));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (rows(database, "on_demand_name") == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(held).isNotDone();
        features.settleCertificates();
        onDemand.decided();
        assertThat(held.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Ready.class);
    }

    @StoreTest
    void newNamesAreCountedByMinuteInTheStoreAndByAddress(Database database) throws Exception {
        TestFeatures features = new TestFeatures(database);
        OnDemand onDemand = onDemand(features, database, false, Duration.ZERO, 3);
        Optional<InetAddress> one = Optional.of(InetAddress.getByName("192.0.2.1"));
        Optional<InetAddress> other = Optional.of(InetAddress.getByName("192.0.2.2"));
        for (int i = 0; i < 6; i++) {
            permitted.add("n" + i + ".example");
        }
        assertThat(onDemand.certificate("n0.example", one)).isEqualTo(new Outcome.NotYet());
        assertThat(onDemand.certificate("n1.example", one)).isEqualTo(new Outcome.NotYet());
        assertThat(onDemand.certificate("n2.example", one)).isEqualTo(new Outcome.Refused());
        assertThat(questions).hasSize(2);
        assertThat(onDemand.certificate("n3.example", other)).isEqualTo(new Outcome.NotYet());
        assertThat(onDemand.certificate("n4.example", other)).isEqualTo(new Outcome.Refused());
        assertThat(rows(database, "certificate")).isEqualTo(3);
        features.clock.advance(Duration.ofSeconds(61));
        assertThat(onDemand.certificate("n5.example", other)).isEqualTo(new Outcome.NotYet());
    }

    @StoreTest
    void aPermissionThatIsTakenBackLetsTheNameGo(Database database) {
        TestFeatures features = new TestFeatures(database);
        OnDemand onDemand = onDemand(features);
        permitted.add("shop.example");
        ask(onDemand, "shop.example");
        features.settleCertificates();
        if (!(ask(onDemand, "shop.example") instanceof Outcome.Ready(CertificateId id))) {
            throw new AssertionError("the certificate is issued");
        }
        assertThat(database.<Set<String>>read(handle -> features.certificates.usedBy(handle, id)))
                .containsExactly("on-demand/shop.example");
        features.clock.advance(OnDemand.PERMISSION.plusSeconds(1));
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.Ready(id));
        permitted.clear();
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.Ready(id));
        features.clock.advance(OnDemand.PERMISSION.plusSeconds(1));
        assertThat(ask(onDemand, "shop.example")).isEqualTo(new Outcome.Refused());
        assertThat(database.<Set<String>>read(handle -> features.certificates.usedBy(handle, id)))
                .isEmpty();
    }

    @StoreTest
    void aNameThatATenantHoldsNeedsNoOtherPermission(Database database) {
        TestFeatures features = new TestFeatures(database);
        OnDemand onDemand = onDemand(features, database, true, Duration.ZERO, 60);
        database.write(write -> {
            features.distributions.take(
                    write,
                    new Distributions.Holder(CATCH_ALL, Optional.of("dt_1"), HOME),
                    new DomainName("held.example"));
            return true;
        });
        assertThat(ask(onDemand, "held.example")).isEqualTo(new Outcome.NotYet());
        assertThat(questions).isEmpty();
        assertThat(ask(onDemand, "free.example")).isEqualTo(new Outcome.Refused());
    }
}
