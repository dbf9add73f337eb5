package dev.nameplate.certificate;

import java.time.Duration;
import java.time.Instant;

/// When a renewal begins and is tried again. Pure functions, so that a restart changes nothing.
///
/// It begins 45 days before the end, or 60 where the whole life is over 200 days (ACM's figures), and at a third of the
/// life where that is less. From there each certificate has a place of its own within seven days, drawn from its id: those
/// issued in one hour are renewed over a week.
///
/// | to the end | a missing proof is looked for every |
/// |---|---|
/// | over 7 days | 24 h |
/// | 1 to 7 days | 6 h |
/// | under 1 day | 1 h |
///
/// and never less than eight times in what is left, for those that live for hours.
final class RenewalTiming {
    private static final Duration LONG_LIFE = Duration.ofDays(200);
    private static final Duration SPREAD = Duration.ofDays(7);

    /// An import's owner may want to hear of its end this long before: the most an account can set.
    private static final Duration FIRST_NOTICE = Duration.ofDays(90);

    /// After something of ours failed, for which nobody outside has to do anything.
    private static final Duration OUR_FAULT = Duration.ofHours(1);

    /// How long the edge has to show new material before the old is served again.
    static final Duration SERVING_LIMIT = Duration.ofMinutes(15);

    private static final int LOOKS = 8;
    private static final Duration SHORTEST_STEP = Duration.ofSeconds(10);

    private static final Duration FIRST_CHECK = Duration.ofSeconds(1);
    private static final Duration LONGEST_BETWEEN_CHECKS = Duration.ofMinutes(1);

    private RenewalTiming() {}

    static Instant start(CertificateId id, State.Issued issued) {
        return start(id, issued.notBefore(), issued.notAfter());
    }

    static Instant start(CertificateId id, Instant notBefore, Instant notAfter) {
        Duration life = Duration.between(notBefore, notAfter);
        Duration window =
                shorter(
                        life.compareTo(LONG_LIFE) > 0 ? Duration.ofDays(60) : Duration.ofDays(45),
                        life.dividedBy(3));
        return notAfter.minus(window).plus(place(id, shorter(SPREAD, window.dividedBy(4))));
    }

    /// When the end of a certificate is first looked at. Many are imported in one hour, with less to live than that: each has
    /// a place of its own in the day after.
    static Instant firstLook(CertificateId id, Origin origin, State.Issued issued) {
        return switch (origin) {
            case IMPORTED -> {
                Instant first = later(issued.notAfter().minus(FIRST_NOTICE), issued.issuedAt());
                Duration left = Duration.between(first, issued.notAfter());
                yield first.plus(place(id, shorter(Duration.ofDays(1), left.dividedBy(4))));
            }
            case ACM, LIGHTSAIL -> start(id, issued);
        };
    }

    static Duration place(CertificateId id, Duration spread) {
        return Duration.ofMillis(
                Math.floorMod(
                        id.value().getLeastSignificantBits(), Math.max(1, spread.toMillis())));
    }

    static Instant nextLook(Instant now, Instant notAfter) {
        Duration left = Duration.between(now, notAfter);
        Duration step =
                left.compareTo(Duration.ofDays(7)) > 0
                        ? Duration.ofDays(1)
                        : left.compareTo(Duration.ofDays(1)) > 0
                                ? Duration.ofHours(6)
                                : Duration.ofHours(1);
        return atMost(now.plus(shorter(step, share(left))), notAfter);
    }

    static Instant afterOurFault(Instant now, Instant notAfter) {
        return atMost(
                now.plus(shorter(OUR_FAULT, share(Duration.between(now, notAfter)))), notAfter);
    }

    private static Duration share(Duration left) {
        Duration share = left.dividedBy(LOOKS);
        return share.compareTo(SHORTEST_STEP) < 0 ? SHORTEST_STEP : share;
    }

    /// How long new material is tried out: never so long that the old would end before it is decided.
    static Duration servingLimit(Instant servedFrom, Instant notAfter) {
        Duration share = share(Duration.between(servedFrom, notAfter)).multipliedBy(2);
        return shorter(SERVING_LIMIT, share);
    }

    static Instant firstCheck(Instant servedFrom) {
        return servedFrom.plus(FIRST_CHECK);
    }

    /// Each pause is as long as what has passed, up to a minute.
    static Instant nextCheck(Instant servedFrom, Instant now) {
        Duration age = Duration.between(servedFrom, now);
        Duration pause = shorter(age, LONGEST_BETWEEN_CHECKS);
        return now.plus(pause.compareTo(FIRST_CHECK) < 0 ? FIRST_CHECK : pause);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Instant atMost(Instant at, Instant end) {
        return at.isBefore(end) ? at : end;
    }
}
