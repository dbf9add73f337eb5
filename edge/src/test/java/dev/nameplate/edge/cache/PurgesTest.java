package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class PurgesTest {
    private final Purges purges = new Purges();

    private static CacheKey key(String id, String target) {
        return new CacheKey(id, target, "");
    }

    @Test
    void aPathMeansItselfAndNothingBelow() {
        purges.add("E1", List.of("/a"));
        assertThat(purges.hit(key("E1", "/a"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/a/b"), 0)).isFalse();
        assertThat(purges.hit(key("E1", "/A"), 0)).as("case matters").isFalse();
        assertThat(purges.hit(key("E1", "/a?x=1"), 0)).as("keyed by the query").isFalse();
        assertThat(purges.hit(key("E2", "/a"), 0)).isFalse();
    }

    @Test
    void anAsteriskAtTheEndCoversPathAndQuery() {
        purges.add("E1", List.of("/img/a*", "/exact?x=1"));
        assertThat(purges.hit(key("E1", "/img/a"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/img/abc/d.png?w=3"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/img/b"), 0)).isFalse();
        assertThat(purges.hit(key("E1", "/exact?x=1"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/exact?x=2"), 0)).isFalse();
    }

    @Test
    void theCaseOfPercentEncodingDoesNotMatter() {
        purges.add("E1", List.of("/caf%c3%a9", "/%C3*"));
        assertThat(purges.hit(key("E1", "/caf%C3%A9"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/caf%c3%A9"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/%c3%a9"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/caf%c3%a8"), 0)).isFalse();
        assertThat(purges.hit(key("E1", "/caf%"), 0)).isFalse();
    }

    @Test
    void whatIsKeptAfterwardsStays() {
        purges.add("E1", List.of("/*"));
        assertThat(purges.hit(key("E1", "/a"), 0)).isTrue();
        assertThat(purges.hit(key("E1", "/a"), purges.latest())).isFalse();
        purges.add("E2", List.of("/*"));
        assertThat(purges.hit(key("E1", "/a"), 1)).as("another's purge").isFalse();
    }

    @Test
    void aPurgeOfADistributionCoversItsTenants() {
        purges.add("E1", List.of("/a"));
        assertThat(purges.hit(key("E1/dt_1", "/a"), 0)).isTrue();
        purges.add("E1/dt_1", List.of("/b"));
        assertThat(purges.hit(key("E1/dt_1", "/b"), 0)).isTrue();
        assertThat(purges.hit(key("E1/dt_2", "/b"), 0)).isFalse();
        assertThat(purges.hit(key("E1", "/b"), 0)).isFalse();
    }

    @Test
    void whatIsForgottenCountsAsPurgedForFetchesThatBeganBefore() {
        for (int i = 0; i < 25_000; i++) {
            purges.add("E1", List.of("/" + i));
        }
        purges.searched(purges.latest());
        assertThat(purges.hit(key("E1", "/other"), 10)).as("cannot be known any more").isTrue();
        assertThat(purges.hit(key("E1", "/other"), 24_000)).isFalse();
        assertThat(purges.hit(key("E1", "/24500"), 24_000)).isTrue();
        assertThat(purges.hit(key("E2", "/other"), 10)).isFalse();
    }

    @Test
    void manyDistributionsAreRememberedByOneNumberInTheEnd() {
        for (int i = 0; i < 60_000; i++) {
            purges.add("E" + i, List.of("/*"));
            purges.searched(purges.latest());
        }
        assertThat(purges.hit(key("E5", "/a"), 0)).isTrue();
        assertThat(purges.hit(key("E59999", "/a"), 0)).isTrue();
        assertThat(purges.hit(key("E59999", "/a"), 60_000)).isFalse();
        assertThat(purges.hit(key("another", "/a"), 59_000)).as("kept lately").isFalse();
    }
}
