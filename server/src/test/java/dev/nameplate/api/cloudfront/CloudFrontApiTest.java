package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Request;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.Caller;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionNotDisabledException;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidGeoRestrictionParameterException;
import software.amazon.awssdk.services.cloudfront.model.InvalidIfMatchVersionException;
import software.amazon.awssdk.services.cloudfront.model.InvalidProtocolSettingsException;
import software.amazon.awssdk.services.cloudfront.model.InvalidTaggingException;
import software.amazon.awssdk.services.cloudfront.model.InvalidViewerCertificateException;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResourceException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionCnamEsException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class CloudFrontApiTest {
    private static final AccountId ALICE = new AccountId("111111111111");
    private static final AccountId BOB = new AccountId("222222222222");
    private static final Region EUROPE = new Region("eu-west-1");

    private final TestStore store = TestStore.sqlite();
    private final TestFeatures features = new TestFeatures(store.database());
    private final TestCa ca = features.trustedCa();
    private final CloudFrontClient alice = api(ALICE);
    private final CloudFrontClient bob = api(BOB);

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void createAnswersInProgressWithLocationAndEtag() {
        CreateDistributionResponse created = create(alice, Configs.minimal("r"));

        String id = created.distribution().id();
        assertThat(created.distribution().status()).isEqualTo("InProgress");
        assertThat(created.eTag()).matches("E[A-Z0-9]{13}");
        assertThat(created.location())
                .isEqualTo("https://cloudfront.amazonaws.com/2020-05-31/distribution/" + id);
        assertThat(created.distribution().arn())
                .isEqualTo("arn:aws:cloudfront::111111111111:distribution/" + id);
        assertThat(created.distribution().domainName())
                .matches("d[a-z0-9]{13}\\.cdn\\.nameplate\\.internal");
    }

    @Test
    void everyReadEchoesTheCompletedConfiguration() {
        CreateDistributionResponse created = create(alice, Configs.legacy("r"));
        DistributionConfig echoed = created.distribution().distributionConfig();
        String id = created.distribution().id();

        assertThat(alice.getDistribution(r -> r.id(id)).distribution().distributionConfig())
                .isEqualTo(echoed);
        assertThat(alice.getDistributionConfig(r -> r.id(id)).distributionConfig())
                .isEqualTo(echoed);
        assertThat(echoed.originGroups().quantity()).isZero();
        assertThat(ConfigDefaults.filled(echoed)).as("complete already").isEqualTo(echoed);
        String etag = created.eTag();
        assertThat(
                        alice.updateDistribution(
                                        r -> r.id(id).ifMatch(etag).distributionConfig(echoed))
                                .distribution()
                                .distributionConfig())
                .as("read, modify nothing, write")
                .isEqualTo(echoed);
    }

    @Test
    void anUpdateNeedsTheNewestEtag() {
        CreateDistributionResponse created = create(alice, Configs.minimal("r"));
        String id = created.distribution().id();
        DistributionConfig config = Configs.minimal("r").comment("new").build();

        for (String nonsense : new String[] {null, "", "*", "abc"}) {
            assertThatThrownBy(() ->
                            alice.updateDistribution(
                                    r -> r.id(id).ifMatch(nonsense).distributionConfig(config)))
                    .isInstanceOf(InvalidIfMatchVersionException.class)
                    .hasMessageStartingWith(
                            "The If-Match version is missing or not valid for the resource.");
        }
        assertThatThrownBy(() ->
                        alice.updateDistribution(
                                r -> r.id(id).ifMatch("E0000000000000").distributionConfig(config)))
                .isInstanceOf(PreconditionFailedException.class);
        String newer =
                alice.updateDistribution(r ->
                                r.id(id)
                                        .ifMatch("\"" + created.eTag() + "\"")
                                        .distributionConfig(config))
                        .eTag();
        assertThat(newer).isNotEqualTo(created.eTag());
        assertThat(alice.getDistribution(r -> r.id(id)).eTag()).isEqualTo(newer);
    }

    @Test
    void theCallerReferenceIsUsedOnceAndNeverChanges() {
        CreateDistributionResponse created = create(alice, Configs.minimal("r"));
        String id = created.distribution().id();

        assertThatThrownBy(() -> create(alice, Configs.minimal("r")))
                .isInstanceOf(DistributionAlreadyExistsException.class)
                .hasMessageContaining("Already exists: " + id);
        assertThatThrownBy(() ->
                        alice.updateDistribution(r ->
                                r.id(id)
                                        .ifMatch(created.eTag())
                                        .distributionConfig(Configs.minimal("s").build())))
                .isInstanceOf(IllegalUpdateException.class);
    }

    @Test
    void onlyADisabledAndDeployedDistributionIsDeleted() {
        CreateDistributionResponse created = create(alice, Configs.minimal("r"));
        String id = created.distribution().id();
        assertNotDisabled(id, created.eTag());
        deployAll();
        assertNotDisabled(id, created.eTag());
        String disabled =
                alice.updateDistribution(r ->
                                r.id(id)
                                        .ifMatch(created.eTag())
                                        .distributionConfig(
                                                Configs.minimal("r").enabled(false).build()))
                        .eTag();
        assertNotDisabled(id, disabled);

        deployAll();
        assertThat(alice.getDistribution(r -> r.id(id)).distribution().status())
                .isEqualTo("Deployed");
        alice.deleteDistribution(r -> r.id(id).ifMatch(disabled));

        assertThatThrownBy(() -> alice.getDistribution(r -> r.id(id)))
                .isInstanceOf(NoSuchDistributionException.class)
                .hasMessageStartingWith("The specified distribution does not exist.");
    }

    @Test
    void anotherAccountsDistributionDoesNotExist() {
        String id = create(alice, Configs.minimal("r")).distribution().id();

        assertThatThrownBy(() -> bob.getDistribution(r -> r.id(id)))
                .isInstanceOf(NoSuchDistributionException.class);
        assertThatThrownBy(() -> alice.getDistribution(r -> r.id("EDFDVBD6EXAMPLE")))
                .isInstanceOf(NoSuchDistributionException.class);
        assertThat(bob.listDistributions(r -> {}).distributionList().items()).isEmpty();
    }

    @Test
    void listsArePagedByMarker() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(create(alice, Configs.minimal("r" + i)).distribution().id());
            features.clock.advance(Duration.ofSeconds(1));
        }
        List<String> read = new ArrayList<>();
        String marker = "";
        DistributionList page;
        do {
            String from = marker;
            page = alice.listDistributions(r -> r.marker(from).maxItems("2")).distributionList();
            assertThat(page.quantity()).isEqualTo(page.items().size());
            page.items().stream().map(DistributionSummary::id).forEach(read::add);
            marker = page.nextMarker();
        } while (page.isTruncated());
        assertThat(read).isEqualTo(made);
        assertThatThrownBy(() -> alice.listDistributions(r -> r.marker("nonsense")))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> alice.listDistributions(r -> r.maxItems("many")))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void tagsComeWithCreateAndByArn() {
        String arn =
                alice.createDistributionWithTags(r ->
                                r.distributionConfigWithTags(with ->
                                        with.distributionConfig(Configs.minimal("r").build())
                                                .tags(t -> t.items(tag("team", "web")))))
                        .distribution()
                        .arn();

        alice.tagResource(r -> r.resource(arn).tags(t -> t.items(tag("stage", "live"))));
        alice.untagResource(r -> r.resource(arn).tagKeys(keys -> keys.items("team")));

        assertThat(alice.listTagsForResource(r -> r.resource(arn)).tags().items())
                .containsExactly(tag("stage", "live"));
        assertThatThrownBy(() -> bob.listTagsForResource(r -> r.resource(arn)))
                .isInstanceOf(NoSuchResourceException.class);
        assertThatThrownBy(() -> alice.listTagsForResource(r -> r.resource("nonsense")))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() ->
                        alice.tagResource(
                                r -> r.resource(arn).tags(t -> t.items(tag("aws:x", "y")))))
                .isInstanceOf(InvalidTaggingException.class);
        Tag[] many = IntStream.range(0, 50).mapToObj(i -> tag("k" + i, "")).toArray(Tag[]::new);
        assertThatThrownBy(() -> alice.tagResource(r -> r.resource(arn).tags(t -> t.items(many))))
                .isInstanceOf(InvalidTaggingException.class);
        assertThat(alice.listTagsForResource(r -> r.resource(arn)).tags().items())
                .as("nothing of the refused call")
                .hasSize(1);
    }

    @Test
    void aliasesNeedACertificateThatCoversThem() {
        String arn = importFor(ALICE, Region.US_EAST_1, "*.example.com", "example.com");

        DistributionConfig accepted =
                create(
                                alice,
                                Configs.withAliases(
                                        Configs.minimal("r"),
                                        arn,
                                        "www.example.com",
                                        "example.com"))
                        .distribution()
                        .distributionConfig();
        assertThat(accepted.aliases().items()).containsExactly("www.example.com", "example.com");

        assertRefused(
                InvalidViewerCertificateException.class,
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach",
                Configs.minimal("s").aliases(a -> a.quantity(1).items("b.example.com")));
        assertRefused(
                InvalidViewerCertificateException.class,
                "The certificate that is attached to your distribution doesn't cover",
                Configs.withAliases(Configs.minimal("s"), arn, "a.b.example.com"));
        assertRefused(
                InvalidViewerCertificateException.class,
                "The certificate that is attached to your distribution doesn't cover",
                Configs.withAliases(Configs.minimal("s"), arn, "b.example.com."));
        assertRefused(
                InvalidArgumentException.class,
                "The parameter CNAME contains one or more parameters that are not valid",
                Configs.withAliases(Configs.minimal("s"), arn, "B.example.com"));
        assertRefused(
                InvalidArgumentException.class,
                "The parameter CNAME",
                Configs.withAliases(Configs.minimal("s"), arn, "evil.cdn.nameplate.internal"));
    }

    @Test
    void theCertificateMustBeIssuedInDateInUsEast1AndTheAccountsOwn() {
        String unusable = "The specified SSL certificate doesn't exist, isn't in us-east-1 region";
        String elsewhere = importFor(ALICE, EUROPE, "a.example.com");
        String bobs = importFor(BOB, Region.US_EAST_1, "a.example.com");
        String pending = requestFor("a.example.com");
        for (String arn :
                List.of(
                        elsewhere,
                        elsewhere.replace("eu-west-1", "us-east-1"),
                        bobs,
                        bobs.replace(BOB.value(), ALICE.value()),
                        pending,
                        "arn:aws:acm:us-east-1:111111111111:certificate/"
                                + "00000000-0000-0000-0000-000000000000",
                        "nonsense")) {
            assertRefused(
                    InvalidViewerCertificateException.class,
                    unusable,
                    Configs.withAliases(Configs.minimal("r"), arn, "a.example.com"));
        }
        String good = importFor(ALICE, Region.US_EAST_1, "a.example.com");
        features.clock.advance(Duration.ofDays(91));
        assertRefused(
                InvalidViewerCertificateException.class,
                unusable,
                Configs.withAliases(Configs.minimal("r"), good, "a.example.com"));
    }

    @Test
    void aCertificateThatVouchesForItselfCoversNoAlias() {
        Certificate certificate =
                features.importCertificate(
                        ALICE,
                        Region.US_EAST_1,
                        TestCa.selfSigned(features.clock.instant(), "a.example.com"));

        assertRefused(
                InvalidViewerCertificateException.class,
                "To add an alternate domain name (CNAME)",
                Configs.withAliases(Configs.minimal("r"), arn(certificate), "a.example.com"));
    }

    @Test
    void aliasesNeedACertificateOfSomebodyWhoIsTrusted() {
        TestCa stranger = new TestCa(features.clock.instant());
        String arn =
                arn(
                        features.importCertificate(
                                ALICE, Region.US_EAST_1, stranger.below().issue("a.example.com")));
        DistributionConfig.Builder config =
                Configs.withAliases(Configs.minimal("r"), arn, "a.example.com");
        assertRefused(
                InvalidViewerCertificateException.class,
                "To add an alternate domain name (CNAME)",
                config);
        String target =
                create(alice, Configs.withAliases(Configs.minimal("s"), arn)).distribution().id();
        assertThatThrownBy(() ->
                        alice.associateAlias(
                                r -> r.targetDistributionId(target).alias("a.example.com")))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("no trusted certificate");
        assertRefused(
                InvalidViewerCertificateException.class,
                "To add an alternate domain name (CNAME)",
                Configs.withAliases(Configs.minimal("t"), arn)
                        .connectionMode(ConnectionMode.TENANT_ONLY));

        features.trusted.add(stranger.root());
        create(alice, config);
    }

    @Test
    void whatWasIssuedHereIsTrustedWithoutALook() {
        String arn = requestFor("a.example.com");
        features.trusted.clear();
        for (int round = 0; round < 5; round++) {
            features.advanceCertificates();
            features.clock.advance(Duration.ofMinutes(1));
        }

        create(alice, Configs.withAliases(Configs.minimal("r"), arn, "a.example.com"));
    }

    @Test
    void aCountryListNeedsAServerThatKnowsCountries() {
        DistributionConfig.Builder config =
                Configs.minimal("r")
                        .restrictions(r ->
                                r.geoRestriction(geo ->
                                        geo.restrictionType("whitelist").quantity(1).items("AT")));
        assertRefused(
                InvalidGeoRestrictionParameterException.class,
                "The specified geo restriction parameter is not valid: visitors' countries are not known here. Give this server a"
                        + " table of networks and countries by its setting edge.countries",
                config);

        features.countriesKnown = true;
        String id = create(api(ALICE), config).distribution().id();
        assertThat(
                        alice.getDistributionConfig(r -> r.id(id))
                                .distributionConfig()
                                .restrictions()
                                .geoRestriction()
                                .items())
                .containsExactly("AT");
    }

    @Test
    void anAliasOfAnotherDistributionIsRefused() {
        String arn = importFor(ALICE, Region.US_EAST_1, "a.example.com", "*.example.com");
        String bobs = importFor(BOB, Region.US_EAST_1, "*.example.com");
        create(alice, Configs.withAliases(Configs.minimal("r"), arn, "a.example.com"));

        assertRefused(
                CnameAlreadyExistsException.class,
                "One or more of the CNAMEs you provided are already associated with a different resource.",
                Configs.withAliases(Configs.minimal("s"), arn, "a.example.com"));
        assertThatThrownBy(() ->
                        create(
                                bob,
                                Configs.withAliases(Configs.minimal("s"), bobs, "*.example.com")))
                .isInstanceOf(CnameAlreadyExistsException.class);
        create(alice, Configs.withAliases(Configs.minimal("t"), arn, "*.example.com"));
    }

    @Test
    void atMostAHundredAliases() {
        String arn = importFor(ALICE, Region.US_EAST_1, "*.example.com");
        String[] many =
                IntStream.range(0, 101)
                        .mapToObj(i -> "n" + i + ".example.com")
                        .toArray(String[]::new);

        assertRefused(
                TooManyDistributionCnamEsException.class,
                "Your request contains more CNAMEs than are allowed",
                Configs.withAliases(Configs.minimal("r"), arn, many));
    }

    @Test
    void aCustomCertificateNeedsSniOnlyAndAPolicyThatSniCanHave() {
        String arn = importFor(ALICE, Region.US_EAST_1, "a.example.com");

        assertRefused(
                InvalidArgumentException.class,
                "The parameter ViewerCertificate Unsupported value for the SSLSupportMethod field: null",
                Configs.minimal("r").viewerCertificate(v -> v.acmCertificateArn(arn)));
        assertRefused(
                InvalidArgumentException.class,
                "The parameter ViewerCertificate has the SSLSupportMethod vip",
                Configs.minimal("r")
                        .viewerCertificate(v ->
                                v.acmCertificateArn(arn).sslSupportMethod(SSLSupportMethod.VIP)));
        assertRefused(
                InvalidProtocolSettingsException.class,
                "You cannot specify SSLv3",
                Configs.minimal("r")
                        .viewerCertificate(v ->
                                v.acmCertificateArn(arn)
                                        .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                        .minimumProtocolVersion(MinimumProtocolVersion.SSL_V3)));
    }

    private void assertRefused(
            Class<? extends CloudFrontException> type,
            String message,
            DistributionConfig.Builder config) {
        assertThatThrownBy(() -> create(alice, config))
                .isInstanceOf(type)
                .hasMessageStartingWith(message);
    }

    private void assertNotDisabled(String id, String etag) {
        assertThatThrownBy(() -> alice.deleteDistribution(r -> r.id(id).ifMatch(etag)))
                .isInstanceOf(DistributionNotDisabledException.class)
                .hasMessageStartingWith(
                        "The distribution you are trying to delete has not been disabled.");
    }

    private void deployAll() {
        features.database.write(write -> {
            features.distributions
                    .inProgress(write.handle(), 100)
                    .forEach(
                            one -> features.distributions.deployed(write, one.id(), one.version()));
            return true;
        });
    }

    private CloudFrontClient api(AccountId account) {
        return features.cloudFront().as(new Caller(account.value(), "AKIDEXAMPLE", "us-east-1"));
    }

    private static CreateDistributionResponse create(
            CloudFrontClient api, DistributionConfig.Builder config) {
        return api.createDistribution(r -> r.distributionConfig(config.build()));
    }

    private String importFor(AccountId account, Region region, String... names) {
        return arn(features.importCertificate(account, region, ca.issue(names)));
    }

    private String requestFor(String name) {
        return arn(
                features.database.write(write ->
                        features.certificates.request(
                                write,
                                ALICE,
                                Region.US_EAST_1,
                                Request.of(
                                        Origin.ACM,
                                        List.of(new DomainName(name)),
                                        KeyAlgorithm.EC_P256))));
    }

    private static String arn(Certificate certificate) {
        return "arn:aws:acm:%s:%s:certificate/%s"
                .formatted(certificate.region(), certificate.account(), certificate.id());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
