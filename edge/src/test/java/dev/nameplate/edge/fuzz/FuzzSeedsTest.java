package dev.nameplate.edge.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

final class FuzzSeedsTest {
    private static final int MUTATIONS = 200;

    /// Each seed as it is, and with a few bytes changed in ways that are the same in every build.
    @ParameterizedTest
    @EnumSource
    void everySeedAndWhatLiesNearItPasses(Target target) throws IOException {
        assertThat(target.seeds()).isNotEmpty();
        for (Path seed : target.seeds()) {
            byte[] input = Files.readAllBytes(seed);
            target.run(input);
            Random random = new Random(Arrays.hashCode(input));
            for (int i = 0; i < MUTATIONS && input.length > 0; i++) {
                target.run(mutated(input, random));
            }
        }
        target.run(new byte[0]);
    }

    private static byte[] mutated(byte[] input, Random random) {
        byte[] changed =
                random.nextInt(4) == 0
                        ? Arrays.copyOf(input, random.nextInt(input.length + 20))
                        : input.clone();
        for (int i = 0; i < 1 + random.nextInt(4) && changed.length > 0; i++) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }
}
