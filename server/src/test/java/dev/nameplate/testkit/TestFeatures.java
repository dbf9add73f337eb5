package dev.nameplate.testkit;

import dev.nameplate.api.cloudfront.CloudFront;
import dev.nameplate.api.cloudfront.CloudFrontSettings;
import dev.nameplate.api.lightsail.Lightsail;
import dev.nameplate.api.lightsail.LightsailSettings;
import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.IssuanceWork;
import dev.nameplate.certificate.Issuers;
import dev.nameplate.certificate.RenewalWork;
import dev.nameplate.certificate.ServingCheck;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.TrustedRoots;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenants;
import dev.nameplate.vault.Vault;
import dev.nameplate.wire.Caller;

import org.jdbi.v3.core.Handle;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The features of a server over one store, without doors, edge and engine: everything is real except time and the world's DNS.
public final class TestFeatures {
    public static final String ACCOUNT = "123456789012";
    public static final String SUFFIX = "nameplate.internal";

    /// Rounds wait a while for evidence; a test that needs more of them has hung.
    private static final int ROUNDS = 100;

    public final SettableClock clock = new SettableClock();
    public final SecureRandom random = new SecureRandom();
    public final ChangeFeed feed = new ChangeFeed();
    public final Tags tags = new Tags();
    public final Database database;
    public final Zones zones;
    public final Certificates certificates;
    public final Distributions distributions;
    public final Tenants tenants;
    public final ConnectionGroups groups;
    public final Invalidations invalidations;

    /// Roots whose imported certificates may serve alternate names; see [#trustedCa].
    public final List<X509Certificate> trusted = new CopyOnWriteArrayList<>();

    /// Whether the edge has a table of countries.
    public volatile boolean countriesKnown;

    /// TXT records that the world's DNS shows: a name, a space and the text.
    public final Set<String> texts = ConcurrentHashMap.newKeySet();

    public final Vault vault = TestVault.open();
    private final World dns = new World();

    /// @param wakeup told what the features wake
    public TestFeatures(Database database, Wakeup wakeup) {
        this(database, wakeup, CertificateSettings.withSuffix(SUFFIX));
    }

    public TestFeatures(Database database, Wakeup wakeup, CertificateSettings settings) {
        this.database = database;
        this.zones =
                new Zones(
                        clock,
                        random,
                        DnsSettings.under(
                                new DomainName(SUFFIX), InetAddress.getLoopbackAddress()));
        this.certificates =
                new Certificates(
                        zones, feed, vault, clock, random, wakeup, (_, _, _, _) -> {}, settings);
        this.distributions = new Distributions(certificates, feed, clock, random, SUFFIX, wakeup);
        this.tenants = new Tenants(distributions, certificates, feed, clock, random, wakeup);
        this.groups = new ConnectionGroups(distributions, feed, clock, random, wakeup);
        this.invalidations = new Invalidations(feed, clock, random, wakeup);
    }

    public TestFeatures(Database database) {
        this(database, _ -> {});
    }

    public static Caller caller(String region) {
        return new Caller(ACCOUNT, "AKIDEXAMPLE", region);
    }

    public static Caller otherAccount(String region) {
        return new Caller("210987654321", "AKIDOTHER", region);
    }

    /// One whose imported certificates may serve alternate names.
    public TestCa trustedCa() {
        TestCa ca = new TestCa(clock.instant());
        trusted.add(ca.root());
        return ca;
    }

    /// The door over these features.
    public CloudFront cloudFront() {
        return new CloudFront(
                database,
                distributions,
                certificates,
                invalidations,
                tenants,
                groups,
                dns,
                tags,
                (name, text) -> texts.contains(name + " " + text),
                new CloudFrontSettings(countriesKnown, TrustedRoots.of(() -> trusted)),
                clock,
                random);
    }

    /// Likewise.
    public Lightsail lightsail() {
        return new Lightsail(
                database,
                certificates,
                zones,
                distributions,
                invalidations,
                tags,
                LightsailSettings.DEFAULT,
                clock,
                random);
    }

    public Certificate importCertificate(AccountId account, Region region, TestCa.Issued issued) {
        Certificates.Examined examined =
                certificates.imports(database).examine(account, triple(issued));
        return database.write(write -> certificates.store(write, account, region, examined));
    }

    private static PemTriple triple(TestCa.Issued issued) {
        return new PemTriple(issued.certificatePem(), issued.privateKeyPem(), issued.chainPem());
    }

    /// The world's DNS.
    public ProofLookup lookup() {
        return dns;
    }

