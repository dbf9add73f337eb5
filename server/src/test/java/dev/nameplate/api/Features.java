package dev.nameplate.api;

import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuanceWork;
import dev.nameplate.certificate.KeyPairs;
import dev.nameplate.certificate.State;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.tag.Tags;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;
import dev.nameplate.wire.Caller;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// The features behind the AWS doors on a test's own store: everything is real except time and the world's DNS.
public final class Features {
    public static final String ACCOUNT = "123456789012";
    public static final String SUFFIX = "nameplate.internal";

    public final Database database;
    public final SettableClock clock = new SettableClock();
    public final SecureRandom random = new SecureRandom();
    public final ManualJobs jobs = new ManualJobs(clock);
    public final Vault vault = TestVault.open();
    public final ChangeFeed feed = new ChangeFeed();
    public final Tags tags = new Tags();
    public final Zones zones =
            new Zones(
                    clock,
                    random,
                    DnsSettings.under(new DomainName(SUFFIX), InetAddress.getLoopbackAddress()));
    public final Certificates certificates =
            new Certificates(
                    zones,
                    feed,
                    vault,
                    clock,
                    random,
                    jobs,
                    CertificateSettings.withSuffix(SUFFIX));
    public final Distributions distributions =
            new Distributions(certificates, feed, clock, random, SUFFIX, jobs);

    /// Rounds wait a while for evidence; a test that needs more of them has hung.
    private static final int ROUNDS = 100;

    private static final List<Region> REGIONS = List.of(Region.US_EAST_1, new Region("eu-west-1"));

    private final World dns = new World();

    public Features(Database database) {
        this.database = database;
    }

    public static Caller caller(String region) {
        return new Caller(ACCOUNT, "AKIDEXAMPLE", region);
    }

    public static Caller otherAccount(String region) {
        return new Caller("210987654321", "AKIDOTHER", region);
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

    /// What the edge reports once it serves everything.
    public void deployAll() {
        database.write(write -> {
            for (Distribution open : distributions.inProgress(write.handle(), 1000)) {
                distributions.deployed(write, open.id(), open.version());
            }
            return true;
        });
    }

    private boolean anyPending() {
        return database.read(handle ->
                REGIONS.stream()
                        .flatMap(region ->
                                certificates.list(handle, new AccountId(ACCOUNT), region).stream())
                        .anyMatch(certificate -> certificate.state() instanceof State.Pending));
    }

    private IssuanceWork issuance() {
        KeyPairs keyPairs = KeyPairs.fastest(random);
        var ca =
                EmbeddedCa.open(
                        database, vault, keyPairs, random, clock, CaSettings.defaults(SUFFIX));
        return new IssuanceWork(
                database, zones, feed, vault, dns, ca, keyPairs, clock, _ -> {}, _ -> {});
    }

    /// Answers for every authoritative server at once.
    private static final class World implements ProofLookup {
        volatile boolean shown = true;

        @Override
        public Sighting look(CnameRecord wanted) {
            return shown
                    ? new Sighting.Found(List.of("ns.example"))
                    : new Sighting.Absent(
                            Optional.empty(), List.of("ns.example"), "there is no such record");
        }

        @Override
        public CaaVerdict caa(DomainName name, List<String> issuers) {
            return new CaaVerdict.Allowed();
        }
    }
}
