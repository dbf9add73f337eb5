package dev.nameplate.edge.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.SettableClock;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.OptionalLong;

final class MissLimitTest {
    private static final OptionalLong ONE = OptionalLong.of(1);
    private static final OptionalLong OTHER = OptionalLong.of(2);

    private final SettableClock clock = new SettableClock();

    private static int admitted(MissLimit limit, OptionalLong address, int asked) {
        int admitted = 0;
        for (int i = 0; i < asked; i++) {
            admitted += limit.admits(address) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void aBurstIsAdmittedAndThenTheRate() {
        MissLimit limit = new MissLimit(10, clock, 7);
        assertThat(admitted(limit, ONE, 1_000)).isEqualTo(50);
        clock.advance(Duration.ofSeconds(1));
        assertThat(admitted(limit, ONE, 1_000)).isEqualTo(10);
        clock.advance(Duration.ofHours(1));
        assertThat(admitted(limit, ONE, 1_000)).as("no more is saved up").isEqualTo(50);
    }

    @Test
    void oneAddressDoesNotUseUpAnothers() {
        MissLimit limit = new MissLimit(10, clock, 7);
        admitted(limit, ONE, 1_000);
        assertThat(admitted(limit, OTHER, 1_000)).isEqualTo(50);
    }

    @Test
    void loopbackAndAnEdgeWithoutALimitAreNotCounted() {
        assertThat(admitted(new MissLimit(10, clock, 7), OptionalLong.empty(), 1_000))
                .isEqualTo(1_000);
        assertThat(admitted(new MissLimit(0, clock, 7), ONE, 1_000)).isEqualTo(1_000);
    }
}
