package dev.nameplate.edge.cache;

import java.util.Optional;

/// One part of a body, both ends included.
public record ByteRange(int first, int last) {

    public int length() {
        return last - first + 1;
    }

    /// The part that a `Range` header asks of a body of this length. Empty for anything but one satisfiable range of
    /// bytes: the whole body is then the right answer (RFC 9110 §14.2 lets a server ignore the header).
    public static Optional<ByteRange> parse(String header, int length) {
        if (!header.startsWith("bytes=") || length == 0 || header.indexOf(',') >= 0) {
            return Optional.empty();
        }
        String range = header.substring("bytes=".length()).strip();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return Optional.empty();
        }
        long first = number(range.substring(0, dash));
        long last = number(range.substring(dash + 1));
        if (dash == 0) {
            return last > 0
                    ? Optional.of(new ByteRange((int) Math.max(0, length - last), length - 1))
                    : Optional.empty();
        }
        if (dash == range.length() - 1) {
            last = length - 1L;
        }
        return first >= 0 && first < length && last >= first
                ? Optional.of(new ByteRange((int) first, (int) Math.min(last, length - 1)))
                : Optional.empty();
    }

    private static long number(String digits) {
        if (digits.isEmpty()
                || digits.length() > 18
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(digits);
    }
}
