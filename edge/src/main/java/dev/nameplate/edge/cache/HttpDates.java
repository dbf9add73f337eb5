package dev.nameplate.edge.cache;

import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/// Reads and writes the dates of HTTP (RFC 9110 §5.6.7).
@SuppressWarnings("JavaUtilDate") // Netty's formatter speaks it
public final class HttpDates {
    /// Netty's parser throws at what is longer.
    private static final int LONGEST = 64;

    private record Formatted(long second, AsciiString text) {}

    private static volatile Formatted latest = new Formatted(-1, AsciiString.EMPTY_STRING);

    private HttpDates() {}

    public static Optional<Instant> parse(CharSequence text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        Date date = DateFormatter.parseHttpDate(text);
        return date == null ? Optional.empty() : Optional.of(date.toInstant());
    }

    /// Formats once a second, not once a request.
    public static AsciiString format(long epochMillis) {
        long second = epochMillis / 1000;
        Formatted known = latest;
        if (known.second != second) {
            known =
                    new Formatted(
                            second, new AsciiString(DateFormatter.format(new Date(epochMillis))));
            latest = known;
        }
        return known.text;
    }
}
