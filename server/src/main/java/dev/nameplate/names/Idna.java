package dev.nameplate.names;

import com.ibm.icu.text.IDNA;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Internationalised names by IDNA 2008 as UTS 46 processes it: mapped (case, width, ideographic full stops), checked for
/// bidirectional text and joiners, and the four letters that IDNA 2003 read differently (such as `ß`) kept.
public final class Idna {
    private static final IDNA UTS46 =
            IDNA.getUTS46Instance(
                    IDNA.NONTRANSITIONAL_TO_ASCII
                            | IDNA.NONTRANSITIONAL_TO_UNICODE
                            | IDNA.USE_STD3_RULES
                            | IDNA.CHECK_BIDI
                            | IDNA.CHECK_CONTEXTJ
                            | IDNA.CHECK_CONTEXTO);

    /// Lengths and empty labels are judged on the result, together with those of plain names.
    private static final Set<IDNA.Error> JUDGED_LATER =
            EnumSet.of(
                    IDNA.Error.EMPTY_LABEL,
                    IDNA.Error.LABEL_TOO_LONG,
                    IDNA.Error.DOMAIN_NAME_TOO_LONG);

    /// Mapping may shorten a name, but no honest one is this long; encoding takes time by the square of the length.
    private static final int MAX_WRITTEN = 4 * DomainName.MAX_LENGTH;

    private Idna() {}

    /// Lower case, every label of other than ASCII letters in its `xn--` form. A label given in that form must be what its
    /// own decoding encodes to again.
    ///
    /// @throws DomainName.IllegalDomainName if a label has no such form
    public static String toAscii(String host) {
        if (isPlain(host)) {
            return host.toLowerCase(Locale.ROOT);
        }
        if (host.length() > MAX_WRITTEN) {
            throw new DomainName.IllegalDomainName(
                    shortened(host), "it is longer than " + DomainName.MAX_LENGTH + " characters");
        }
        StringBuilder ascii = new StringBuilder();
        refuseErrors(host, UTS46::nameToASCII, host, ascii);
        StringBuilder unicode = new StringBuilder();
        refuseErrors(host, UTS46::nameToUnicode, ascii, unicode);
        StringBuilder again = new StringBuilder();
        refuseErrors(host, UTS46::nameToASCII, unicode, again);
        if (!again.toString().contentEquals(ascii)) {
            throw new DomainName.IllegalDomainName(
                    host, "'" + ascii + "' does not encode what it decodes to");
        }
        return ascii.toString();
    }

    /// Fit for a message.
    static String shortened(String text) {
        return text.length() <= MAX_WRITTEN ? text : text.substring(0, DomainName.MAX_LENGTH) + "…";
    }

    /// ASCII without encoded labels maps to its lower case and nothing else (UTS 46 section 4).
    private static boolean isPlain(String host) {
        return host.chars().allMatch(c -> c < 0x80)
                && !host.toLowerCase(Locale.ROOT).contains("xn--");
    }

    @FunctionalInterface
    private interface Conversion {
        StringBuilder apply(CharSequence name, StringBuilder into, IDNA.Info info);
    }

    private static void refuseErrors(
            String host, Conversion conversion, CharSequence from, StringBuilder into) {
        IDNA.Info info = new IDNA.Info();
        conversion.apply(from, into, info);
        Set<IDNA.Error> errors = EnumSet.noneOf(IDNA.Error.class);
        errors.addAll(info.getErrors());
        errors.removeAll(JUDGED_LATER);
        if (!errors.isEmpty()) {
            throw new DomainName.IllegalDomainName(
                    host,
                    "it is not a valid internationalised name: "
                            + errors.stream().map(Idna::words).collect(Collectors.joining(", ")));
        }
    }

    private static String words(IDNA.Error error) {
        return switch (error) {
            case LEADING_HYPHEN, TRAILING_HYPHEN -> "a label starts or ends with a hyphen";
            case HYPHEN_3_4 -> "a label has hyphens in third and fourth place";
            case LEADING_COMBINING_MARK -> "a label starts with a combining mark";
            case DISALLOWED -> "it has a character that no domain name may have";
            case PUNYCODE, INVALID_ACE_LABEL -> "a label starts with xn-- and encodes nothing";
            case LABEL_HAS_DOT -> "a label encodes a dot";
            case BIDI -> "it mixes directions of writing";
            case CONTEXTJ -> "a joiner stands where nothing is joined";
            case CONTEXTO_PUNCTUATION, CONTEXTO_DIGITS ->
                    "a character stands where its script does not use it";
            case EMPTY_LABEL, LABEL_TOO_LONG, DOMAIN_NAME_TOO_LONG -> "a length is wrong";
        };
    }
}
