package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Orders to a job as a whole: pause, resume, cancel, retry, roll back.
class JobControlTest {
    private static final String[] NAMES = {"a.example.com", "b.example.com", "c.example.com"};

    private final TestStore store = TestStore.sqlite();
    private final SaasScene scene = new SaasScene(store.database());

    @AfterEach
    void close() {
        store.close();
    }

    private List<EntryState> states(JobId id) {
        return scene.job(id).entries().stream().map(entry -> entry.progress().state()).toList();
    }

    private static void assertNothingLeft(SaasScene scene) {
        assertThat(scene.cloudFront.clones()).isEmpty();
        assertThat(scene.acm.certificates()).isEmpty();
    }

    @StoreTest
    void aRollBackLeavesNothingOfTheJobAndAllOfTheOthers(Database database) {
        SaasScene own = new SaasScene(database);
        JobId kept = own.create("kept.example.com");
        JobId job = own.create(NAMES);
        own.tick();
        own.jobs.rollBack(SaasScene.ACCOUNT, job, true);
        own.run(Duration.ofMinutes(5));

        assertThat(own.job(job).entries())
                .allMatch(entry -> entry.progress().state() == EntryState.REMOVED);
        assertThat(own.job(job).certificateArns()).isEmpty();
        assertThat(own.job(job).distributionArns()).isEmpty();
        assertThat(own.job(kept).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(own.cloudFront.clones()).hasSize(1);
        assertThat(own.cloudFront.all()).as("the template too").hasSize(2);
        assertThat(own.acm.certificates()).hasSize(1);
        assertThat(own.cloudFront.serving("kept.example.com")).isPresent();
    }

    @Test
    void whatIsServedStaysWhenOnlyTheRestIsRolledBack() {
        scene.acm.holdBack("b.example.com");
        JobId id = scene.create(NAMES);
        scene.tick();
        scene.acm.change("b.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofHours(1));
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, false);
        scene.run(Duration.ofMinutes(5));

        assertThat(states(id))
                .containsExactly(EntryState.DONE, EntryState.REMOVED, EntryState.DONE);
        assertThat(scene.entry(id, 1).failure()).as("why it failed is still told").isPresent();
        assertThat(scene.cloudFront.clones()).hasSize(2);
        assertThat(scene.acm.certificates()).hasSize(2);
    }

    @Test
    void aJobThatRunsIsCancelledBeforeItIsRolledBack() {
        scene.acm.holdBack("a.example.com");
        JobId id = scene.create(NAMES);
        scene.tick();
        assertThatThrownBy(() -> scene.jobs.rollBack(SaasScene.ACCOUNT, id, true))
                .isInstanceOf(SaasJobs.NotNow.class)
                .hasMessageContaining("cancel it first");

        scene.jobs.cancel(SaasScene.ACCOUNT, id);
        scene.tick();
        assertThat(states(id))
                .containsExactly(EntryState.CANCELLED, EntryState.DONE, EntryState.DONE);
        assertThat(scene.job(id).ended()).isTrue();
        assertThat(scene.cloudFront.clones()).as("what was made stays").hasSize(3);

        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        scene.run(Duration.ofMinutes(5));
        assertNothingLeft(scene);
    }

    /// The process ends right after an effect; the job is cancelled and rolled back before anybody recorded it.
    @ParameterizedTest
    @CsvSource({
        "createDistributionWithTags, create",
        "requestCertificate, create",
        "updateDistribution, create",
        "createDistributionWithTags, import",
        "importCertificate, import",
        "updateDistribution, import"
    })
    void aRollBackFindsWhatWasMadeButNeverRecorded(String operation, String kind) {
        JobId id = kind.equals("create") ? scene.create(NAMES) : scene.importing(NAMES);
        AtomicInteger calls = new AtomicInteger();
        scene.calls.after =
                (name, _) -> {
                    if (name.equals(operation) && calls.incrementAndGet() == 2) {
                        throw new Interruptions.Killed();
                    }
                };
        assertThatThrownBy(scene::tick).hasCauseInstanceOf(Interruptions.Killed.class);
        scene.calls.after = (_, _) -> {};
        scene.jobs.cancel(SaasScene.ACCOUNT, id);
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        scene.restart();
        scene.run(Duration.ofMinutes(5));

        assertThat(states(id)).containsOnly(EntryState.REMOVED);
        assertNothingLeft(scene);
        assertThat(importRows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"updateDistribution", "deleteDistribution", "deleteCertificate"})
    void aRollBackThatIsKilledGoesOn(String operation) {
        JobId id = scene.create(NAMES);
        scene.tick();
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        AtomicInteger calls = new AtomicInteger();
        scene.calls.after =
                (name, _) -> {
                    if (name.equals(operation) && calls.incrementAndGet() == 1) {
                        throw new Interruptions.Killed();
                    }
                };
        assertThatThrownBy(scene::tick).hasCauseInstanceOf(Interruptions.Killed.class);
        scene.calls.after = (_, _) -> {};
        scene.restart();
        scene.run(Duration.ofMinutes(5));

        assertNothingLeft(scene);
    }

    @Test
    void aSharedCertificateGoesWithTheLastOfItsUsersAndStaysWhileSomeoneElseUsesIt() {
        JobId id =
                scene.jobs.create(
                        SaasScene.ACCOUNT,
                        new JobRequest(
                                Operation.CREATE,
                                true,
                                "{}",
                                List.of(
                                        new JobRequest.Entry(
                                                SaasScene.names("*.example.com"),
                                                new CertificateSource.Request(),
                                                scene.template()),
                                        new JobRequest.Entry(
                                                SaasScene.names("a.example.com"),
                                                new CertificateSource.SharedWith(0),
                                                scene.template()))));
        scene.run(Duration.ofMinutes(1));
        String arn = scene.job(id).certificateArns().getFirst();
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        scene.run(Duration.ofMinutes(5));
        assertNothingLeft(scene);

        JobId other = scene.create("b.example.com");
        scene.tick();
        scene.acm.inUse = used -> !used.equals(arn);
        scene.jobs.rollBack(SaasScene.ACCOUNT, other, true);
        scene.run(Duration.ofHours(1));
        assertThat(states(other)).containsExactly(EntryState.REMOVED);
        assertThat(scene.entry(other, 0).note())
                .contains("its certificate is used by others and stays");
        assertThat(scene.acm.certificates()).hasSize(1);
    }

    @Test
    void aPausedJobTakesNoStepUntilItIsResumed() {
        JobId id = scene.create(NAMES);
        scene.jobs.pause(SaasScene.ACCOUNT, id);
        scene.run(Duration.ofHours(1));
        assertNothingLeft(scene);
        assertThat(scene.job(id).order()).isEqualTo(Order.PAUSE);

        scene.jobs.resume(SaasScene.ACCOUNT, id);
        scene.tick();
        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThatThrownBy(() -> scene.jobs.pause(SaasScene.ACCOUNT, id))
                .isInstanceOf(SaasJobs.NotNow.class);
    }

    @Test
    void aCertificateIssuedWhileTheJobIsPausedIsBoundAfterwards() {
        scene.acm.holdBack("a.example.com");
        JobId id = scene.create("a.example.com");
        scene.tick();
        scene.jobs.pause(SaasScene.ACCOUNT, id);
        scene.acm.issue("a.example.com");
        scene.jobs.certificatesChanged(List.of(scene.entry(id, 0).certificateArn().orElseThrow()));
        scene.run(Duration.ofHours(1));
        assertThat(states(id)).containsExactly(EntryState.PROOF);

        scene.jobs.resume(SaasScene.ACCOUNT, id);
        scene.run(Duration.ofMinutes(10));
        assertThat(states(id)).containsExactly(EntryState.DONE);
    }

    @Test
    void aRetryBeginsFailedEntriesAgainAndDoublesNothing() {
        scene.acm.holdBack("b.example.com");
        JobId id = scene.create(NAMES);
        scene.tick();
        scene.acm.change("b.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofHours(1));
        assertThat(states(id)).containsExactly(EntryState.DONE, EntryState.FAILED, EntryState.DONE);

        scene.acm.issue("b.example.com");
        assertThat(scene.jobs.retry(SaasScene.ACCOUNT, id)).isEqualTo(1);
        scene.run(Duration.ofHours(1));
        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.acm.certificates()).as("the refused one is gone").hasSize(3);
        assertThat(scene.cloudFront.clones()).hasSize(3);
        assertThat(scene.jobs.retry(SaasScene.ACCOUNT, id)).isZero();
    }

    @Test
    void aCancelledJobGoesOnWhereItStoppedWhenRetried() {
        scene.acm.holdBack("a.example.com");
        JobId id = scene.create("a.example.com");
        scene.tick();
        scene.jobs.cancel(SaasScene.ACCOUNT, id);
        scene.tick();
        assertThat(states(id)).containsExactly(EntryState.CANCELLED);
        assertThatThrownBy(() -> scene.jobs.resume(SaasScene.ACCOUNT, id))
                .hasMessageContaining("retry begins its entries again");

        scene.acm.issue("a.example.com");
        scene.jobs.retry(SaasScene.ACCOUNT, id);
        scene.tick();
        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.acm.certificates()).hasSize(1);
        assertThat(scene.cloudFront.clones()).hasSize(1);
    }

