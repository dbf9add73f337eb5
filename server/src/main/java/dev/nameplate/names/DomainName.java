package dev.nameplate.names;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/// A host name that a certificate or an alias may carry: at least two labels, lower case, internationalised labels in
/// their `xn--` form, no trailing dot; a `*` may stand alone as the whole left-most label (RFC 9525 section 6.3).
public record DomainName(String ascii) implements Comparable<DomainName> {
    /// RFC 1035 section 2.3.4, without the trailing dot.
    public static final int MAX_LENGTH = 253;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public DomainName {
        check(ascii);
    }

    /// Lower-cases, converts Unicode labels, and checks. One trailing dot is not accepted: AWS refuses it too.
    ///
    /// @throws IllegalDomainName says which rule the name breaks
    public static DomainName parse(String text) {
        boolean wildcard = text.startsWith("*.");
        String host = wildcard ? text.substring(2) : text;
        String ascii;
        try {
            ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalDomainName(
                    text, "it is not a valid internationalised name: " + e.getMessage());
        }
        return new DomainName(wildcard ? "*." + ascii : ascii);
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
        String[] labels = host.split("\\.", -1);
        if (labels.length < 2) {
            throw new IllegalDomainName(name, "it needs at least two labels, such as example.com");
        }
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
        if (labels[labels.length - 1].chars().allMatch(Character::isDigit)) {
            throw new IllegalDomainName(name, "it looks like an IP address");
        }
    }

    public boolean isWildcard() {
        return ascii.startsWith("*.");
    }

    /// The name without a leading `*.`.
    public DomainName base() {
        return isWildcard() ? new DomainName(ascii.substring(2)) : this;
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
        IllegalDomainName(String name, String reason) {
            super("'" + name + "' is not a domain name that can be certified: " + reason);
        }
    }
}
