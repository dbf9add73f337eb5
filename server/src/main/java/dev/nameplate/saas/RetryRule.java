package dev.nameplate.saas;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What to do after a call failed. Decides only.
public final class RetryRule {
    private RetryRule() {}

    public enum Verdict {
        /// Refused for its pace; it had no effect.
        THROTTLED,
        /// It may or may not have had its effect.
        FAULT,
        /// Another request was faster; it had no effect.
        CONFLICT,
        /// It will be refused again until somebody acts.
        QUOTA,
        /// Our credentials do not allow it, until somebody changes that.
        DENIED,
        /// It will be refused for ever.
        REFUSED;

        boolean mayHaveWorked() {
            return this == FAULT;
        }
    }

    /// A fault that lasts this long is not passing any more.
    static final Duration FAULTS_END_AFTER = Duration.ofHours(1);

    /// A job of 10,000 entries at ACM's one import a second takes three hours.
    static final Duration THROTTLING_ENDS_AFTER = Duration.ofHours(24);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /// The SDK counts LimitExceededException among the throttles, yet it says that a quota is used up.
    private static final Set<String> QUOTAS =
            Set.of("LimitExceeded", "EntityLimitExceeded", "EntitySizeLimitExceeded");

    /// CloudFront has a code for each quota, such as TooManyDistributions.
    private static final String TOO_MANY = "TooMany";

    private static final Set<String> DENIALS =
            Set.of(
                    "AccessDenied",
                    "UnauthorizedOperation",
                    "InvalidClientTokenId",
                    "UnrecognizedClient",
                    "SignatureDoesNotMatch",
                    "OptInRequired");

    private static final Set<String> CONFLICTS =
            Set.of(
                    "Conflict",
                    "RequestInProgress",
                    "PreconditionFailed",
                    "InvalidIfMatchVersion",
                    // The next attempt has new ones.
                    "ExpiredToken",
                    "RequestExpired");

    private static final Set<String> THROTTLES = Set.of("Throttling", "TooManyRequests");

    private static final Set<String> FAULTS =
            Set.of("InternalFailure", "InternalServerError", "ServiceUnavailable", "Service");

    public static Verdict verdict(RuntimeException failure) {
        if (!(failure instanceof AwsServiceException refused)) {
            return Verdict.FAULT;
        }
        String code = plain(code(refused));
        if (QUOTAS.contains(code) || (code.startsWith(TOO_MANY) && !THROTTLES.contains(code))) {
            return Verdict.QUOTA;
        }
        if (DENIALS.contains(code)) {
            return Verdict.DENIED;
        }
        if (CONFLICTS.contains(code)) {
            return Verdict.CONFLICT;
        }
        if (THROTTLES.contains(code) || refused.isThrottlingException()) {
            return Verdict.THROTTLED;
        }
        return refused.statusCode() >= 500 || FAULTS.contains(code)
                ? Verdict.FAULT
                : Verdict.REFUSED;
    }

    /// The error's code on the wire; where it never was on the wire, its type says the same.
    private static String code(AwsServiceException failure) {
        return Optional.ofNullable(failure.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.errorCode()))
                .orElseGet(() -> plain(failure.getClass().getSimpleName()));
    }

    private static String plain(String code) {
        return code.endsWith("Exception")
                ? code.substring(0, code.length() - "Exception".length())
                : code;
    }

    /// When to try again, or empty if it has been tried long enough.
    ///
    /// @param spread any number that differs between entries, so that they do not all come back at the same instant
    static Optional<Instant> next(Progress progress, Verdict verdict, int spread, Instant now) {
        Duration limit =
                switch (verdict) {
                    case THROTTLED -> THROTTLING_ENDS_AFTER;
                    case FAULT, CONFLICT -> FAULTS_END_AFTER;
                    case QUOTA, DENIED, REFUSED -> Duration.ZERO;
                };
        if (!now.isBefore(progress.since().plus(limit))) {
            return Optional.empty();
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(progress.attempts(), 10));
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
            pause = LONGEST_PAUSE;
        }
        long extra = pause.toMillis() / 4 * Math.floorMod(spread, 100) / 100;
        return Optional.of(now.plus(pause).plusMillis(extra));
    }

    /// The service's own sentence after its code, without the SDK's decoration.
    public static String reason(RuntimeException failure) {
        if (failure instanceof AwsServiceException refused) {
            String sentence =
                    Optional.ofNullable(refused.awsErrorDetails())
                            .map(AwsErrorDetails::errorMessage)
                            .orElseGet(() -> String.valueOf(refused.getMessage()));
            return code(refused) + ": " + sentence;
        }
        if (failure instanceof SdkException) {
            return String.valueOf(failure.getMessage());
        }
        return "an unexpected fault, " + failure.getClass().getSimpleName();
    }
}
