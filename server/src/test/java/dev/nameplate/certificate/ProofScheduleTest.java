package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;

final class ProofScheduleTest {
    private static final Instant ASKED = Instant.parse("2026-01-15T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT1S",
        "PT0.9S, PT1S",
        "PT1S, PT2S",
        "PT2S, PT5S",
        "PT7S, PT10S",
        "PT29S, PT30S",
        "PT30S, PT1M",
        "PT1M, PT2M",
        "PT9M59S, PT10M",
        "PT10M, PT15M",
        "PT14M, PT15M",
        "PT1H59M, PT2H",
        "PT2H, PT2H15M",
        "PT71H59M, PT72H"
    })
    void theNextLookFollowsFromTheAge(Duration age, Duration next) {
        assertThat(ProofSchedule.next(ASKED, ASKED.plus(age))).isEqualTo(ASKED.plus(next));
    }

    @Test
    void threeDaysTakeAsManyLooksAsTheTableSays() {
        int looks = 1;
        Instant deadline = ASKED.plus(CertificateSettings.DEFAULT_VALIDATION_TIME);
        for (Instant at = ProofSchedule.next(ASKED, ASKED);
                at.isBefore(deadline);
                at = ProofSchedule.next(ASKED, at)) {
            looks++;
        }
        assertThat(looks).isEqualTo(318);
    }
}
