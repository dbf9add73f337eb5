package dev.nameplate.issuer.ratelimit;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// So many at once, and then so many a period: each comes back after its share of the period.
///
/// @param burst how many there are when none was used for long
/// @param period in which as many come back
public record RateLimit(int burst, Duration period) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})/([0-9]{0,6})([smhd])");

    public RateLimit {
        if (burst < 1 || period.toMillis() < burst) {
            throw new IllegalArgumentException(
                    "a rate limit is at least one in a period of at least as many milliseconds, not "
                            + burst
                            + " in "
                            + period);
        }
    }

    /// Reads `50/7d`, `300/3h` or `20/s`.
    ///
    /// @throws IllegalArgumentException if it has another form
    public static RateLimit parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a rate limit such as 50/7d, 300/3h or 20/s");
        }
        long many = matcher.group(2).isEmpty() ? 1 : Long.parseLong(matcher.group(2));
        return new RateLimit(
                Integer.parseInt(matcher.group(1)),
                switch (matcher.group(3)) {
                    case "s" -> Duration.ofSeconds(many);
                    case "m" -> Duration.ofMinutes(many);
                    case "h" -> Duration.ofHours(many);
                    default -> Duration.ofDays(many);
                });
    }

    /// Until one comes back, in milliseconds.
    long interval() {
        return period.toMillis() / burst;
    }

    /// The reverse of [#parse].
    @Override
    public String toString() {
        long seconds = period.toSeconds();
        if (seconds % 86_400 == 0) {
            return burst + "/" + seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return burst + "/" + seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? burst + "/" + seconds / 60 + "m" : burst + "/" + seconds + "s";
    }
}
