package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Large jobs against services that take one call a second, or no more of a kind.
@Tag("slow")
final class PacedServicesTest {
    private static final String[] NAMES =
            IntStream.range(0, 100).mapToObj(i -> "n" + i + ".example.com").toArray(String[]::new);

    /// ACM admits one import a second. SQLite alone: what is asked of the store is shown on both by the tests beside.
    @Test
    void aHundredImportsAreEachMadeOnceAtOneASecondThoughTheProcessEndsHalfWay() {
        try (TestStore store = TestStore.sqlite()) {
            imported(new SaasScene(store.database()));
        }
    }

    private static void imported(SaasScene scene) {
        Set<Long> taken = new HashSet<>();
        AtomicInteger throttled = new AtomicInteger();
        scene.calls.before =
                (operation, _) -> {
                    if (operation.equals("importCertificate")) {
                        synchronized (taken) {
                            if (!taken.add(scene.clock.instant().getEpochSecond())) {
                                throttled.incrementAndGet();
                                throw SaasWorkTest.refusal("ThrottlingException");
                            }
                        }
                    }
                };
        JobId id = scene.importing(NAMES);
        scene.run(Duration.ofMinutes(3));
        assertThat(scene.job(id).ended()).isFalse();
        assertThat(scene.calls.count("importCertificate")).isPositive();
        scene.restart();
        scene.run(Duration.ofHours(3));

        assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
        assertThat(scene.calls.count("importCertificate")).isEqualTo(NAMES.length);
        assertThat(scene.acm.certificates()).hasSize(NAMES.length);
        assertThat(scene.cloudFront.clones()).hasSize(NAMES.length);
        assertThat(throttled.get()).as("calls made in vain").isLessThan(30 * NAMES.length);
    }

    @StoreTest
    void aQuotaThatIsUsedUpEndsTheEntriesBeyondItAndSaysWhoActs(Database database) {
        SaasScene scene = new SaasScene(database);
        AtomicInteger left = new AtomicInteger(60);
        scene.calls.before =
                (operation, _) -> {
                    if (operation.equals("importCertificate") && left.getAndDecrement() <= 0) {
                        throw SaasWorkTest.refusal("LimitExceededException");
                    }
                };
        JobId id = scene.importing(NAMES);
        scene.run(Duration.ofHours(1));

        assertThat(scene.job(id).ended()).isTrue();
        assertThat(scene.job(id).entries())
                .extracting(entry -> entry.progress().failure().map(Failure::nextStep))
                .filteredOn(actor -> actor.isPresent())
                .hasSize(40)
                .allMatch(actor -> actor.orElseThrow() == Failure.Actor.OPERATOR);
        assertThat(scene.acm.certificates()).hasSize(60);
    }
}
