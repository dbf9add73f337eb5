package dev.nameplate.testkit;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.PemTriple;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.tag.Tags;

import java.net.InetAddress;
import java.security.SecureRandom;

/// The features of a server over one store, without doors, edge and engine.
public final class TestFeatures {
    public static final String SUFFIX = "nameplate.internal";

    public final SettableClock clock = new SettableClock();
    public final ChangeFeed feed = new ChangeFeed();
    public final Tags tags = new Tags();
    public final Database database;
    public final Certificates certificates;
    public final Distributions distributions;

    /// @param wakeup told what the features wake
    public TestFeatures(Database database, Wakeup wakeup) {
        this.database = database;
        SecureRandom random = new SecureRandom();
        Zones zones =
                new Zones(
                        clock,
                        random,
                        DnsSettings.under(
                                new DomainName(SUFFIX), InetAddress.getLoopbackAddress()));
        this.certificates =
                new Certificates(
                        zones,
                        feed,
                        TestVault.open(),
                        clock,
                        random,
                        wakeup,
                        CertificateSettings.withSuffix(SUFFIX));
        this.distributions = new Distributions(certificates, feed, clock, random, SUFFIX, wakeup);
    }

    public TestFeatures(Database database) {
        this(database, _ -> {});
    }

    public Certificate importCertificate(AccountId account, Region region, TestCa.Issued issued) {
        Certificates.Examined examined = certificates.examine(triple(issued));
        return database.write(write -> certificates.store(write, account, region, examined));
    }

    public Certificate replace(Certificate existing, TestCa.Issued issued) {
        Certificates.Examined examined = certificates.examine(triple(issued));
        return database.write(write -> certificates.replace(write, existing, examined));
    }

    private static PemTriple triple(TestCa.Issued issued) {
        return new PemTriple(issued.certificatePem(), issued.privateKeyPem(), issued.chainPem());
    }
}
