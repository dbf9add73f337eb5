package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.api.cloudfront.StoredConfig;
import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Condition;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;
import dev.nameplate.wire.Caller;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The engine on the ACM and CloudFront of this server, in process.
class OwnApisTest {
    private static final AccountId ACCOUNT = new AccountId("111122223333");
    private static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private static final class Server {
        final TestFeatures features;
        final Vault vault = TestVault.open();
        final AcmClient acm;
        final CloudFrontClient cloudFront;
        final SaasJobs jobs;
        ManualJobs engine;
        final Kills kills = new Kills();

        Server(Database database) {
            features = new TestFeatures(database);
            Caller caller = new Caller(ACCOUNT.value(), "AKIDEXAMPLE", "us-east-1");
            acm =
                    new Acm(
                                    database,
                                    features.certificates,
                                    features.tags,
                                    new AcmSettings(10, Optional.empty(), KeyAlgorithm.EC_P256),
                                    features.clock,
                                    features.random)
                            .as(caller);
            cloudFront = features.cloudFront().as(caller);
            engine = new ManualJobs(features.clock, work());
            jobs =
                    new SaasJobs(
                            database,
                            vault,
                            features.clock,
                            new SecureRandom(),
                            name -> engine.wake(name));
        }

        SaasWork work() {
            AcmClient killedAcm = kills.around(AcmClient.class, acm);
            CloudFrontClient killedCloudFront = kills.around(CloudFrontClient.class, cloudFront);
            return new SaasWork(
                    features.database,
                    vault,
                    Map.of(
                            Platform.Name.LOCAL,
                            new Platform(
                                    new Platform.Rules(
                                            new Templates(_ -> cloudFront, this::version),
                                            (_, _) -> Map.of(),
                                            Quota.NONE),
                                    new Platform.Services(_ -> killedAcm, _ -> killedCloudFront),
                                    (_, host) -> features.servedSerial(host),
                                    Duration.ofMinutes(15))),
                    features.clock,
                    SaasWork.Settings.DEFAULT);
        }

        private Optional<DistributionConfig> version(String id, long number) {
            return features.database.read(handle ->
                    features.distributions
                            .version(handle, new DistributionId(id), number)
                            .map(version -> StoredConfig.read(version.document())));
        }

        String template() {
            DistributionConfig config = TemplateConfig.of("template", "first");
            var made = cloudFront.createDistribution(request -> request.distributionConfig(config));
            String id = made.distribution().id();
            cloudFront.updateDistribution(request ->
                    request.id(id)
                            .ifMatch(made.eTag())
                            .distributionConfig(
                                    made.distribution().distributionConfig().toBuilder()
                                            .comment("second")
                                            .build()));
            return id;
        }

        /// Makes one more version of the template.
        void cachedBy(String template, String policy) {
            var now = cloudFront.getDistributionConfig(request -> request.id(template));
            DistributionConfig config = now.distributionConfig();
            cloudFront.updateDistribution(request ->
                    request.id(template)
                            .ifMatch(now.eTag())
                            .distributionConfig(
                                    config.copy(changed ->
                                            changed.defaultCacheBehavior(
                                                    config.defaultCacheBehavior()
                                                            .copy(behavior ->
                                                                    behavior.cachePolicyId(
                                                                            policy))))));
        }

        JobRequest.Entry entry(CertificateSource source, Template template, String... names) {
            return new JobRequest.Entry(
                    List.of(names).stream().map(DomainName::parse).toList(),
                    source,
                    Optional.of(template));
        }

        void run(Duration span) {
            Instant end = features.clock.instant().plus(span);
            engine.tick();
            while (engine.nextDue().filter(at -> !at.isAfter(end)).isPresent()) {
                features.clock.set(engine.nextDue().get());
                engine.tick();
            }
        }

        JobId importing(Template template, String... names) {
            TestCa ca = features.trustedCa();
            List<JobRequest.Entry> entries =
                    List.of(names).stream()
                            .map(name -> {
                                TestCa.Issued issued = ca.issue(name);
                                return entry(
                                        new CertificateSource.Pem(
                                                issued.certificatePem(),
                                                issued.privateKeyPem(),
                                                issued.chainPem()),
                                        template,
                                        name);
                            })
                            .toList();
            return jobs.create(ACCOUNT, new JobRequest(Operation.IMPORT, true, "{}", entries));
        }

        List<Distribution> clones() {
            return features.database.read(handle ->
                    features
                            .distributions
                            .page(
                                    handle,
                                    ACCOUNT,
                                    Distribution.Kind.CLOUDFRONT,
                                    Optional.empty(),
                                    1000)
                            .stream()
                            .filter(each -> each.callerReference().startsWith("saas-"))
                            .toList());
        }

        int certificates() {
            return features.database.read(handle ->
                    features.certificates
                            .catalogue()
                            .page(
                                    handle,
                                    ACCOUNT,
                                    new Condition.InRegion(Region.US_EAST_1),
                                    Catalogue.Order.OLDEST_FIRST,
                                    Optional.empty(),
                                    1000,
                                    features.clock.instant())
                            .entries()
                            .size());
        }
    }

