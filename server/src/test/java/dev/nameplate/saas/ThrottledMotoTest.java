package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.MotoServer;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Platform AWS on moto, always behind a gate that throttles as AWS does.
@Tag("conformance")
final class ThrottledMotoTest extends PlatformSuite {
    private static final String[] NAMES =
            IntStream.range(0, 40).mapToObj(i -> "n" + i + ".example.com").toArray(String[]::new);

    @SuppressWarnings("NullAway.Init") // opened before each test
    private ThrottlingGate gate;

    @Override
    protected Place open(TestStore store) throws Exception {
        MotoPlace moto = new MotoPlace(MotoServer.start(), 90);
        gate = moto.gate;
        return moto;
    }

    @Test
    void noCallIsRefusedForItsPaceAndNoneIsLost() {
        JobId imported = importing(NAMES);
        JobId created = create("one.example.com", "two.example.com");
        run(Duration.ofMinutes(10));

        assertAllServed(imported);
        assertAllServed(created);
        assertThat(gate.refused()).isZero();
        ThrottlingGate.AWS.forEach((operation, limit) ->
                assertThat(gate.most(operation))
                        .as(operation)
                        .isLessThanOrEqualTo((int) Math.ceil(limit)));
        assertThat(gate.let("ImportCertificate")).isEqualTo(NAMES.length);
        assertThat(gate.let("CreateDistribution")).isEqualTo(NAMES.length + 2);
        assertThat(gate.let("UpdateDistribution")).isEqualTo(NAMES.length + 2);
    }

    /// Half of what is published, as where somebody else uses the account too.
    @Test
    void throttledAndKilledAndResumedEachIsMadeOnceAndRolledBackNothingIsLeft() {
        Map<String, Double> halves = new TreeMap<>();
        ThrottlingGate.AWS.forEach((operation, limit) -> halves.put(operation, limit / 2));
        gate.limits = halves;
        JobId id = importing(NAMES);
        for (String method :
                new String[] {
                    "importCertificate", "createDistributionWithTags", "updateDistribution"
                }) {
            run(Duration.ofSeconds(15));
            killAfter(method);
            assertThatThrownBy(() -> run(Duration.ofMinutes(5)))
                    .as(method)
                    .hasCauseInstanceOf(Interruptions.Killed.class);
            restart();
        }
        run(Duration.ofHours(1));

        assertAllServed(id);
        assertThat(gate.refused()).as("refused for their pace").isBetween(1, 12 * NAMES.length);
        assertThat(certificates()).isEqualTo(NAMES.length);
        assertThat(distributions()).isEqualTo(NAMES.length);

        jobs.rollBack(place.account(), id, true);
        run(Duration.ofHours(1));
        assertThat(job(id).entries())
                .extracting(entry -> entry.progress().state())
                .containsOnly(EntryState.REMOVED);
        assertThat(certificates()).isZero();
        assertThat(distributions()).isZero();
    }
}
