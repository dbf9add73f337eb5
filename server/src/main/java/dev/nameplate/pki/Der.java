package dev.nameplate.pki;

/// The outer form of DER (X.690), looked at before any parser is: parsers of nested data call themselves, and a stranger's
/// thousand levels would be a stack overflow there.
final class Der {
    /// A certificate has about a dozen.
    private static final int MAX_DEPTH = 32;

    /// A certificate with a thousand names has some three thousand.
    private static final int MAX_ELEMENTS = 20_000;

    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_TAG = 0x1f;

    private Der() {}

    /// Whether this is exactly one element, of definite lengths that add up, and nested no deeper than anything real.
    static boolean isSound(byte[] der) {
        int[] ends = new int[MAX_DEPTH + 1];
        int depth = 0;
        ends[0] = der.length;
        int at = 0;
        for (int elements = 0; elements < MAX_ELEMENTS; elements++) {
            if (at + 2 > ends[depth]) {
                return false;
            }
            int tag = der[at++] & 0xff;
            if ((tag & LONG_TAG) == LONG_TAG) {
                return false;
            }
            int length = der[at++] & 0xff;
            if (length >= 0x80) {
                int octets = length - 0x80;
                if (octets < 1 || octets > 3 || at + octets > ends[depth]) {
                    return false;
                }
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = (length << 8) | (der[at++] & 0xff);
                }
            }
            if (length > ends[depth] - at) {
                return false;
            }
            if ((tag & CONSTRUCTED) != 0) {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                ends[++depth] = at + length;
            } else {
                at += length;
            }
            while (depth > 0 && at == ends[depth]) {
                depth--;
            }
            if (depth == 0) {
                return at == der.length;
            }
        }
        return false;
    }
}
