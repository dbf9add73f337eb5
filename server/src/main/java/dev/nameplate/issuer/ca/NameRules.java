package dev.nameplate.issuer.ca;

import static dev.nameplate.issuer.ca.Lint.Rule.rule;

import dev.nameplate.issuer.ca.Lint.Rule;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Idna;

import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Which names a leaf may bear, and where.
final class NameRules {
    private static final String WILDCARD = "*.";
    private static final Pattern LDH = Pattern.compile("[A-Za-z0-9-]*");
    private static final Pattern NUMERIC = Pattern.compile("[0-9]+");
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    /// What ACM's largest quota allows.
    private static final int MOST_NAMES = 100;

    static final List<Rule> ALL =
            List.of(
                    rule(
                            "br-7.1.2.7.12-san-present",
                            "there are subject alternative names",
                            c -> !c.names().isEmpty()),
                    rule(
                            "ca-san-at-most-100",
                            "there are at most 100 alternative names",
                            c -> c.names().size() <= MOST_NAMES),
                    rule(
                            "br-7.1.2.7.12-san-kinds",
                            "alternative names are DNS names",
                            c ->
                                    c.names().stream()
                                            .allMatch(n ->
                                                    n.getTagNo() == GeneralName.dNSName
                                                            || n.getTagNo()
                                                                    == GeneralName.iPAddress)),
                    rule(
                            "br-7.1.2.7.12-no-ip-address",
                            "only the server's own certificates name addresses",
                            (c, x) ->
                                    x.internal()
                                            || c.names().stream()
                                                    .noneMatch(n ->
                                                            n.getTagNo() == GeneralName.iPAddress)),
                    rule(
                            "ca-san-no-duplicate",
                            "no alternative name stands there twice",
                            c -> new HashSet<>(c.names()).size() == c.names().size()),
                    rule(
                            "rfc5280-4.2.1.6-san-critical-iff-subject-empty",
                            "the alternative names are critical exactly where the subject is empty",
                            c ->
                                    !c.has(Extension.subjectAlternativeName)
                                            || c.isCritical(Extension.subjectAlternativeName)
                                                    == c.subject().isEmpty()),
                    rule(
                            "rfc1034-3.1-name-253",
                            "a name has at most 253 characters",
                            names(name -> name.length() <= LONGEST_NAME)),
                    rule(
                            "rfc1034-3.1-label-63",
                            "a label has at most 63 characters",
                            labels(label -> label.length() <= LONGEST_LABEL)),
                    rule(
                            "rfc1034-3.1-no-empty-label",
                            "no label is empty, and no name ends in a dot",
                            labels(label -> !label.isEmpty())),
                    rule(
                            "rfc5890-2.3.1-letters-digits-hyphens",
                            "labels are of letters, digits and hyphens, and of an underscore nowhere",
                            labels(label -> LDH.matcher(label).matches() || label.equals("*"))),
                    rule(
                            "rfc5890-2.3.1-no-hyphen-at-the-ends",
                            "no label starts or ends with a hyphen",
                            labels(label -> !label.startsWith("-") && !label.endsWith("-"))),
                    rule(
                            "rfc5890-2.3.1-reserved-labels-are-a-labels",
                            "a label with hyphens in third and fourth place starts with xn--",
                            labels(label ->
                                    !label.startsWith("--", 2) || label.startsWith("xn--"))),
                    rule(
                            "rfc5890-2.3.2.1-a-label-valid",
                            "a label that starts with xn-- is what IDNA 2008 makes of some text",
                            labels(label -> !label.startsWith("xn--") || isALabel(label))),
                    rule(
                            "ca-san-lower-case",
                            "names are in lower case",
                            names(name -> name.equals(name.toLowerCase(Locale.ROOT)))),
                    rule(
                            "br-3.2.2.6-wildcard-is-the-left-most-label",
                            "a wildcard is all of the left-most label",
                            names(name ->
                                    !name.substring(name.startsWith(WILDCARD) ? 2 : 0)
                                            .contains("*"))),
                    rule(
                            "br-7.1.2.7.12-not-a-top-level",
                            "a name has two labels at least, below a wildcard too",
                            (c, x) ->
                                    x.internal()
                                            || c.dnsNames().stream()
                                                    .allMatch(name -> base(name).contains("."))),
                    rule(
                            "rfc1123-2.1-top-level-not-numeric",
                            "the last label is not a number, as an address' would be",
                            names(name ->
                                    !NUMERIC.matcher(name.substring(name.lastIndexOf('.') + 1))
                                            .matches())),
                    rule(
                            "br-7.1.2.7.12-no-reverse-zone",
                            "no name lies in a zone of reverse lookups",
                            names(name ->
                                    !name.endsWith(".in-addr.arpa")
                                            && !name.endsWith(".ip6.arpa"))),
                    rule(
                            "br-7.1.2.7.2-subject-common-name-only",
                            "a domain-validated subject has at most one attribute, a common name",
                            c ->
                                    c.subject().size() <= 1
                                            && c.subject().stream()
                                                    .allMatch(rdn ->
                                                            !rdn.isMultiValued()
                                                                    && rdn.getFirst()
                                                                            .getType()
                                                                            .equals(BCStyle.CN))),
                    rule(
                            "br-7.1.4.3-common-name-in-san",
                            "the common name is one of the alternative names",
                            c -> commonName(c).map(cn -> c.dnsNames().contains(cn)).orElse(true)),
                    rule(
                            "rfc5280-a.1-common-name-64",
                            "the common name has at most 64 characters",
                            c ->
                                    commonName(c)
                                            .map(cn -> cn.length() <= DomainName.MAX_COMMON_NAME)
                                            .orElse(true)),
                    rule(
                            "br-7.1.4.2-common-name-encoding",
                            "the common name is a UTF8String or a PrintableString",
                            c ->
                                    c.commonName()
                                            .map(cn ->
                                                    cn instanceof DERUTF8String
                                                            || cn instanceof DERPrintableString)
                                            .orElse(true)));

    private NameRules() {}

    private static Predicate<Candidate> names(Predicate<String> holds) {
        return c -> c.dnsNames().stream().allMatch(holds);
    }

    private static Predicate<Candidate> labels(Predicate<String> holds) {
        return names(name -> Arrays.stream(name.split("\\.", -1)).allMatch(holds));
    }

    private static String base(String name) {
        return name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name;
    }

    private static boolean isALabel(String label) {
        try {
            return Idna.toAscii(label).equals(label);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static Optional<String> commonName(Candidate candidate) {
        return candidate.commonName().map(IETFUtils::valueToString);
    }
}
