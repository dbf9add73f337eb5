package dev.nameplate.issuer.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

final class RateLimitsTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"50/7d", "300/3h", "5/1h", "20/1s", "7/90m"})
    void aLimitReadsAsItIsWritten(String text) {
        assertThat(RateLimit.parse(text)).hasToString(text);
        assertThat(RateLimit.parse(" 20/S ")).isEqualTo(new RateLimit(20, Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "50", "50/7", "0/1h", "-1/1h", "5/1w", "5/h/h", "2000/1s/", "5000/1s"})
    void whatIsNoLimitIsRefusedWithItsReason(String text) {
        assertThatThrownBy(() -> RateLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rate limit");
    }

    @Test
    void figuresChangeAPresetAndAWrongOneIsNamed() {
        RateLimits changed =
                RateLimits.preset("letsencrypt")
                        .with(
                                Map.of(
                                        "certificatesPerDomain", "500/7d",
                                        "newOrders", "none",
                                        "pendingAuthorizations", "300",
                                        "ariExempt", "false"));
        assertThat(changed.of(RateKind.CERTIFICATES_PER_DOMAIN))
                .contains(new RateLimit(500, Duration.ofDays(7)));
        assertThat(changed.of(RateKind.NEW_ORDERS)).isEmpty();
        assertThat(changed.of(RateKind.CERTIFICATES_PER_NAME_SET))
                .contains(new RateLimit(5, Duration.ofDays(7)));
        assertThat(changed.pendingAuthorizations()).contains(300);
        assertThat(changed.ariExempt()).isFalse();
        assertThat(changed.renewalsExempt()).isTrue();
        assertThatThrownBy(() -> RateLimits.NONE.with(Map.of("newOrders", "many")))
                .hasMessageContaining("limits.newOrders")
                .hasMessageContaining("'many'");
        assertThatThrownBy(() -> RateLimits.NONE.with(Map.of("orders", "1/1h")))
                .hasMessageContaining("limits.orders")
                .hasMessageContaining("newOrders, certificatesPerDomain");
        assertThatThrownBy(() -> RateLimits.preset("zerossl")).hasMessageContaining("letsencrypt");
    }

    /// Let's Encrypt says: one comes back every 202 minutes, 34 hours, 36 seconds, 12 minutes, 18 minutes.
    @Test
    void thePublishedLimitsComeBackAsPublished() {
        Map<RateKind, RateLimit> limits = RateLimits.LETS_ENCRYPT.limits();
        assertThat(limits)
                .hasEntrySatisfying(
                        RateKind.CERTIFICATES_PER_DOMAIN,
                        limit ->
                                assertThat(limit.interval())
                                        .isBetween(201 * 60_000L, 202 * 60_000L))
                .hasEntrySatisfying(
                        RateKind.CERTIFICATES_PER_NAME_SET,
                        limit ->
                                assertThat(limit.interval())
                                        .isBetween(33 * 3_600_000L, 34 * 3_600_000L))
                .hasEntrySatisfying(
                        RateKind.NEW_ORDERS,
                        limit -> assertThat(limit.interval()).isEqualTo(36_000))
                .hasEntrySatisfying(
                        RateKind.FAILED_VALIDATIONS,
                        limit -> assertThat(limit.interval()).isEqualTo(720_000))
                .hasEntrySatisfying(
                        RateKind.NEW_ACCOUNTS,
                        limit -> assertThat(limit.interval()).isEqualTo(1_080_000));
    }

    @Test
    void aBucketGivesItsBurstAndThenOneAnInterval() {
        TokenBucket bucket = new TokenBucket(new RateLimit(3, Duration.ofMinutes(30)), 0);
        assertThat(bucket.used(NOW)).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.next(NOW, 0)).isEqualTo(NOW);
            bucket = bucket.take(NOW);
            assertThat(bucket.used(NOW)).isEqualTo(i + 1);
        }
        assertThat(bucket.next(NOW, 0)).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
        assertThat(bucket.next(NOW, 2)).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
        assertThat(bucket.used(NOW.plus(Duration.ofMinutes(10)))).isEqualTo(2);
        assertThat(bucket.used(NOW.plus(Duration.ofMinutes(30)))).isZero();
        assertThat(bucket.giveBack().next(NOW, 0)).isEqualTo(NOW);
        assertThat(bucket.takeAnyway(NOW)).isEqualTo(bucket);
        assertThat(Optional.of(bucket.takeAnyway(NOW.plus(Duration.ofMinutes(10))).used(NOW)))
                .contains(4);
    }

    @Test
    void lengthsAreToldInTwoUnits() {
        assertThat(Words.length(Duration.ofSeconds(12_096))).isEqualTo("3 h 21 min");
        assertThat(Words.length(Duration.ofDays(7))).isEqualTo("7 d");
        assertThat(Words.length(Duration.ofSeconds(36))).isEqualTo("36 s");
        assertThat(Words.length(Duration.ofMillis(50))).isEqualTo("50 ms");
        assertThat(Words.length(Duration.ofSeconds(90))).isEqualTo("1 min 30 s");
        assertThat(Words.length(Duration.ofHours(33))).isEqualTo("1 d 9 h");
    }
}