    /// One entry whose certificate was refused is tried again, and has not taken a step yet.
    private JobId tryingAgain(boolean autoCreation) {
        scene.acm.holdBack("b.example.com");
        JobId id =
                scene.jobs.create(
                        SaasScene.ACCOUNT,
                        new JobRequest(
                                Operation.CREATE,
                                autoCreation,
                                "{}",
                                List.of(
                                        new JobRequest.Entry(
                                                SaasScene.names("b.example.com"),
                                                new CertificateSource.Request(),
                                                autoCreation
                                                        ? scene.template()
                                                        : Optional.empty()))));
        scene.tick();
        scene.acm.change("b.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofHours(1));
        assertThat(scene.jobs.retry(SaasScene.ACCOUNT, id)).isEqualTo(1);
        assertThat(states(id)).containsExactly(EntryState.DELETE_CERTIFICATE);
        return id;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRetryThatIsCancelledBeforeItsFirstStepLosesNothing(boolean autoCreation) {
        JobId id = tryingAgain(autoCreation);
        scene.jobs.cancel(SaasScene.ACCOUNT, id);
        scene.tick();

        assertThat(states(id)).containsExactly(EntryState.CANCELLED);
        assertThat(scene.cloudFront.clones()).hasSize(autoCreation ? 1 : 0);
        assertThat(scene.entry(id, 0).distribution().isPresent()).isEqualTo(autoCreation);

        scene.acm.issue("b.example.com");
        scene.acm.change("b.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        assertThat(scene.jobs.retry(SaasScene.ACCOUNT, id)).isEqualTo(1);
        scene.run(Duration.ofHours(1));
        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.acm.certificates()).as("the refused one is gone").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRetryThatIsRolledBackBeforeItsFirstStepLeavesNothing(boolean autoCreation) {
        JobId id = tryingAgain(autoCreation);
        scene.jobs.cancel(SaasScene.ACCOUNT, id);
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        scene.run(Duration.ofMinutes(5));

        assertThat(states(id)).containsExactly(EntryState.REMOVED);
        assertNothingLeft(scene);
    }

    @Test
    void aRefusedCertificateThatOthersUseStaysAndTheRetryGoesOn() {
        JobId id = tryingAgain(true);
        scene.acm.inUse = _ -> true;
        scene.acm.issue("b.example.com");
        scene.acm.change("b.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofHours(1));

        assertThat(states(id)).containsExactly(EntryState.DONE);
        assertThat(scene.entry(id, 0).note())
                .contains("the certificate it had before is used by others and stays");
        assertThat(scene.acm.certificates()).hasSize(2);
    }

    @Test
    void aRollBackIsSeenAndNotOvertakenBeforeItsFirstStep() {
        JobId id = scene.create(NAMES);
        scene.tick();
        assertThat(status(id)).isEqualTo(JobSummary.Status.SUCCEEDED);
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);

        assertThat(states(id)).containsOnly(EntryState.DONE);
        assertThat(status(id)).isEqualTo(JobSummary.Status.ROLLING_BACK);
        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.INPROGRESS);
        assertThatThrownBy(() -> scene.jobs.retry(SaasScene.ACCOUNT, id))
                .isInstanceOf(SaasJobs.NotNow.class);
        scene.run(Duration.ofMinutes(5));
        assertThat(status(id)).isEqualTo(JobSummary.Status.ROLLED_BACK);
        assertNothingLeft(scene);
    }

    @Test
    void aRollBackOfAFailedJobIsNotOvertakenByARetry() {
        scene.acm.holdBack("b.example.com");
        JobId id = scene.create(NAMES);
        scene.tick();
        scene.acm.change("b.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.run(Duration.ofHours(1));
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, false);

        assertThatThrownBy(() -> scene.jobs.retry(SaasScene.ACCOUNT, id))
                .isInstanceOf(SaasJobs.NotNow.class)
                .hasMessageContaining("send its entries as a new job");
        scene.run(Duration.ofMinutes(5));
        assertThat(status(id)).isEqualTo(JobSummary.Status.ROLLED_BACK);
    }

    @Test
    void whatARollBackFailedToTakeAwayIsTakenAwayWhenItIsOrderedAgain() {
        JobId id = scene.create("a.example.com", "b.example.com");
        scene.tick();
        String spared = scene.entry(id, 0).distribution().orElseThrow().id();
        scene.calls.before =
                (operation, about) -> {
                    if (operation.equals("deleteDistribution") && about.equals(spared)) {
                        throw CloudFrontException.builder()
                                .statusCode(403)
                                .awsErrorDetails(FakeCloudFront.details("AccessDenied", "no"))
                                .build();
                    }
                };
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        scene.run(Duration.ofDays(2));
        assertThat(states(id)).containsExactly(EntryState.FAILED, EntryState.REMOVED);
        assertThat(status(id)).isEqualTo(JobSummary.Status.FAILED);
        assertThatThrownBy(() -> scene.jobs.retry(SaasScene.ACCOUNT, id))
                .hasMessageContaining("send its entries as a new job");

        scene.calls.before = (_, _) -> {};
        scene.jobs.rollBack(SaasScene.ACCOUNT, id, true);
        assertThat(status(id)).isEqualTo(JobSummary.Status.ROLLING_BACK);
        scene.run(Duration.ofMinutes(5));
        assertThat(status(id)).isEqualTo(JobSummary.Status.ROLLED_BACK);
        assertNothingLeft(scene);
    }

    @Test
    void anImportWhoseKeyIsErasedIsNotBegunAgain() {
        JobId id = scene.importing("a.example.com", "b.example.com");
        scene.edgeAnswers = false;
        String taken = "b.example.com";
        scene.cloudFront.template(
                SaasScene.config("holder")
                        .aliases(aliases -> aliases.quantity(1).items(taken))
                        .build());
        scene.tick();
        scene.jobs.cancel(SaasScene.ACCOUNT, id);
        scene.tick();
        assertThat(states(id)).containsExactly(EntryState.CANCELLED, EntryState.FAILED);
        scene.cloudFront.all().stream()
                .filter(each -> each.aliases().contains(taken))
                .forEach(each -> scene.cloudFront.delete(each.id()));
        scene.edgeAnswers = true;

        assertThat(scene.jobs.retry(SaasScene.ACCOUNT, id)).as("the one imported").isEqualTo(1);
        scene.run(Duration.ofHours(1));
        assertThat(states(id)).containsExactly(EntryState.DONE, EntryState.FAILED);
        assertThat(scene.entry(id, 1).failure().orElseThrow().reason())
                .contains("is an alias of distribution")
                .endsWith("send it again as a new job");
        assertThat(scene.cloudFront.clones()).as("none in vain").hasSize(1);
        assertThatThrownBy(() -> scene.jobs.retry(SaasScene.ACCOUNT, id))
                .isInstanceOf(SaasJobs.NotNow.class)
                .hasMessageContaining("send it again as a new job");
    }

    /// Its order came between being found due and being read.
    @Test
    void anEntryReadWhileItsJobIsPausedStaysAsItIs() {
        JobId id = scene.create("a.example.com");
        scene.jobs.pause(SaasScene.ACCOUNT, id);
        store.database().write(write -> write.handle().execute("UPDATE saas_turn SET due_at = 0"));
        scene.restart();
        scene.tick();

        assertThat(states(id)).containsExactly(EntryState.VALIDATE);
        scene.jobs.resume(SaasScene.ACCOUNT, id);
        scene.run(Duration.ofMinutes(5));
        assertThat(states(id)).containsExactly(EntryState.DONE);
    }

    private JobSummary.Status status(JobId id) {
        return scene.jobs.summary(SaasScene.ACCOUNT, id).orElseThrow().status();
    }

    @Test
    void ordersAreForTheAccountsOwnJobs() {
        JobId id = scene.create("a.example.com");
        var stranger = new dev.nameplate.names.AccountId("000000000002");
        assertThatThrownBy(() -> scene.jobs.cancel(stranger, id))
                .isInstanceOf(SaasJobs.NoSuchJob.class);
        assertThatThrownBy(() -> scene.jobs.retry(stranger, id))
                .isInstanceOf(SaasJobs.NoSuchJob.class);
    }

    private int importRows() {
        return store.database()
                .read(handle ->
                        handle.createQuery("SELECT COUNT(*) FROM saas_import")
                                .mapTo(Integer.class)
                                .one());
    }
}
