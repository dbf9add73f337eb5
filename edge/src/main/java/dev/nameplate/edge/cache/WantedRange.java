package dev.nameplate.edge.cache;

/// What a `Range` header asks of a body (RFC 9110 §14.2).
public sealed interface WantedRange permits ByteRange, WantedRange.Whole, WantedRange.Nothing {
    WantedRange WHOLE = new Whole();
    WantedRange NOTHING = new Nothing();

    /// All of it: the header is no single range of bytes in good order, and a server may ignore it then.
    record Whole() implements WantedRange {}

    /// A part that the body does not have.
    record Nothing() implements WantedRange {}

    /// Several ranges at once are answered with the whole, as CloudFront answers bad ones.
    static WantedRange parse(String header, long length) {
        if (!header.regionMatches(true, 0, "bytes=", 0, 6) || header.indexOf(',') >= 0) {
            return WHOLE;
        }
        String range = header.substring("bytes=".length()).strip();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return WHOLE;
        }
        long first = number(range.substring(0, dash));
        long last = number(range.substring(dash + 1));
        if (dash == 0) {
            if (last < 0) {
                return WHOLE;
            }
            return last == 0 || length == 0
                    ? NOTHING
                    : new ByteRange(Math.max(0, length - last), length - 1);
        }
        if (dash == range.length() - 1) {
            last = Long.MAX_VALUE;
        }
        if (first < 0 || last < first) {
            return WHOLE;
        }
        return first < length ? new ByteRange(first, Math.min(last, length - 1)) : NOTHING;
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