    /// Whether the world's DNS shows every record that is asked for.
    public void recordsAreShown(boolean shown) {
        dns.shown = shown;
    }

    /// Looks at every pending certificate's proofs until all that can be decided now is.
    public void settleCertificates() {
        try (var work = issuance()) {
            for (int round = 0; round < ROUNDS && anyPending(); round++) {
                for (int shard = 0; shard < work.shards(); shard++) {
                    work.advance(shard, clock.instant());
                }
            }
        }
    }

    /// Looks once at each certificate that is due.
    public void advanceCertificates() {
        try (var work = issuance()) {
            for (int shard = 0; shard < work.shards(); shard++) {
                work.advance(shard, clock.instant());
            }
        }
    }

    /// What the edge reports once it serves everything.
    private Optional<CertificateId> certificate(Handle handle, Distribution found, String host) {
        return distributions
                .leadingTo(handle, host)
                .filter(holder -> holder.tenant().isPresent())
                .map(holder ->
                        tenants.serving(handle, holder, found, host)
                                .flatMap(serving -> serving.config().certificate()))
                .orElseGet(() -> found.config().certificate());
    }

    public void deployAll() {
        database.write(write -> {
            for (Distribution open : distributions.inProgress(write.handle(), 1000)) {
                distributions.deployed(write, open.id(), open.version());
            }
            tenants.inProgress(write.handle(), 1000).forEach(one -> tenants.deployed(write, one));
            groups.inProgress(write.handle(), 1000).forEach(one -> groups.deployed(write, one));
            return true;
        });
    }

    private boolean anyPending() {
        return database.read(handle ->
                !certificates
                        .catalogue()
                        .page(
                                handle,
                                new AccountId(ACCOUNT),
                                new Condition.InStatus(Condition.Status.PENDING),
                                Catalogue.Order.OLDEST_FIRST,
                                Optional.empty(),
                                1,
                                clock.instant())
                        .entries()
                        .isEmpty());
    }

    /// Takes the renewals that are due to their end, over an edge that serves at once what it is given.
    public void renewCertificates() {
        KeyPairs keyPairs = KeyPairs.fastest(random);
        try (var work =
                new RenewalWork(
                        database,
                        certificates,
                        feed,
                        vault,
                        dns,
                        Issuers.of(ca(keyPairs)),
                        keyPairs,
                        (_, _) -> new ServingCheck.Seen.Everywhere(),
                        clock)) {
            for (int round = 0; round < 2; round++) {
                for (int shard = 0; shard < work.shards(); shard++) {
                    work.advance(shard, clock.instant());
                }
                clock.advance(Duration.ofSeconds(1));
            }
        }
    }

    private IssuanceWork issuance() {
        KeyPairs keyPairs = KeyPairs.fastest(random);
        return new IssuanceWork(
                database,
                zones,
                feed,
                vault,
                dns,
                Issuers.of(ca(keyPairs)),
                keyPairs,
                clock,
                _ -> {},
                _ -> {});
    }

    private EmbeddedCa ca(KeyPairs keyPairs) {
        return EmbeddedCa.open(
                database, vault, keyPairs, random, clock, CaSettings.defaults(SUFFIX), _ -> {});
    }

    /// Answers for every authoritative server at once.
    private static final class World implements ProofLookup {
        volatile boolean shown = true;

        @Override
        public Sighting look(CnameRecord wanted) {
            return shown
                    ? new Sighting.Found(List.of("ns.example"))
                    : new Sighting.Absent(
                            Finding.of(
                                    Cause.RECORD_MISSING,
                                    "there is no such record",
                                    List.of("ns.example")));
        }

        @Override
        public Sighting look(HttpRecord wanted) {
            return shown
                    ? new Sighting.Found(List.of("192.0.2.80:80"))
                    : new Sighting.Unreachable(
                            Finding.of(Cause.HTTP_UNREACHABLE, "nobody answers", List.of()));
        }

        @Override
        public CaaVerdict caa(DomainName name, List<String> issuers) {
            return new CaaVerdict.Allowed();
        }
    }

    /// What a handshake at the edge would see, had it taken up every change.
    ///
    /// @return in hexadecimal
    public Optional<String> servedSerial(String host) {
        return database.read(handle ->
                distributions
                        .serving(handle, host)
                        .flatMap(found -> certificate(handle, found, host))
                        .map(id ->
                                certificates
                                        .chain(handle, id)
                                        .getFirst()
                                        .getSerialNumber()
                                        .toString(16)));
    }
}
