package dev.nameplate.issuer.ratelimit;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.issuer.ratelimit.IssuerBudgets.Held;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Why an order waits, and who could do something about it.
final class Words {
    private static final String REMEDY =
            " It is ordered then by itself; the operator of this server may choose another issuer meanwhile.";

    private Words() {}

    static String held(IssuerName issuer, Held held, Instant now) {
        String scope = held.bucket().scope();
        return "Issuer '%s' allows %d %s in %s%s, and %d are used; one comes back every %s.%s Its turn is at %s.%s"
                .formatted(
                        issuer,
                        held.limit().burst(),
                        held.bucket().kind().meaning(),
                        length(held.limit().period()),
                        scope.isEmpty() ? "" : " (" + scope + ")",
                        Math.min(held.used(), held.limit().burst()),
                        length(Duration.ofMillis(held.limit().interval())),
                        held.before() == 0
                                ? ""
                                : " " + held.before() + " that need it sooner wait before it.",
                        held.at().truncatedTo(ChronoUnit.SECONDS),
                        now.isBefore(held.at()) ? REMEDY : "");
    }

    static String limit(IssuerName issuer, RateForecast.Waits waits) {
        return "issuer '%s' allows %d %s in %s%s"
                .formatted(
                        issuer,
                        waits.limit().burst(),
                        waits.kind().meaning(),
                        length(waits.limit().period()),
                        waits.scope().isEmpty() ? "" : " (" + waits.scope() + ")");
    }

    static String paused(IssuerName issuer, Pause pause) {
        return "Issuer '%s' said at %s that it was asked too often%s: %s. It is left alone until %s.%s"
                .formatted(
                        issuer,
                        pause.since().truncatedTo(ChronoUnit.SECONDS),
                        pause.domain().map(domain -> " for " + domain).orElse(""),
                        withoutStop(pause.message()),
                        pause.until().truncatedTo(ChronoUnit.SECONDS),
                        REMEDY);
    }

    static String tooManyUnderWay(IssuerName issuer, int underWay, int most) {
        return "Issuer '%s' allows %d names to be under way at once, and %d are.%s"
                .formatted(issuer, most, underWay, REMEDY);
    }

    private static String withoutStop(String words) {
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    /// The two largest units, such as `3 h 21 min`.
    static String length(Duration length) {
        if (length.toDays() > 0) {
            return length.toDays()
                    + " d"
                    + (length.toHoursPart() > 0 ? " " + length.toHoursPart() + " h" : "");
        }
        if (length.toHours() > 0) {
            return length.toHours()
                    + " h"
                    + (length.toMinutesPart() > 0 ? " " + length.toMinutesPart() + " min" : "");
        }
        if (length.toMinutes() > 0) {
            return length.toMinutes()
                    + " min"
                    + (length.toSecondsPart() > 0 ? " " + length.toSecondsPart() + " s" : "");
        }
        return length.toSeconds() > 0 ? length.toSeconds() + " s" : length.toMillis() + " ms";
    }
}
