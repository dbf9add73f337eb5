package dev.nameplate.edge.compress;

import dev.nameplate.edge.config.ContentCoding;

import java.util.Optional;
import java.util.Set;

/// Reduces a visitor's `Accept-Encoding` to the codings that matter, so that the many spellings of browsers share an answer.
public final class AcceptEncoding {
    static final String GZIP = "gzip";
    static final String BROTLI = "br";
    private static final String BOTH = "br,gzip";

    private static final Optional<String> GZIP_ALONE = Optional.of(GZIP);
    private static final Optional<String> BROTLI_ALONE = Optional.of(BROTLI);
    private static final Optional<String> EITHER = Optional.of(BOTH);

    private AcceptEncoding() {}

    /// What [#reduced] may give besides nothing.
    public static final Set<String> FORMS = Set.of(GZIP, BROTLI, BOTH);

    /// `br,gzip`, `gzip`, `br` or empty. `*` names no coding that is compressed with here, as with CloudFront.
    ///
    /// @param sent the visitor's value
    /// @param codings told apart
    public static Optional<String> reduced(String sent, Set<ContentCoding> codings) {
        boolean gzip = false;
        boolean brotli = false;
        int from = 0;
        while (from < sent.length()) {
            int comma = sent.indexOf(',', from);
            int to = comma < 0 ? sent.length() : comma;
            gzip |= accepts(sent, from, to, GZIP);
            brotli |= accepts(sent, from, to, BROTLI);
            from = to + 1;
        }
        gzip &= codings.contains(ContentCoding.GZIP);
        brotli &= codings.contains(ContentCoding.BROTLI);
        if (brotli) {
            return gzip ? EITHER : BROTLI_ALONE;
        }
        return gzip ? GZIP_ALONE : Optional.empty();
    }

    /// Whether a reduced value has this coding.
    static boolean has(String reduced, String coding) {
        return reduced.equals(coding) || reduced.equals(BOTH);
    }

    private static boolean accepts(String sent, int from, int to, String coding) {
        int start = skipSpace(sent, from, to);
        if (!sent.regionMatches(true, start, coding, 0, coding.length())) {
            return false;
        }
        int next = skipSpace(sent, start + coding.length(), to);
        return next >= to || (sent.charAt(next) == ';' && !isZero(sent, next + 1, to));
    }

    /// Whether a weight is `0`, `0.` or `0.000`, which means "not acceptable" (RFC 9110 §12.4.2).
    private static boolean isZero(String sent, int from, int to) {
        int q = skipSpace(sent, from, to);
        if (!sent.regionMatches(true, q, "q=0", 0, 3) || q + 3 > to) {
            return false;
        }
        for (int i = q + 3; i < to; i++) {
            char c = sent.charAt(i);
            if (c != '.' && c != '0' && c != ' ' && c != '\t') {
                return false;
            }
        }
        return true;
    }

    private static int skipSpace(String sent, int from, int to) {
        int at = from;
        while (at < to && (sent.charAt(at) == ' ' || sent.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
