package dev.nameplate.certificate;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.Zone;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.net.InetAddress;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The feature on one store, with a hand-moved clock and DNS.
final class Scene {
    static final AccountId ALICE = new AccountId("111122223333");
    static final AccountId BOB = new AccountId("444455556666");

    /// A round ends with all that it began, however busy the machine is: keys are made in real time.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    final SettableClock clock;
    final ManualJobs jobs;
    final Zones zones;
    final ChangeFeed feed = new ChangeFeed();
    final Vault vault;
    final FakeLookup lookup = new FakeLookup();

    /// The first choice.
    final StandInIssuer issuer;

    private final List<StandInIssuer> issuers;

    /// Asked for spares.
    private final List<StandInIssuer> others;

    final Database database;
    final Certificates certificates;
    final IssuanceWork work;
    final RenewalWork renewals;
    final FakeServing serving = new FakeServing();

    Scene(Database database) {
        this(database, Quotas.Limits.STANDARD);
    }

    Scene(Database database, Quotas.Limits quotas) {
        this(database, quotas, IssuerName.EMBEDDED);
    }

    /// @param issuer what the one issuer is called
    Scene(Database database, Quotas.Limits quotas, IssuerName issuer) {
        this(database, quotas, new SettableClock(), TestVault.open(), issuer);
    }

    private Scene(
            Database database,
            Quotas.Limits quotas,
            SettableClock clock,
            Vault vault,
            IssuerName issuer) {
        this(database, quotas, clock, vault, List.of(new StandInIssuer(clock, issuer)), List.of());
    }

    /// Asks these issuers, the first choice first. Clock and vault are the caller's, so that a second scene on the same store
    /// goes on where the first was killed.
    Scene(Database database, SettableClock clock, Vault vault, List<StandInIssuer> issuers) {
        this(database, Quotas.Limits.STANDARD, clock, vault, issuers, List.of());
    }

    /// The same, with spares of other issuers.
    Scene(
            Database database,
            SettableClock clock,
            Vault vault,
            List<StandInIssuer> issuers,
            List<StandInIssuer> others) {
        this(database, Quotas.Limits.STANDARD, clock, vault, issuers, others);
    }

    private Scene(
            Database database,
            Quotas.Limits quotas,
            SettableClock clock,
            Vault vault,
            List<StandInIssuer> issuers,
            List<StandInIssuer> others) {
        this.database = database;
        this.clock = clock;
        this.vault = vault;
        this.issuers = List.copyOf(issuers);
        this.others = List.copyOf(others);
        this.issuer = issuers.getFirst();
        this.jobs = new ManualJobs(clock);
        this.zones =
                new Zones(
                        clock,
                        new Random(1),
                        DnsSettings.under(
                                new DomainName(CertificateSettings.DEFAULT_SUFFIX),
                                InetAddress.getLoopbackAddress()));
        this.certificates =
                new Certificates(
                        zones,
                        feed,
                        vault,
                        clock,
                        new SecureRandom(),
                        jobs,
                        (_, serial, _, _) -> revoked.add(serial),
                        (write, id) -> write.afterCommit(() -> cancelled.add(id)),
                        new CertificateSettings(
                                CertificateSettings.DEFAULT_SUFFIX,
                                CertificateSettings.DEFAULT_VALIDATION_TIME,
                                NamePolicy.standard(
                                        new DomainName(CertificateSettings.DEFAULT_SUFFIX)),
                                quotas,
                                rules()));
        this.work = workOn(database);
        jobs.add(work);
        this.renewals = renewalsOn(database);
    }

    private IssuerRules rules() {
        Map<IssuerName, Issuer.ProofForm> forms = new LinkedHashMap<>();
        Map<IssuerName, KeyAlgorithm> keys = new HashMap<>();
        everybody().forEach(each -> forms.put(each.name(), each.proofForm()));
        everybody().forEach(each -> each.keyType.ifPresent(key -> keys.put(each.name(), key)));
        return new IssuerRules(
                forms, choice(), Map.of(), others.stream().map(StandInIssuer::name).toList(), keys);
    }

    private List<StandInIssuer> everybody() {
        return Stream.concat(issuers.stream(), others.stream()).distinct().toList();
    }

    private IssuerChoice choice() {
        return new IssuerChoice(issuers.stream().map(StandInIssuer::name).toList(), 0);
    }

    /// Serials the issuer was told of.
    final List<String> revoked = new CopyOnWriteArrayList<>();

    /// What our own authority's records tell.
    final List<Signatures.Signature> signatures = new CopyOnWriteArrayList<>();

    List<Signatures.Signature> standing(
            Handle handle, Collection<CertificateId> certificates, Instant now) {
        return signatures.stream()
                .filter(each -> certificates.contains(each.certificate()))
                .filter(each -> !revoked.contains(each.serial()))
                .toList();
    }

    List<EarlierLeaves.Leaf> earlier() {
        return database.read(handle ->
                new EarlierLeaves(certificates, this::standing)
                        .page(handle, ALICE, clock.instant(), "", 100)
                        .leaves());
    }

