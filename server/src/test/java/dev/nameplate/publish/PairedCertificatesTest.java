package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a name's handshakes are led by: the policy, the versions of HTTP, the certificate and the one beside it.
final class PairedCertificatesTest {
    private static final AccountId ALICE = new AccountId("111111111111");
    private static final AccountId BOB = new AccountId("222222222222");
    private static final String[] NAMES = {"www.example.com", "example.com"};

    @SuppressWarnings("NullAway.Init") // every test begins with `over`
    private TestFeatures features;

    @SuppressWarnings("NullAway.Init")
    private TestCa ca;

    @SuppressWarnings("NullAway.Init")
    private EdgePublisher publisher;

    private void over(Database database) {
        features = new TestFeatures(database);
        ca = new TestCa(features.clock.instant());
        publisher =
                new EdgePublisher(
                        database,
                        features.distributions,
                        features.tenants,
                        features.certificates,
                        () -> {
                            throw new IllegalStateException("no name of our own is asked for");
                        },
                        OwnSites.none(),
                        Staples.NONE,
                        features.clock);
    }

    private CertificateId put(AccountId account, Region region, TestCa.Issued issued) {
        return features.importCertificate(account, region, issued).id();
    }

    private void serve(CertificateId certificate, String minimumTls, boolean http2) {
        ServedConfig config =
                ServedConfig.of(
                                List.of(new DomainName(NAMES[0])),
                                Optional.of(certificate),
                                minimumTls,
                                List.of(
                                        Origin.of(
                                                "main",
                                                "origin.example",
                                                Origin.ProtocolPolicy.HTTPS_ONLY)),
                                List.of(Behavior.of("*", "main")))
                        .toBuilder()
                        .http2(http2)
                        .build();
        features.database.write(write ->
                features.distributions.create(
                        write, ALICE, Distribution.Kind.CLOUDFRONT, "r1", config, "{}"));
    }

    private ServedCertificate served() {
        return publisher.certificate(NAMES[0]).orElseThrow();
    }

    @StoreTest
    void policyAndHttpVersionComeFromTheDistribution(Database database) {
        over(database);
        serve(put(ALICE, Region.US_EAST_1, ca.issue(NAMES)), "TLSv1.2_2019", false);
        assertThat(served().policy()).isEqualTo(SecurityPolicy.TLS_V1_2_2019);
        assertThat(served().http2()).isFalse();
        assertThat(served().alternative()).isEmpty();
    }

    @StoreTest
    void ecdsaComesFirstWhicheverIsBoundAndThePairIsLookedAtAgain(Database database)
            throws Exception {
        over(database);
        TestCa.Issued rsa = ca.issueRsa(NAMES[1], NAMES[0]);
        TestCa.Issued ec = ca.issue(NAMES);
        serve(put(ALICE, Region.US_EAST_1, rsa), "TLSv1.2_2021", true);
        assertThat(served().chain().getFirst()).isEqualTo(rsa.certificate().getEncoded());

        put(ALICE, Region.US_EAST_1, ec);
        ServedCertificate pair = served();
        assertThat(pair.chain().getFirst()).isEqualTo(ec.certificate().getEncoded());
        ServedCertificate other = pair.alternative().orElseThrow();
        assertThat(other.chain().getFirst()).isEqualTo(rsa.certificate().getEncoded());
        assertThat(other.staple().map(OcspStaple::refreshFrom))
                .contains(features.clock.instant().plus(Duration.ofHours(1)));
    }

    @StoreTest
    void onlyTheSameNamesAccountRegionAndTheOtherFamilyMakeAPair(Database database) {
        over(database);
        serve(put(ALICE, Region.US_EAST_1, ca.issue(NAMES)), "TLSv1.2_2021", true);
        put(ALICE, Region.US_EAST_1, ca.issue(NAMES));
        put(ALICE, Region.US_EAST_1, ca.issueRsa(NAMES[0]));
        put(ALICE, Region.US_EAST_1, ca.issueRsa(NAMES[0], NAMES[1], "more.example.com"));
        put(ALICE, Region.US_EAST_1, ca.issueRsa(NAMES[0], "other.example.com"));
        put(ALICE, new Region("eu-west-1"), ca.issueRsa(NAMES));
        put(BOB, Region.US_EAST_1, ca.issueRsa(NAMES));
        assertThat(served().alternative()).isEmpty();

        put(ALICE, Region.US_EAST_1, ca.issueRsa(NAMES));
        assertThat(served().alternative()).isPresent();
        features.clock.advance(Duration.ofDays(91));
        assertThat(served().alternative()).as("ended").isEmpty();
    }
}
