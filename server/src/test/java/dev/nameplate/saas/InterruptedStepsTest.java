package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.core.exception.SdkClientException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/// What a process that ends between a call's effect and its record leaves to its successor.
class InterruptedStepsTest {
    private static final String[] NAMES = {"a.example.com", "b.example.com", "c.example.com"};

    @ParameterizedTest
    @CsvSource({
        "createDistributionWithTags, 1",
        "createDistributionWithTags, 3",
        "requestCertificate, 1",
        "requestCertificate, 2",
        "requestCertificate, 3",
        "describeCertificate, 2",
        "updateDistribution, 1",
        "updateDistribution, 3",
        "handshake, 2"
    })
    void createdOnceHoweverTheProcessEnds(String operation, int call) {
        try (TestStore store = TestStore.sqlite()) {
            SaasScene scene = new SaasScene(store.database());
            JobId id = scene.create(NAMES);
            killAt(scene, operation, call);
            assertEachMadeOnce(scene, id);
        }
    }

    @ParameterizedTest
    @CsvSource({"importCertificate, 1", "importCertificate, 2", "importCertificate, 3"})
    void importedOnceHoweverTheProcessEnds(String operation, int call) {
        try (TestStore store = TestStore.sqlite()) {
            SaasScene scene = new SaasScene(store.database());
            JobId id = scene.importing(NAMES);
            killAt(scene, operation, call);
            assertEachMadeOnce(scene, id);
        }
    }

    @StoreTest
    void killedAgainAndAgainStillMakesEachOnce(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.create(NAMES);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger kills = new AtomicInteger(40);
        scene.calls.after =
                (_, _) -> {
                    if (calls.incrementAndGet() % 2 == 0 && kills.getAndDecrement() > 0) {
                        throw new Interruptions.Killed();
                    }
                };
        for (int restart = 0; restart < 100 && !scene.job(id).ended(); restart++) {
            try {
                scene.run(Duration.ofSeconds(1));
            } catch (IllegalStateException killed) {
                assertThat(killed).hasCauseInstanceOf(Interruptions.Killed.class);
            }
            scene.restart();
        }
        assertEachMadeOnce(scene, id);
    }

    @StoreTest
    void aDistributionIsFoundByItsReferenceEvenIfTheErrorDoesNotNameIt(Database database) {
        SaasScene scene = new SaasScene(database);
        scene.cloudFront.tellsHolder = false;
        JobId id = scene.create(NAMES);
        killAt(scene, "createDistributionWithTags", 2);
        assertEachMadeOnce(scene, id);
    }

    @StoreTest
    void anAnswerLostOnTheWayIsLookedForBeforeAskingAgain(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.create(NAMES);
        AtomicBoolean lost = new AtomicBoolean();
        scene.calls.after =
                (operation, _) -> {
                    if (operation.equals("requestCertificate") && !lost.getAndSet(true)) {
                        throw SdkClientException.create("read timed out");
                    }
                };
        assertEachMadeOnce(scene, id);
    }

    @StoreTest
    void twoJobsForTheSameNamesDoNotTakeEachOthersCertificates(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId first = withoutDistributions(scene);
        JobId second = withoutDistributions(scene);
        killAt(scene, "requestCertificate", 1);
        scene.run(Duration.ofMinutes(5));

        assertThat(scene.acm.certificates()).hasSize(2);
        assertThat(scene.job(first).certificateArns())
                .doesNotContainAnyElementsOf(scene.job(second).certificateArns());
    }

    private static JobId withoutDistributions(SaasScene scene) {
        return scene.jobs.create(
                SaasScene.ACCOUNT,
                new JobRequest(
                        Operation.CREATE,
                        false,
                        "{}",
                        java.util.List.of(
                                new JobRequest.Entry(
                                        SaasScene.names("same.example.com"),
                                        new CertificateSource.Request(),
                                        java.util.Optional.empty()))));
    }

    private static void killAt(SaasScene scene, String operation, int call) {
        AtomicInteger calls = new AtomicInteger();
        BiConsumer<String, String> kill =
                (name, _) -> {
                    if (name.equals(operation) && calls.incrementAndGet() == call) {
                        throw new Interruptions.Killed();
                    }
                };
        scene.calls.after = kill;
        assertThatThrownBy(() -> scene.run(Duration.ofMinutes(1)))
                .hasCauseInstanceOf(Interruptions.Killed.class);
        scene.calls.after = (_, _) -> {};
        scene.restart();
    }

    private static void assertEachMadeOnce(SaasScene scene, JobId id) {
        scene.run(Duration.ofMinutes(5));
        Job job = scene.job(id);
        assertThat(job.overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.acm.certificates())
                .extracting(each -> each.detail().domainName())
                .containsExactlyInAnyOrder(NAMES);
        assertThat(scene.cloudFront.clones())
                .extracting(each -> each.aliases().getFirst())
                .containsExactlyInAnyOrder(NAMES);
    }
}
