package dev.nameplate.api.acme;

import dev.nameplate.api.ApiServer;
import dev.nameplate.api.Door;
import dev.nameplate.audit.Audit;
import dev.nameplate.audit.Finding;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.ChallengeLookup;
import dev.nameplate.enrolment.Accounts;
import dev.nameplate.enrolment.CertificateAuthority;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.enrolment.EnrolmentRetention;
import dev.nameplate.enrolment.Nonces;
import dev.nameplate.enrolment.Orders;
import dev.nameplate.enrolment.SigningWork;
import dev.nameplate.enrolment.ValidationWork;
import dev.nameplate.enrolment.validation.Challenges;
import dev.nameplate.enrolment.validation.ValidationSettings;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.job.DueWork;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainSuffix;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.exception.AcmeException;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The ACME server on a port, over a store and an authority that are real; the DNS is a map, and durable work is done when a
/// test says so.
final class AcmeRig implements AutoCloseable {
    static final AccountId TENANT = new AccountId("123456789012");

    final SettableClock clock = new SettableClock();

    /// A name, a space and the text.
    final Set<String> texts = ConcurrentHashMap.newKeySet();

    /// What a customer has hosted or proven here.
    final Set<String> proven = ConcurrentHashMap.newKeySet();

    /// Names that CAA forbids; a value says whether it cannot be read rather.
    final Map<DomainName, Boolean> caa = new HashMap<>();

    final Credentials credentials;
    final EnrolledCertificates certificates;
    final Vault vault;
    final Database database;

    private final ApiServer server;
    private final List<DueWork> works;
    private final Accounts accounts;

    /// Ports where challenges are looked at.
    record Ports(int http, int tls) {}

    AcmeRig(Database database) {
        this(database, TestVault.open(), new Ports(1, 1), true);
    }

    AcmeRig(Database database, Vault vault, Ports ports, boolean bindingRequired) {
        this.database = database;
        this.vault = vault;
        SecureRandom random = new SecureRandom();
        EmbeddedCa ca =
                EmbeddedCa.open(
                        database,
                        vault,
                        KeyPairs.fastest(random),
                        random,
                        clock,
                        CaSettings.defaults("nameplate.internal"),
                        _ -> {});
        CertificateAuthority authority = new Authority(ca, new Revocations(_ -> {}));
        credentials = new Credentials(database, vault, random, clock);
        accounts = new Accounts(database, TENANT, random, clock);
        Orders orders =
                new Orders(
                        database,
                        NamePolicy.standard(new DomainName("nameplate.internal")),
                        (_, _, name) -> proven.contains(name.ascii()),
                        authority,
                        random,
                        clock,
                        _ -> {});
        certificates = new EnrolledCertificates(database, authority, clock);
        AcmeServer acme =
                new AcmeServer(
                        new AcmeSettings(
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                List.of("nameplate.internal"),
                                bindingRequired),
                        new Nonces(database, vault, random, clock),
                        credentials,
                        accounts,
                        orders,
                        certificates);
        works =
                List.of(
                        new ValidationWork(
                                database,
                                new Challenges(
                                        new Dns(),
                                        new ValidationSettings(
                                                ports.http(),
                                                ports.tls(),
                                                InetAddress::isLoopbackAddress,
                                                Duration.ofSeconds(5))),
                                clock,
                                new CallersThread()),
                        new SigningWork(database, authority),
                        new EnrolmentRetention(database));
        server =
                ApiServer.start(
                        InetAddress.getLoopbackAddress(),
                        0,
                        Optional.empty(),
                        List.of(new Door("acme", _ -> true, AcmeServer.MAX_BODY, acme::handle)),
                        Duration.ZERO);
    }

    /// All names are here, and all TXT records in a map.
    private final class Dns implements ChallengeLookup {
        @Override
        public Seen text(String name, String text) {
            return texts.contains(name + " " + text)
                    ? new Seen.There()
                    : new Seen.Absent("the map has no such text");
        }