    /// Orders nobody waits for any more.
    final List<OrderId> cancelled = new CopyOnWriteArrayList<>();

    /// Certificates the work said are decided.
    final List<Certificate> decided = new CopyOnWriteArrayList<>();

    IssuanceWork workOn(Database other) {
        return workOn(other, Issuers.of(everybody().toArray(Issuer[]::new)));
    }

    IssuanceWork workOn(Database other, Issuer another) {
        return workOn(other, Issuers.of(another));
    }

    IssuanceWork workOn(Database other, Duration patience) {
        return workOn(other, Issuers.of(everybody().toArray(Issuer[]::new)), patience);
    }

    private IssuanceWork workOn(Database other, Issuers asked) {
        return workOn(other, asked, PATIENCE);
    }

    private IssuanceWork workOn(Database other, Issuers asked, Duration patience) {
        return new IssuanceWork(
                other,
                zones,
                feed,
                vault,
                lookup,
                asked,
                TestCa.KEYS,
                clock,
                jobs,
                decided::addAll,
                patience);
    }

    RenewalWork renewalsOn(Database other) {
        return new RenewalWork(
                other,
                certificates,
                feed,
                vault,
                lookup,
                Issuers.of(everybody().toArray(Issuer[]::new)),
                TestCa.KEYS,
                serving,
                clock);
    }

    SpareWork sparesOn(Database other) {
        return new SpareWork(
                other,
                certificates,
                vault,
                lookup,
                Issuers.of(everybody().toArray(Issuer[]::new)),
                TestCa.KEYS,
                SpareWork.STATUS_EVERY,
                clock);
    }

    /// From a CA that nobody here knows, valid for another 90 days.
    Certificate imported(String... names) {
        Certificates.Examined examined =
                certificates.imports(database).examine(ALICE, foreign(names));
        return database.write(
                write -> certificates.store(write, ALICE, Region.US_EAST_1, examined));
    }

    Certificate reimported(Certificate existing, String... names) {
        Certificates.Examined examined =
                certificates.imports(database).examine(ALICE, foreign(names));
        return database.write(write -> certificates.replace(write, existing, examined));
    }

    private PemTriple foreign(String... names) {
        TestCa ca = TestCa.root("Elsewhere", clock.instant());
        KeyPair keys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        return new PemTriple(
                TestCa.pem(
                        ca.sign(
                                new TestCa.Spec("CN=" + names[0], keys.getPublic(), clock.instant())
                                        .dns(names))),
                TestCa.pem(keys.getPrivate()),
                TestCa.pem(ca.certificate));
    }

    Certificate request(String... names) {
        return request(ALICE, names);
    }

    Certificate request(AccountId account, String... names) {
        return requestOn(database, account, names);
    }

    Certificate requestOn(Database other, AccountId account, String... names) {
        return other.write(write ->
                certificates.request(
                        write,
                        account,
                        Region.US_EAST_1,
                        new Request(
                                Origin.LIGHTSAIL,
                                Stream.of(names).map(DomainName::new).toList(),
                                new KeyChoice.Unnamed(KeyAlgorithm.EC_P256),
                                Validation.DNS,
                                false,
                                Optional.of(choice()))));
    }

    Zone zone(AccountId account, String name) {
        return database.write(write -> zones.create(write, account, new DomainName(name)));
    }

    void show(Certificate certificate) {
        certificate.proofs().forEach(proof -> lookup.show(proof.record()));
    }

    Certificate now(Certificate certificate) {
        return database.read(handle ->
                        certificates.find(handle, certificate.account(), certificate.id()))
                .orElseThrow();
    }

    Optional<Certificate> find(AccountId account, Certificate certificate) {
        return database.read(h -> certificates.find(h, account, certificate.id()));
    }

    List<Certificate> list(Region region) {
        return database.read(h ->
                certificates
                        .catalogue()
                        .page(
                                h,
                                ALICE,
                                new Condition.InRegion(region),
                                Catalogue.Order.OLDEST_FIRST,
                                Optional.empty(),
                                1000,
                                clock.instant())
                        .entries()
                        .stream()
                        .map(Catalogue.Entry::certificate)
                        .toList());
    }

    List<X509Certificate> chain(Certificate certificate) {
        return database.read(h -> certificates.chain(h, certificate.id()));
    }

    Optional<ServingMaterial> material(Certificate certificate) {
        return database.read(h -> certificates.material(h, certificate.id()));
    }

    Set<String> usedBy(Certificate certificate) {
        return database.read(h -> certificates.usedBy(h, certificate.id()));
    }

    void use(Certificate certificate, String resource) {
        write(write -> certificates.use(write, certificate.id(), resource));
    }

    void release(Certificate certificate, String resource) {
        write(write -> certificates.release(write, certificate.id(), resource));
    }

    void delete(Certificate certificate) {
        write(write -> certificates.delete(write, certificate.id()));
    }

    private void write(Consumer<Write> work) {
        database.write(write -> {
            work.accept(write);
            return write;
        });
    }

    List<Change> changes() {
        return database.read(handle -> feed.after(handle, 0, 1000));
    }
}
