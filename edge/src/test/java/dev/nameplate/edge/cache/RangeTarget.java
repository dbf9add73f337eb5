package dev.nameplate.edge.cache;

import java.nio.charset.StandardCharsets;

/// A `Range` header: whatever part it names lies within the body.
public final class RangeTarget {
    private static final int[] LENGTHS = {0, 1, 100, Integer.MAX_VALUE};

    private RangeTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String header = new String(input, StandardCharsets.ISO_8859_1);
        for (int length : LENGTHS) {
            if (WantedRange.parse(header, length) instanceof ByteRange part
                    && (part.first() < 0
                            || part.first() > part.last()
                            || part.last() >= length
                            || part.length() <= 0)) {
                throw new AssertionError(part + " of " + length);
            }
        }
    }
}
