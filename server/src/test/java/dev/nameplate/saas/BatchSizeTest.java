package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchSizeTest {
    private static final long TENTH_OF_A_SECOND = 100_000_000;

    @Test
    void itGrowsByDoublingWhileBatchesAreQuick() {
        BatchSize size = new BatchSize(16, 256);
        assertThat(size.next()).isEqualTo(16);
        size.took(16, TENTH_OF_A_SECOND / 100);
        assertThat(size.next()).isEqualTo(32);
        for (int i = 0; i < 10; i++) {
            size.took(size.next(), TENTH_OF_A_SECOND / 100);
        }
        assertThat(size.next()).isEqualTo(256);
    }

    @Test
    void itShrinksAtOnceToWhatFitsIntoATenthOfASecond() {
        BatchSize size = new BatchSize(16, 256);
        for (int i = 0; i < 10; i++) {
            size.took(size.next(), 1);
        }
        size.took(256, 4 * TENTH_OF_A_SECOND);
        assertThat(size.next()).isEqualTo(64);
        size.took(64, 100 * TENTH_OF_A_SECOND);
        assertThat(size.next()).isEqualTo(16);
    }

    @Test
    void aSmallerMostIsTheLeast() {
        assertThat(new BatchSize(16, 4).next()).isEqualTo(4);
    }
}
