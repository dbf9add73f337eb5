package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=2-4, 2, 4",
        "bytes=7-, 7, 9",
        "bytes=-3, 7, 9",
        "bytes=-30, 0, 9",
        "bytes=5-100, 5, 9",
    })
    void oneSatisfiableRangeIsRead(String header, int first, int last) {
        assertThat(WantedRange.parse(header, 10)).isEqualTo(new ByteRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=4-2",
                "bytes=-",
                "bytes=a-b",
                "bytes=0-1,3-4",
                "items=0-1",
                "bytes=99999999999999999999-",
                "bytes= "
            })
    void anythingElseMeansTheWhole(String header) {
        assertThat(WantedRange.parse(header, 10)).isEqualTo(WantedRange.WHOLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
    void aRangeBehindTheEndIsNothing(String header) {
        assertThat(WantedRange.parse(header, 10)).isEqualTo(WantedRange.NOTHING);
    }
}
