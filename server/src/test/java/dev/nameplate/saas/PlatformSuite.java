package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a job does wherever its certificates and distributions are made.
public abstract class PlatformSuite {

    /// Where they are made, with nothing made yet.
    public interface Place extends AutoCloseable {
        SettableClock clock();

        AccountId account();

        /// As a process that has just begun sees it.
        Platform platform();

        /// The same services, whose calls nobody counts and nobody paces.
        AcmClient acm();

        CloudFrontClient cloudFront();

        /// One whose certificates may be imported and served.
        TestCa ca();

        /// What happens there while time passes.
        default void settle() {}

        @Override
        void close();
    }

    protected TestStore store;
    protected Place place;
    protected SaasJobs jobs;
    protected String template;
    private final Vault vault = TestVault.open();

    @SuppressWarnings("NullAway.Init") // [#restart] makes it
    private ManualJobs engine;

    private final Kills kills = new Kills();

    /// @param store of a server under test; where it is this server that makes them, also of that
    protected abstract Place open(TestStore store) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = TestStore.sqlite();
        place = open(store);
        template =
                place.cloudFront()
                        .createDistribution(request ->
                                request.distributionConfig(
                                        TemplateConfig.of("template", "the template")))
                        .distribution()
                        .id();
        restart();
        jobs =
                new SaasJobs(
                        store.database(),
                        vault,
                        place.clock(),
                        new SecureRandom(),
                        name -> engine.wake(name));
    }

    @AfterEach
    void end() {
        place.close();
        store.close();
    }

    /// A new process on the same store.
    protected void restart() {
        Platform platform = place.platform();
        AcmClient acm =
                kills.around(AcmClient.class, platform.services().acm().apply(place.account()));
        CloudFrontClient cloudFront =
                kills.around(
                        CloudFrontClient.class,
                        platform.services().cloudFront().apply(place.account()));
        engine =
                new ManualJobs(
                        place.clock(),
                        new SaasWork(
                                store.database(),
                                vault,
                                Map.of(
                                        Platform.Name.AWS,
                                        new Platform(
                                                platform.rules(),
                                                new Platform.Services(_ -> acm, _ -> cloudFront),
                                                platform.searches(),
                                                platform.serving(),
                                                platform.servedWithin())),
                                place.clock(),
                                SaasWork.Settings.DEFAULT));
    }

    protected void killAfter(String method) {
        kills.after = method;
    }

    protected void run(Duration span) {
        Instant end = place.clock().instant().plus(span);
        engine.tick();
        place.settle();
        while (engine.nextDue().filter(at -> !at.isAfter(end)).isPresent()) {
            Instant next = engine.nextDue().get();
            if (next.isAfter(place.clock().instant())) {
                place.clock().set(next);
            }
            engine.tick();
            place.settle();
        }
    }

    protected JobId create(String... names) {
        return job(Operation.CREATE, names);
    }

    protected JobId importing(String... names) {
        return job(Operation.IMPORT, names);
    }

    private JobId job(Operation operation, String... names) {
        List<JobRequest.Entry> entries = new ArrayList<>();
        for (String name : names) {
            entries.add(
                    new JobRequest.Entry(
                            List.of(DomainName.parse(name)),
                            source(operation, name),
                            Optional.of(new Template(template, Optional.empty()))));
        }
        return jobs.create(
                place.account(), new JobRequest(Platform.Name.AWS, operation, true, "{}", entries));
    }

    private CertificateSource source(Operation operation, String name) {
        return switch (operation) {
            case CREATE -> new CertificateSource.Request();
            case IMPORT -> {
                TestCa.Issued issued = place.ca().issue(name);
                yield new CertificateSource.Pem(
                        issued.certificatePem(), issued.privateKeyPem(), issued.chainPem());
            }
        };
    }

    protected Job job(JobId id) {
        return jobs.find(place.account(), id).orElseThrow();
    }

    protected void assertAllServed(JobId id) {
        assertThat(job(id).entries())
                .extracting(entry -> entry.progress().failure())
                .containsOnly(Optional.empty());
        assertThat(job(id).entries())
                .extracting(entry -> entry.progress().state())
                .containsOnly(EntryState.DONE);
    }

    /// Beside the template.
    protected int distributions() {
        return AccountDistributions.list(place.cloudFront()).size() - 1;
    }

    protected int certificates() {
        return AccountCertificates.list(place.acm()).size();
    }

    @Test
    void requestedCertificatesEndServedAndTellTheirRecords() {
        JobId id = create("a.example.com", "b.example.com", "*.c.example.com");
        run(Duration.ofMinutes(5));

        assertAllServed(id);
        assertThat(job(id).platform()).isEqualTo(Platform.Name.AWS);
        assertThat(job(id).entries())
                .allSatisfy(entry -> assertThat(entry.progress().records()).isNotEmpty());
        assertThat(certificates()).isEqualTo(3);
        assertThat(distributions()).isEqualTo(3);
        // Real ACM has no setting of ours to go by: the key is named.
        assertThat(job(id).entries())
                .extracting(entry ->
                        place.acm()
                                .describeCertificate(request ->
                                        request.certificateArn(
                                                entry.progress().certificateArn().orElseThrow()))
                                .certificate()
                                .keyAlgorithmAsString())
                .containsOnly("EC_prime256v1");
    }

    @Test
    void importedCertificatesEndServed() {
        JobId id = importing("a.example.com", "b.example.com", "c.example.com");
        run(Duration.ofMinutes(5));

        assertAllServed(id);
        assertThat(certificates()).isEqualTo(3);
        assertThat(distributions()).isEqualTo(3);
    }

    @Test
    void eachIsMadeOnceWhereverTheProcessEnds() {
        int made = 0;
        for (String method :
                List.of(
                        "createDistributionWithTags",
                        "importCertificate",
                        "requestCertificate",
                        "updateDistribution")) {
            String[] names = {"a" + made + ".example.com", "b" + made + ".example.com"};
            JobId id = method.equals("requestCertificate") ? create(names) : importing(names);
            made += names.length;
            killAfter(method);
            assertThatThrownBy(() -> run(Duration.ofMinutes(5)))
                    .as(method)
                    .hasCauseInstanceOf(Interruptions.Killed.class);
            restart();
            run(Duration.ofMinutes(5));

            assertAllServed(id);
            assertThat(certificates()).as(method).isEqualTo(made);
            assertThat(distributions()).as(method).isEqualTo(made);
        }
    }

    @Test
    void aRollBackTakesAwayWhatTheJobMadeAndNothingElse() {
        JobId other = importing("other.example.com");
        JobId id = create("a.example.com", "b.example.com");
        run(Duration.ofMinutes(5));
        jobs.rollBack(place.account(), id, true);
        run(Duration.ofMinutes(30));

        assertThat(job(id).entries())
                .extracting(entry -> entry.progress().state())
                .containsOnly(EntryState.REMOVED);
        assertAllServed(other);
        assertThat(certificates()).isEqualTo(1);
        assertThat(distributions()).isEqualTo(1);
    }

    @Test
    void anUnknownTemplateEndsTheEntryWithItsReason() {
        template = "E00000000NONE";
        JobId id = importing("a.example.com");
        run(Duration.ofMinutes(5));

        Failure failure = job(id).entries().getFirst().progress().failure().orElseThrow();
        assertThat(failure.reason()).contains("there is no distribution 'E00000000NONE'");
        assertThat(failure.nextStep()).isEqualTo(Failure.Actor.REQUESTER);
        assertThat(certificates()).isZero();
    }
}