    @StoreTest
    void importsEndServed(Database database) {
        Server server = new Server(database);
        Template template = new Template(server.template(), Optional.empty());
        JobId id = server.importing(template, "one.example.com", "*.two.example.com");
        server.run(Duration.ofMinutes(1));

        Job job = server.jobs.find(ACCOUNT, id).orElseThrow();
        assertThat(job.entries())
                .extracting(entry -> entry.progress().failure())
                .containsOnly(Optional.empty());
        assertThat(job.overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(server.clones()).hasSize(2);
        assertThat(server.certificates()).isEqualTo(2);
    }

    @StoreTest
    void importsAreMadeOnceWhereverTheProcessEnds(Database database) {
        Server server = new Server(database);
        Template template = new Template(server.template(), Optional.empty());
        int jobs = 0;
        for (String operation :
                List.of(
                        "createDistributionWithTags",
                        "importCertificate",
                        "describeCertificate",
                        "updateDistribution")) {
            jobs++;
            JobId id =
                    server.importing(
                            template, "a" + jobs + ".example.com", "b" + jobs + ".example.com");
            server.kills.after = operation;
            assertThatThrownBy(() -> server.run(Duration.ofMinutes(1)))
                    .as(operation)
                    .hasCauseInstanceOf(Interruptions.Killed.class);
            server.engine = new ManualJobs(server.features.clock, server.work());
            server.run(Duration.ofMinutes(1));

            assertThat(server.jobs.find(ACCOUNT, id).orElseThrow().overall())
                    .as(operation)
                    .isEqualTo(Stage.Status.SUCCESS);
            assertThat(server.clones()).as(operation).hasSize(2 * jobs);
            assertThat(server.certificates()).as(operation).isEqualTo(2 * jobs);
        }
    }

    @StoreTest
    void aRequestedCertificateTellsTheRecordsItWants(Database database) {
        Server server = new Server(database);
        Template template = new Template(server.template(), Optional.of(1L));
        JobId id =
                server.jobs.create(
                        ACCOUNT,
                        new JobRequest(
                                Operation.CREATE,
                                true,
                                "{}",
                                List.of(
                                        server.entry(
                                                new CertificateSource.Request(),
                                                template,
                                                "a.example.com",
                                                "www.a.example.com"))));
        server.run(Duration.ofSeconds(10));

        Progress waiting =
                server.jobs.find(ACCOUNT, id).orElseThrow().entries().getFirst().progress();
        assertThat(waiting.state()).isEqualTo(EntryState.PROOF);
        assertThat(waiting.records()).hasSize(2);
        assertThat(waiting.records().getFirst().type()).isEqualTo("CNAME");
        assertThat(
                        server.cloudFront
                                .getDistributionConfig(request ->
                                        request.id(waiting.distribution().orElseThrow().id()))
                                .distributionConfig()
                                .comment())
                .isEqualTo("first");
    }

    @StoreTest
    void anAliasHeldByAnotherDistributionIsToldInItsOwnEntry(Database database) {
        Server server = new Server(database);
        Template template = new Template(server.template(), Optional.empty());
        server.importing(template, "same.example.com");
        server.run(Duration.ofMinutes(1));
        JobId second = server.importing(template, "same.example.com");
        server.run(Duration.ofMinutes(1));

        Failure failure =
                server.jobs
                        .find(ACCOUNT, second)
                        .orElseThrow()
                        .entries()
                        .getFirst()
                        .progress()
                        .failure()
                        .orElseThrow();
        assertThat(failure.reason()).contains("already associated", "Take the name off");
    }

    @StoreTest
    void aVersionOfTheTemplateWhosePolicyIsGoneMakesNothing(Database database) {
        Server server = new Server(database);
        var policy =
                server.cloudFront.createCachePolicy(request ->
                        request.cachePolicyConfig(config -> config.name("gone").minTTL(0L)));
        String policyId = policy.cachePolicy().id();
        String template = server.template();
        server.cachedBy(template, policyId);
        server.cachedBy(template, CACHING_OPTIMIZED);
        server.cloudFront.deleteCachePolicy(request -> request.id(policyId).ifMatch(policy.eTag()));

        JobId id = server.importing(new Template(template, Optional.of(3L)), "a.example.com");
        server.run(Duration.ofHours(1));

        Job job = server.jobs.find(ACCOUNT, id).orElseThrow();
        assertThat(job.overall()).isEqualTo(Stage.Status.FAILED);
        Failure failure = job.entries().getFirst().progress().failure().orElseThrow();
        assertThat(failure.stage()).isEqualTo(Stage.DISTRIBUTION);
        assertThat(failure.reason()).startsWith("NoSuchCachePolicy: ");
        assertThat(server.clones()).isEmpty();
        assertThat(server.certificates()).isZero();
    }
}