        @Override
        public List<InetAddress> addresses(String host) {
            return switch (host) {
                case "elsewhere.example.com" -> List.of(InetAddress.ofLiteral("10.0.0.1"));
                case "nowhere.example.com" -> List.of();
                default -> List.of(InetAddress.getLoopbackAddress());
            };
        }
    }

    private final class Authority implements CertificateAuthority {
        private final EmbeddedCa ca;
        private final Revocations revocations;

        Authority(EmbeddedCa ca, Revocations revocations) {
            this.ca = ca;
            this.revocations = revocations;
        }

        @Override
        public Answer sign(CertificateId id, List<DomainName> names, PublicKey key) {
            return switch (ca.enrol(id, names, key)) {
                case EmbeddedCa.Enrolled.Signed(var chain) -> new Answer.Signed(chain);
                case EmbeddedCa.Enrolled.Refused(var message) -> new Answer.Refused(message);
                case EmbeddedCa.Enrolled.Unavailable(var message) ->
                        new Answer.Unavailable(message);
            };
        }

        @Override
        public Map<DomainName, Caa> caa(List<DomainName> names) {
            Map<DomainName, Caa> hindered = new HashMap<>();
            for (DomainName name : names) {
                Optional.ofNullable(caa.get(name))
                        .ifPresent(unreadable ->
                                hindered.put(
                                        name,
                                        unreadable
                                                ? new Caa.Unknown("nobody answers")
                                                : new Caa.Forbidden("another authority only")));
            }
            return hindered;
        }

        @Override
        public void revoke(Write write, String serial, RevocationReason reason, Instant at) {
            revocations.revoke(write, serial, reason, at);
        }

        @Override
        public Optional<Revoked> revoked(Handle handle, String serial) {
            return Revocations.status(handle, serial)
                    .flatMap(Revocations.Status::revoked)
                    .map(found -> new Revoked(found.reason(), found.at()));
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    Session session() {
        return new Session(url(Urls.DIRECTORY));
    }

    Credentials.Created credential(String... names) {
        return credentials.create(TENANT, wanted(10, 300, names));
    }

    static Credentials.Wanted wanted(int accounts, int orders, String... names) {
        return new Credentials.Wanted(
                "test",
                List.of(names).stream().map(DomainSuffix::new).toList(),
                true,
                true,
                accounts,
                orders,
                Optional.empty());
    }

    /// A new account under a credential for `example.com`.
    Login login() throws AcmeException {
        return login(credential("example.com"), newKeys());
    }

    Login login(Credentials.Created credential, KeyPair keys) throws AcmeException {
        return new AccountBuilder()
                .useKeyPair(keys)
                .withKeyIdentifier(credential.credential().id(), credential.key())
                .agreeToTermsOfService()
                .createLogin(session());
    }

    /// Does all that is due now.
    void settle() {
        for (DueWork work : works) {
            for (int shard = 0; shard < work.shards(); shard++) {
                var _ = work.advance(shard, clock.instant());
            }
        }
    }

    /// Answers all authorizations by DNS, and has them looked at.
    void prove(Order order) throws AcmeException {
        for (Authorization authorization : order.getAuthorizations()) {
            if (authorization.getStatus() == Status.PENDING) {
                Dns01Challenge challenge =
                        authorization.findChallenge(Dns01Challenge.class).orElseThrow();
                texts.add(
                        "_acme-challenge."
                                + authorization.getIdentifier().getDomain()
                                + " "
                                + challenge.getDigest());
                challenge.trigger();
            }
        }
        settle();
        order.fetch();
    }

    Certificate issue(Login login, KeyPair keys, String... names) throws AcmeException {
        Order order = login.newOrder().domains(names).create();
        prove(order);
        return finish(order, keys);
    }

    Certificate finish(Order order, KeyPair keys) throws AcmeException {
        order.execute(keys);
        settle();
        order.fetch();
        Certificate certificate = order.getCertificate();
        certificate.download();
        return certificate;
    }

    long rows(String table) {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Long.class).one());
    }

    List<Finding> audit() {
        return new Audit(database, vault, new SecureRandom(), List.of()).run().findings();
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    /// Does at once what it is given.
    private static final class CallersThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
