package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.acm.model.LimitExceededException;
import software.amazon.awssdk.services.acm.model.RequestInProgressException;
import software.amazon.awssdk.services.acm.model.ThrottlingException;
import software.amazon.awssdk.services.acm.model.ValidationException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class RetryRuleTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "Throttling, 400, THROTTLED",
        "ThrottlingException, 400, THROTTLED",
        "SlowDown, 503, THROTTLED",
        "TooManyRequestsException, 429, THROTTLED",
        "LimitExceededException, 400, QUOTA",
        "TooManyDistributions, 400, QUOTA",
        "TooManyDistributionCNAMEs, 400, QUOTA",
        "AccessDeniedException, 400, DENIED",
        "InvalidIfMatchVersion, 400, CONFLICT",
        "ExpiredToken, 403, CONFLICT",
        "PreconditionFailed, 412, CONFLICT",
        "InternalFailure, 500, FAULT",
        "Whatever, 502, FAULT",
        "ValidationException, 400, REFUSED",
        "CNAMEAlreadyExists, 409, REFUSED"
    })
    void errorsAreToldApartByTheirCode(String code, int status, RetryRule.Verdict verdict) {
        AwsServiceException error =
                AwsServiceException.builder()
                        .statusCode(status)
                        .awsErrorDetails(FakeCloudFront.details(code, "sentence"))
                        .build();
        assertThat(RetryRule.verdict(error)).isEqualTo(verdict);
        assertThat(RetryRule.reason(error)).isEqualTo(code + ": sentence");
    }

    /// Our own APIs throw the SDK's exceptions in process, before the wire gives them a code and a status.
    @Test
    void errorsWithoutACodeAreToldApartByTheirType() {
        assertThat(RetryRule.verdict(ThrottlingException.builder().build()))
                .isEqualTo(RetryRule.Verdict.THROTTLED);
        assertThat(RetryRule.verdict(LimitExceededException.builder().build()))
                .isEqualTo(RetryRule.Verdict.QUOTA);
        assertThat(RetryRule.verdict(RequestInProgressException.builder().build()))
                .isEqualTo(RetryRule.Verdict.CONFLICT);
        assertThat(RetryRule.verdict(PreconditionFailedException.builder().build()))
                .isEqualTo(RetryRule.Verdict.CONFLICT);
        assertThat(RetryRule.verdict(ValidationException.builder().message("bad").build()))
                .isEqualTo(RetryRule.Verdict.REFUSED);
        assertThat(RetryRule.reason(ValidationException.builder().message("bad").build()))
                .isEqualTo("Validation: bad");
    }

    @Test
    void aLostConnectionAndAFaultOfOursMayHaveWorked() {
        assertThat(RetryRule.verdict(SdkClientException.create("reset")).mayHaveWorked()).isTrue();
        assertThat(RetryRule.verdict(new IllegalStateException("bug")).mayHaveWorked()).isTrue();
        assertThat(RetryRule.Verdict.THROTTLED.mayHaveWorked()).isFalse();
    }

    @Test
    void pausesGrowToAMinuteAndAQuarter() {
        assertThat(pause(0)).isEqualTo(Duration.ofMillis(500));
        assertThat(pause(3)).isEqualTo(Duration.ofSeconds(4));
        assertThat(pause(1_000)).isEqualTo(Duration.ofMinutes(1));
        assertThat(RetryRule.next(after(1_000), RetryRule.Verdict.FAULT, 99, NOW).orElseThrow())
                .isBetween(NOW.plusSeconds(74), NOW.plusSeconds(75));
    }

    @Test
    void faultsAreEnduredForAnHourAndThrottlingForADay() {
        Instant later = NOW.plus(Duration.ofHours(1));
        assertThat(RetryRule.next(after(3), RetryRule.Verdict.FAULT, 0, later)).isEmpty();
        assertThat(RetryRule.next(after(3), RetryRule.Verdict.THROTTLED, 0, later)).isPresent();
        assertThat(RetryRule.next(after(3), RetryRule.Verdict.REFUSED, 0, NOW)).isEmpty();
        assertThat(RetryRule.next(after(3), RetryRule.Verdict.QUOTA, 0, NOW)).isEmpty();
    }

    private static Duration pause(int attempts) {
        return Duration.between(
                NOW,
                RetryRule.next(after(attempts), RetryRule.Verdict.FAULT, 0, NOW).orElseThrow());
    }

    private static Progress after(int attempts) {
        Progress progress = Progress.start(EntryState.CLONE, Optional.empty(), NOW);
        for (int i = 0; i < attempts; i++) {
            progress = progress.retry(NOW, false);
        }
        return progress;
    }
}
