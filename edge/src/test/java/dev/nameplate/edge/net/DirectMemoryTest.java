package dev.nameplate.edge.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DirectMemoryTest {
    @Test
    void aCacheWithRoomBesideItIsFine() {
        assertThat(DirectMemory.objection(128L << 20, 256L << 20)).isEmpty();
    }

    @Test
    void aCacheThatWouldTakeEverythingIsObjectedToWithTheRemedy() {
        assertThat(DirectMemory.objection(1L << 30, 1L << 30))
                .hasValueSatisfying(why -> assertThat(why).contains("MaxDirectMemorySize=1089m"));
    }
}
