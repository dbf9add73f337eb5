package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.dns.Zone;
import dev.nameplate.dns.Zones;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// One issuer over one store, with our own DNS server for the names it proves. Time is real, because authorities' is.
final class AcmeScene implements AutoCloseable {
    static final IssuerName ISSUER = new IssuerName("theirs");
    static final AccountId ACCOUNT = new AccountId("123456789012");
    static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Database database;
    final Vault vault;
    final InstantSource clock;
    final Challenges challenges;
    final List<CertificateId> decided = new CopyOnWriteArrayList<>();
    final AcmeIssuer issuer;
    final AcmeOrderWork work;

    AcmeScene(Database database, Vault vault, AcmeCa ca) {
        this(database, vault, ca, InstantSource.system(), AcmeScene::shown, Pacing.NONE);
    }

    /// On the test's own time, and every record is shown.
    AcmeScene(Database database, Vault vault, FaultCa ca, InstantSource clock, Pacing pacing) {
        this(database, vault, ca(ca.directory(), ca.tls()), clock, AcmeScene::shown, pacing);
    }

    AcmeScene(
            Database database,
            Vault vault,
            AcmeCa ca,
            InstantSource clock,
            TextLookup texts,
            Pacing pacing) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
        this.challenges = new Challenges(clock);
        this.issuer =
                new AcmeIssuer(
                        ca,
                        new AcmeParts(
                                database,
                                vault,
                                KEYS,
                                challenges,
                                texts,
                                pacing,
                                (write, id) -> write.afterCommit(() -> decided.add(id)),
                                OrderWatch.NONE,
                                clock,
                                _ -> {}),
                        Duration.ofSeconds(5));
        this.work = new AcmeOrderWork(database, List.of(issuer), clock);
    }

    /// Of a store whose DNS nobody asks.
    private static boolean shown(String name, String text) {
        return !name.isEmpty() && !text.isEmpty();
    }

    static AcmeCa ca(URI directory, TestCa tls) {
        return new AcmeCa(
                ISSUER,
                directory,
                List.of("ops@example.com"),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(tls.root()));
    }

    static OrderId newId() {
        return OrderId.main(new CertificateId(UUID.randomUUID()));
    }

    static Issuer.Order order(OrderId id, String... names) {
        return order(id, KEYS.generate(KeyAlgorithm.EC_P256), Issuer.Way.DNS, names);
    }

    static Issuer.Order order(OrderId id, KeyPair keys, Issuer.Way way, String... names) {
        return new Issuer.Order(
                id,
                ACCOUNT,
                Stream.of(names)
                        .map(DomainName::new)
                        .map(name -> new Issuer.Name(name, target(name), way))
                        .toList(),
                keys,
                Optional.empty());
    }

    static String target(DomainName name) {
        return "_%08x.proof.nameplate.internal.".formatted(name.base().hashCode());
    }

    Answer issue(Issuer.Order order) {
        return issuer.issue(List.of(order)).getFirst();
    }

    /// What the issuer says of it now.
    Answer now(OrderId id) {
        return Optional.ofNullable(issuer.underWay(List.of(id)).get(id)).orElseThrow();
    }

    /// Works until the order is decided.
    Answer untilDecided(OrderId id) {
        untilDecided(List.of(id));
        return now(id);
    }

    Map<OrderId, Answer> untilDecided(List<OrderId> ids) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            for (int shard = 0; shard < work.shards(); shard++) {
                work.advance(shard, clock.instant());
            }
            Map<OrderId, Answer> answers = issuer.underWay(ids);
            boolean all = answers.values().stream().allMatch(AcmeScene::isDecided);
            if (all && answers.size() == ids.size()) {
                return answers;
            }
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not decided: " + answers);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    /// Works, and lets time pass after each round, until the order is decided or the rounds are over.
    Answer work(OrderId id, SettableClock time, Duration step, int rounds) {
        Answer answer = now(id);
        for (int round = 0; round < rounds && !isDecided(answer); round++) {
            for (int shard = 0; shard < work.shards(); shard++) {
                work.advance(shard, clock.instant());
            }
            answer = now(id);
            if (!isDecided(answer)) {
                time.advance(step);
            }
        }
        return now(id);
    }

    private static boolean isDecided(Answer answer) {
        return answer instanceof Answer.Signed || answer instanceof Answer.Refused;
    }

    Answer.Signed signed(OrderId id) {
        Answer answer = untilDecided(id);
        assertThat(answer).isInstanceOf(Answer.Signed.class);
        return (Answer.Signed) answer;
    }

    Optional<OrderRow> row(OrderId id) {
        return database.read(handle -> OrderRows.find(handle, id));
    }

    /// One step of an order, as far as its row.
    Optional<OrderRow> step(OrderRow row) {
        if (row.progress().state() == Progress.State.NEW) {
            return begin(row);
        }
        issuer.steps().one(row, Optional.of(new LeftOrders(database)));
        return row(row.id());
    }

    Optional<OrderRow> begin(OrderRow row) {
        return database.write(write -> issuer.steps().begin(write, row));
    }

    List<String> shownAt(String target) {
        return database.read(handle -> challenges.texts(handle, target));
    }

    @Override
    public void close() {
        work.close();
        issuer.close();
    }

    /// Our DNS server, authoritative for the names that are proven, whose owners have set the one record.
    static final class Dns implements AutoCloseable {
        private final DnsServer server;
        private final Database database;
        private final Zones zones;
        private final Map<String, Zone> made = new ConcurrentHashMap<>();

        Dns(Database database, InstantSource clock) {
            this.database = database;
            this.zones =
                    new Zones(
                            clock,
                            new Random(7),
                            new DnsSettings(
                                    new DomainName("nameplate.internal"),
                                    List.of(new DomainName("ns1.nameplate.internal")),
                                    List.of(InetAddress.getLoopbackAddress()),
                                    List.of(InetAddress.getLoopbackAddress())));
            Challenges challenges = new Challenges(clock);
            this.server =
                    DnsServer.start(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            database,
                            zones,
                            _ -> false,
                            target -> database.read(handle -> challenges.texts(handle, target)));
        }

        String address() {
            return "127.0.0.1:" + server.address().getPort();
        }

        /// `_acme-challenge.<name>` leads to where we show texts, and the name to our edge.
        void delegate(String name, UnaryOperator<String> otherwise) {
            database.write(write -> {
                Zone zone = zones.create(write, ACCOUNT, new DomainName(name));
                made.put(name, zone);
                return zones.add(
                        write,
                        zone,
                        "_acme-challenge." + name,
                        "CNAME",
                        otherwise.apply(target(new DomainName(name)).replaceAll("\\.$", "")),
                        false);
            });
        }

        void delegate(String name) {
            delegate(name, UnaryOperator.identity());
        }

        /// Another record in a delegated name's zone that leads to where we show its texts.
        void lead(String name, String owner) {
            Zone zone = Objects.requireNonNull(made.get(name));
            String target = target(new DomainName(name)).replaceAll("\\.$", "");
            database.write(write -> zones.add(write, zone, owner, "CNAME", target, false));
        }

        int port() {
            return server.address().getPort();
        }

        boolean shows(String name, String text) {
            return texts(name).contains(text);
        }

        List<String> texts(String name) {
            try {
                SimpleResolver resolver = new SimpleResolver(server.address());
                Record question =
                        Record.newRecord(Name.fromString(name + "."), Type.TXT, DClass.IN);
                List<String> all = new ArrayList<>();
                for (Record record :
                        resolver.send(Message.newQuery(question)).getSection(Section.ANSWER)) {
                    if (record instanceof TXTRecord txt) {
                        all.add(String.join("", txt.getStrings()));
                    }
                }
                return all;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void close() {
            server.close();
        }
    }

    static Vault vault() {
        return TestVault.open();
    }
}
