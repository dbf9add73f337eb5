package dev.nameplate.names;

import java.util.List;
import java.util.regex.Pattern;

/// A host name that a certificate or an alias may carry: at least two labels, lower case, internationalised labels in
/// their `xn--` form, no trailing dot; a `*` may stand alone as the whole left-most label (RFC 9525 section 6.3).
public record DomainName(String ascii) implements Comparable<DomainName> {
    /// RFC 1035 section 2.3.4, without the trailing dot.
    public static final int MAX_LENGTH = 253;

    /// What a certificate's subject can hold as its common name, in octets (RFC 5280, ub-common-name).
    public static final int MAX_COMMON_NAME = 64;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public DomainName {
        check(ascii);
    }

    /// Reads what a person or a program wrote, in any case and script ([Idna]). A trailing dot is not accepted: AWS refuses
    /// it too. The constructor is for what has been through here once.
    ///
    /// @throws IllegalDomainName says which rule the name breaks
    public static DomainName parse(String text) {
        boolean wildcard = text.startsWith("*.");
        try {
            String ascii = Idna.toAscii(wildcard ? text.substring(2) : text);
            return new DomainName(wildcard ? "*." + ascii : ascii);
        } catch (IllegalDomainName e) {
            throw e.about(Idna.shortened(text));
        }
    }

    private static void check(String name) {
        if (name.isEmpty()) {
            throw new IllegalDomainName(name, "it is empty");
        }
        if (name.length() > MAX_LENGTH) {
            throw new IllegalDomainName(name, "it is longer than " + MAX_LENGTH + " characters");
        }
        if (name.endsWith(".")) {
            throw new IllegalDomainName(name, "it ends with a dot");
        }
        String host = name.startsWith("*.") ? name.substring(2) : name;
        List<String> labels = List.of(host.split("\\.", -1));
        if (labels.size() < 2) {
            throw new IllegalDomainName(name, "it needs at least two labels, such as example.com");
        }
        checkLabels(name, labels);
    }

    static void checkLabels(String name, List<String> labels) {
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalDomainName(
                        name,
                        "the label '"
                                + label
                                + "' must have 1 to 63 letters, digits or inner hyphens");
            }
            if (label.startsWith("--", 2) && !label.startsWith("xn--")) {
                throw new IllegalDomainName(
                        name, "the label '" + label + "' has hyphens in third and fourth place");
            }
        }
        if (labels.getLast().chars().allMatch(Character::isDigit)) {
            throw new IllegalDomainName(name, "it looks like an IP address");
        }
    }

    /// Whether this name may be a certificate's primary one, which is its common name.
    public boolean fitsCommonName() {
        return ascii.length() <= MAX_COMMON_NAME;
    }

    public boolean isWildcard() {
        return ascii.startsWith("*.");
    }

    /// The name without a leading `*.`.
    public DomainName base() {
        return isWildcard() ? new DomainName(ascii.substring(2)) : this;
    }

    /// Whether it is one that a registry gives away, and so surely the top of a zone.
    public boolean isRegistrable() {
        return PublicSuffixes.isRegistrable(ascii);
    }

    /// What authorities count by: the part that was bought of a registrar, or of whoever sells names below a suffix of their own
    /// (the public suffix list, both sections).
    public String registeredDomain() {
        return PublicSuffixes.registeredDomain(base().ascii);
    }

    /// Whether this name is `zone` or lies below it.
    public boolean isWithin(DomainName zone) {
        return base().ascii.equals(zone.ascii) || base().ascii.endsWith("." + zone.ascii);
    }

    /// Whether a certificate for this name may serve `host`: equal, or a wildcard standing for exactly one label
    /// (RFC 9525 section 6.3). A wildcard covers itself, and never its own base.
    public boolean covers(DomainName host) {
        if (equals(host)) {
            return true;
        }
        if (!isWildcard() || host.isWildcard()) {
            return false;
        }
        int dot = host.ascii.indexOf('.');
        return host.ascii.substring(dot + 1).equals(base().ascii);
    }

    @Override
    public int compareTo(DomainName other) {
        return ascii.compareTo(other.ascii);
    }

    @Override
    public String toString() {
        return ascii;
    }

    /// The text breaks a rule of host names; the message says which.
    public static final class IllegalDomainName extends IllegalArgumentException {
        private final String reason;

        IllegalDomainName(String name, String reason) {
            super("'" + name + "' is not a domain name that can be certified: " + reason);
            this.reason = reason;
        }

        /// The same rule, broken by the text as it was written.
        IllegalDomainName about(String text) {
            return new IllegalDomainName(text, reason);
        }
    }
}
