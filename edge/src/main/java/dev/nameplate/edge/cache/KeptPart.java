package dev.nameplate.edge.cache;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which part of a whole the body of a kept 206 is (RFC 9110 §14.4, RFC 9111 §3.3).
///
/// Read by the bytes that came: a part that is shorter than it claims ends where its bytes end, and one that claims to
/// reach the end of the whole still does.
///
/// @param first the position of its first byte
/// @param total the length of the whole
public record KeptPart(long first, long length, long total) {
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,9})-(\\d{1,9})/(\\d{1,10})");

    /// Where the part kept for a key stands, beside the whole.
    public static CacheKey place(CacheKey whole) {
        return new CacheKey(whole.distributionId(), whole.target(), whole.rest() + "\npart");
    }

    /// @param contentRange of the 206
    /// @param length of its body
    public static Optional<KeptPart> of(CharSequence contentRange, long length) {
        Matcher matcher = CONTENT_RANGE.matcher(contentRange);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = Integer.parseInt(matcher.group(2));
        long total = Long.parseLong(matcher.group(3));
        boolean valid = first <= last && last < total && total <= Integer.MAX_VALUE && length > 0;
        if (!valid || length > last - first + 1) {
            return Optional.empty();
        }
        return Optional.of(new KeptPart(first, length, last == total - 1 ? first + length : total));
    }

    /// The wanted range, counted from the part's first byte; empty when not all of it is here.
    public Optional<ByteRange> cut(String rangeHeader) {
        return WantedRange.parse(rangeHeader, total) instanceof ByteRange wanted
                        && wanted.first() >= first
                        && wanted.last() < first + length
                ? Optional.of(new ByteRange(wanted.first() - first, wanted.last() - first))
                : Optional.empty();
    }
}
