package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.acm.model.AcmException;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class SaasWorkTest {

    @StoreTest
    void eachEntryEndsServedByItsOwnDistributionWithItsOwnCertificate(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.create("a.example.com www.a.example.com", "b.example.com");
        assertThat(scene.job(id).status(Stage.CERTIFICATE_CREATION))
                .isEqualTo(Stage.Status.INPROGRESS);

        scene.tick();

        Job job = scene.job(id);
        assertThat(job.overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(job.certificatesIssued()).isEqualTo(2);
        assertThat(job.distributionsServed()).isEqualTo(2);
        assertThat(job.certificateArns()).hasSize(2);
        assertThat(job.distributionArns()).hasSize(2);
        FakeCloudFront.Held first = scene.cloudFront.serving("www.a.example.com").orElseThrow();
        assertThat(first.aliases()).containsExactly("a.example.com", "www.a.example.com");
        assertThat(first.config().comment()).isEqualTo("the template");
        assertThat(first.config().priceClass()).isEqualTo(PriceClass.PRICE_CLASS_100);
        ViewerCertificate viewer = first.config().viewerCertificate();
        assertThat(viewer.acmCertificateArn())
                .isEqualTo(scene.entry(id, 0).certificateArn().orElseThrow());
        assertThat(viewer.minimumProtocolVersion()).isEqualTo(MinimumProtocolVersion.TLS_V1_2_2021);
        assertThat(viewer.sslSupportMethod()).isEqualTo(SSLSupportMethod.SNI_ONLY);
        assertThat(first.tags()).anyMatch(tag -> tag.value().equals(id.value()));
        assertThat(scene.acm.certificates())
                .allSatisfy(each -> {
                    // None was named: here that is for who signs, and for the door.
                    assertThat(each.detail().keyAlgorithm()).isEqualTo(KeyAlgorithm.RSA_2048);
                    assertThat(each.tag("job_token")).isEqualTo(id.value());
                });
    }

    @StoreTest
    void oneMissingProofHoldsNobodyElseBack(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.acm.holdBack("slow.example.com");
        JobId id = scene.create("slow.example.com", "quick.example.com");
        scene.run(Duration.ofHours(1));

        assertThat(scene.entry(id, 1).state()).isEqualTo(EntryState.DONE);
        Progress slow = scene.entry(id, 0);
        assertThat(slow.state()).isEqualTo(EntryState.PROOF);
        assertThat(slow.records())
                .containsExactly(
                        new WantedRecord(
                                "_proof.slow.example.com.",
                                "CNAME",
                                "_target.slow.example.com.proof.example."));
        assertThat(scene.job(id).status(Stage.CERTIFICATE_VALIDATION))
                .isEqualTo(Stage.Status.INPROGRESS);

        scene.acm.issue("slow.example.com");
        scene.run(Duration.ofMinutes(5));
        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
    }

    @StoreTest
    void anIssuedCertificateIsNoticedAtOnceWhenTold(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.acm.holdBack("slow.example.com");
        JobId id = scene.create("slow.example.com");
        scene.run(Duration.ofHours(10));
        scene.acm.issue("slow.example.com");

        scene.jobs.certificatesChanged(List.of(scene.entry(id, 0).certificateArn().orElseThrow()));
        scene.tick();

        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.DONE);
    }

    @StoreTest
    void aProofThatNeverCameEndsItsEntryOnlyAndNamesWhoActs(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.acm.holdBack("slow.example.com");
        JobId id = scene.create("slow.example.com", "quick.example.com");
        scene.tick();
        scene.acm.change("slow.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofHours(1));

        Failure failure = scene.entry(id, 0).failure().orElseThrow();
        assertThat(failure.stage()).isEqualTo(Stage.CERTIFICATE_VALIDATION);
        assertThat(failure.nextStep()).isEqualTo(Failure.Actor.DOMAIN_OWNER);
        assertThat(scene.entry(id, 1).state()).isEqualTo(EntryState.DONE);
        Job job = scene.job(id);
        assertThat(job.status(Stage.CERTIFICATE_CREATION)).isEqualTo(Stage.Status.SUCCESS);
        assertThat(job.status(Stage.CERTIFICATE_VALIDATION)).isEqualTo(Stage.Status.FAILED);
        assertThat(job.status(Stage.DISTRIBUTION)).isEqualTo(Stage.Status.FAILED);
        assertThat(job.distributionsServed()).isEqualTo(1);
    }

    @StoreTest
    void importsAreBoundWithoutProof(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.importing("*.shop.example.com", "own.example.org www.own.example.org");
        scene.tick();

        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.acm.certificates()).hasSize(2);
        assertThat(scene.acm.importedKeys())
                .anySatisfy(key ->
                        assertThat(new String(key, java.nio.charset.StandardCharsets.UTF_8))
                                .isEqualTo("key of *.shop.example.com"));
        assertThat(importRows(database)).isZero();
    }

    @StoreTest
    void keyMaterialIsErasedWhenTheEntryFails(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.importing("own.example.org");
        scene.calls.before =
                (operation, _) -> {
                    if (operation.equals("importCertificate")) {
                        throw refusal("ValidationException");
                    }
                };
        scene.tick();

        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.FAILED);
        assertThat(scene.job(id).status(Stage.CERTIFICATE_CREATION)).isEqualTo(Stage.Status.FAILED);
        assertThat(importRows(database)).isZero();
    }

    @StoreTest
    void aRefusalIsFinalAndTouchesNoOtherEntry(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.calls.before =
                (operation, name) -> {
                    if (operation.equals("requestCertificate") && name.equals("bad.example.com")) {
                        throw refusal("InvalidDomainValidationOptionsException");
                    }
                };
        JobId id = scene.create("bad.example.com", "good.example.com");
        scene.tick();

        assertThat(scene.entry(id, 0).failure().orElseThrow().reason())
                .contains("InvalidDomainValidationOptionsException");
        assertThat(scene.entry(id, 1).state()).isEqualTo(EntryState.DONE);
    }

    @StoreTest
    void throttlingIsWaitedOut(Database database) {
        SaasScene scene = new SaasScene(database);
        AtomicInteger refusals = new AtomicInteger(20);
        scene.calls.before =
                (operation, _) -> {
                    if (operation.equals("requestCertificate") && refusals.getAndDecrement() > 0) {
                        throw refusal("ThrottlingException");
                    }
                };
        JobId id = scene.create("a.example.com");
        scene.run(Duration.ofHours(1));

        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.DONE);
        assertThat(scene.calls.count("listCertificates"))
                .as("a throttled request had no effect to look for")
                .isZero();
    }

    @StoreTest
    void aFaultThatStaysEndsTheEntry(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.calls.before =
                (operation, _) -> {
                    if (operation.equals("createDistributionWithTags")) {
                        throw SdkClientException.create("connection refused");
                    }
                };
        JobId id = scene.create("a.example.com");
        scene.run(Duration.ofHours(2));

        Failure failure = scene.entry(id, 0).failure().orElseThrow();
        assertThat(failure.reason()).contains("connection refused");
        assertThat(failure.nextStep()).isEqualTo(Failure.Actor.OPERATOR);
    }

    @StoreTest
    void anAliasHeldElsewhereEndsItsEntryOnly(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.cloudFront.template(
                SaasScene.config("other")
                        .aliases(Aliases.builder().quantity(1).items("taken.example.com").build())
                        .build());
        JobId id = scene.create("taken.example.com", "free.example.com");
        scene.tick();

        assertThat(scene.entry(id, 0).failure().orElseThrow().reason())
                .contains("taken.example.com is an alias of distribution");
        assertThat(scene.cloudFront.clones()).as("nothing is left of it").hasSize(1);
        assertThat(scene.acm.certificates()).hasSize(1);
        assertThat(scene.entry(id, 1).state()).isEqualTo(EntryState.DONE);
    }

    @StoreTest
    void theTemplateIsCopiedWithoutAliasesCertificateAndLog(Database database) {
        SaasScene scene = new SaasScene(database);
        String template =
                scene.cloudFront.template(
                        SaasScene.config("with all")
                                .aliases(
                                        Aliases.builder()
                                                .quantity(1)
                                                .items("template.example.com")
                                                .build())
                                .viewerCertificate(
                                        viewer -> viewer.acmCertificateArn("arn:template"))
                                .logging(log ->
                                        log.enabled(true)
                                                .bucket("logs")
                                                .prefix("x")
                                                .includeCookies(true))
                                .continuousDeploymentPolicyId("policy")
                                .build());
        scene.acm.holdBack("a.example.com");
        scene.jobs.create(
                SaasScene.ACCOUNT,
                new JobRequest(
                        Operation.CREATE,
                        true,
                        "{}",
                        List.of(
                                new JobRequest.Entry(
                                        SaasScene.names("a.example.com"),
                                        new CertificateSource.Request(),
                                        Optional.of(new Template(template, Optional.empty()))))));
        scene.tick();

        FakeCloudFront.Held clone = scene.cloudFront.clones().getFirst();
        assertThat(clone.aliases()).isEmpty();
        assertThat(clone.config().viewerCertificate().acmCertificateArn()).isNull();
        assertThat(clone.config().viewerCertificate().cloudFrontDefaultCertificate()).isTrue();
        assertThat(clone.config().logging().enabled()).isFalse();
        assertThat(clone.config().logging().bucket()).isEmpty();
        assertThat(clone.config().continuousDeploymentPolicyId()).isEmpty();
    }

    @StoreTest
    void aStoredVersionOfTheTemplateIsCopiedWhenNamed(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.versions.put(
                scene.template + "/3", SaasScene.config("template").comment("third").build());
        scene.jobs.create(
                SaasScene.ACCOUNT,
                new JobRequest(
                        Operation.CREATE,
                        true,
                        "{}",
                        List.of(
                                new JobRequest.Entry(
                                        SaasScene.names("a.example.com"),
                                        new CertificateSource.Request(),
                                        Optional.of(
                                                new Template(scene.template, Optional.of(3L)))))));
        scene.tick();

        assertThat(scene.cloudFront.clones().getFirst().config().comment()).isEqualTo("third");
    }

    @StoreTest
    void aDisabledTemplateMakesADisabledDistributionThatIsNotVerified(Database database) {
        SaasScene scene = new SaasScene(database);
        String template = scene.cloudFront.template(SaasScene.config("off").enabled(false).build());
        JobId id =
                scene.jobs.create(
                        SaasScene.ACCOUNT,
                        new JobRequest(
                                Operation.CREATE,
                                true,
                                "{}",
                                List.of(
                                        new JobRequest.Entry(
                                                SaasScene.names("a.example.com"),
                                                new CertificateSource.Request(),
                                                Optional.of(
                                                        new Template(
                                                                template, Optional.empty()))))));
        scene.tick();

        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.DONE);
        assertThat(scene.entry(id, 0).note().orElseThrow()).contains("disabled");
    }

    @StoreTest
    void certificatesAloneAreMadeWithoutDistributions(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id =
                scene.jobs.create(
                        SaasScene.ACCOUNT,
                        new JobRequest(
                                Operation.CREATE,
                                false,
                                "{}",
                                List.of(
                                        new JobRequest.Entry(
                                                SaasScene.names("a.example.com"),
                                                new CertificateSource.Request(),
                                                Optional.empty()))));
        scene.tick();

        Job job = scene.job(id);
        assertThat(job.status(Stage.DISTRIBUTION)).isEqualTo(Stage.Status.NONEED);
        assertThat(job.overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(job.distributionsWanted()).isZero();
        assertThat(scene.cloudFront.clones()).isEmpty();
    }

    @StoreTest
    void bindingIsDoneOnlyWhenAHandshakeShowedTheCertificate(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.edgeAnswers = false;
        JobId id = scene.create("a.example.com");
        scene.run(Duration.ofSeconds(5));
        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.VERIFY);
        assertThat(scene.job(id).distributionsServed()).isZero();

        scene.edgeAnswers = true;
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.DONE);
    }

    @StoreTest
    void whatIsNeverServedEndsAsTheOperatorsProblem(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.edgeAnswers = false;
        JobId id = scene.create("a.example.com");
        scene.run(Duration.ofHours(1));

        assertThat(scene.entry(id, 0).failure().orElseThrow().nextStep())
                .isEqualTo(Failure.Actor.OPERATOR);
    }

    @StoreTest
    void aSharedWildcardIsAskedForOnce(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = shared(scene);
        scene.run(Duration.ofMinutes(1));

        Job job = scene.job(id);
        assertThat(job.overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.acm.certificates()).hasSize(1);
        assertThat(job.certificateArns()).hasSize(1);
        assertThat(job.certificatesIssued()).isEqualTo(2);
        assertThat(job.distributionArns()).hasSize(2);
    }

    @StoreTest
    void anEntryWhoseSharedCertificateFailsAsksForItsOwn(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.acm.holdBack("*.example.com");
        JobId id = shared(scene);
        scene.run(Duration.ofSeconds(10));
        scene.acm.change("*.example.com", CertificateStatus.FAILED);
        scene.run(Duration.ofHours(1));

        assertThat(scene.entry(id, 1).state()).isEqualTo(EntryState.FAILED);
        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.DONE);
        assertThat(scene.acm.certificates()).hasSize(2);
    }

    private static JobId shared(SaasScene scene) {
        return scene.jobs.create(
                SaasScene.ACCOUNT,
                new JobRequest(
                        Operation.CREATE,
                        true,
                        "{}",
                        List.of(
                                new JobRequest.Entry(
                                        SaasScene.names("a.example.com"),
                                        new CertificateSource.SharedWith(1),
                                        scene.template()),
                                new JobRequest.Entry(
                                        SaasScene.names("*.example.com"),
                                        new CertificateSource.Request(),
                                        scene.template()))));
    }

    @StoreTest
    void aShortJobIsNotQueuedBehindALongOne(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.create(
                IntStream.range(0, 2_000)
                        .mapToObj(i -> "n" + i + ".long.example.com")
                        .toArray(String[]::new));
        scene.create("short.example.com");

        List<Entry> first =
                database.read(handle -> {
                    return IntStream.range(0, SaasWork.SHARDS)
                            .boxed()
                            .flatMap(shard ->
                                    Turns.due(handle, shard, scene.clock.instant(), 2).stream())
                            .toList();
                });

        assertThat(first)
                .anyMatch(entry -> entry.primaryName().ascii().equals("short.example.com"));
    }

    @StoreTest
    void aLargeJobIsManyRowsAndFewTransactions(Database database) {
        SaasScene scene = new SaasScene(database);
        int entries = 1_000;
        JobId id =
                scene.create(
                        IntStream.range(0, entries)
                                .mapToObj(i -> "n" + i + ".example.com")
                                .toArray(String[]::new));
        scene.tick();

        assertThat(scene.job(id).distributionsServed()).isEqualTo(entries);
        assertThat(scene.acm.certificates()).hasSize(entries);
        assertThat(scene.cloudFront.clones()).hasSize(entries);
    }

    @StoreTest
    void aJobIsSeenByItsOwnAccountOnly(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.create("a.example.com");
        var stranger = new dev.nameplate.names.AccountId("000000000002");

        assertThat(scene.jobs.find(stranger, id)).isEmpty();
        assertThat(scene.jobs.list(stranger)).isEmpty();
        assertThat(scene.jobs.list(SaasScene.ACCOUNT)).containsExactly(id);
    }

    private static int importRows(Database database) {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM saas_import").mapTo(Integer.class).one());
    }

    static RuntimeException refusal(String code) {
        return AcmException.builder()
                .statusCode(400)
                .awsErrorDetails(FakeCloudFront.details(code, "refused by the test"))
                .build();
    }
}
