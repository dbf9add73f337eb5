package dev.nameplate.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegionTest {
    /// A signature may be scoped to any of them, so each must be a Region before a door can say it has no such one.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "us-east-1",
                "us-gov-west-1",
                "us-isob-east-1",
                "eusc-de-east-1",
                "mars-north-12"
            })
    void partitionsOfAnyLengthHaveRegions(String name) {
        assertThat(new Region(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "us", "us-east", "US-EAST-1", "us-east-1a", "u-east-1", "us-east-123"})
    void otherTextsAreNone(String name) {
        assertThatThrownBy(() -> new Region(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
