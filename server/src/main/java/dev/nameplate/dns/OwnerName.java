package dev.nameplate.dns;

import dev.nameplate.names.DomainName;
import dev.nameplate.names.Idna;

import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The name that owns a record: lower case, no trailing dot. Wider than a host name: labels may hold underscores and the
/// left-most one may be `*`.
record OwnerName(String text) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final int MAX_LENGTH = 253;

    /// UTS 46 section 4.1: what maps to the full stop.
    private static final Pattern DOTS = Pattern.compile("[.。．｡]");

    /// Reads what a person wrote; one trailing dot is accepted.
    ///
    /// @throws Zones.InvalidEntry says which rule the name breaks
    static OwnerName parse(String written) {
        String name = withoutTrailingDot(written).toLowerCase(Locale.ROOT);
        boolean wildcard = name.startsWith("*.");
        String host = wildcard ? name.substring(2) : name;
        if (!host.chars().allMatch(c -> c < 0x80)) {
            host = ascii(host);
        }
        if (host.length() > MAX_LENGTH) {
            throw new Zones.InvalidEntry(
                    "the name '" + written + "' is longer than " + MAX_LENGTH + " characters");
        }
        for (String label : host.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new Zones.InvalidEntry(
                        "the label '"
                                + label
                                + "' of '"
                                + written
                                + "' must have 1 to 63 letters, digits, underscores or inner hyphens");
            }
        }
        return new OwnerName(wildcard ? "*." + host : host);
    }

    /// Label by label, because those with underscores are no part of an internationalised name.
    private static String ascii(String host) {
        try {
            return Stream.of(DOTS.split(host, -1))
                    .map(label ->
                            label.chars().allMatch(c -> c < 0x80) ? label : Idna.toAscii(label))
                    .collect(Collectors.joining("."));
        } catch (DomainName.IllegalDomainName e) {
            throw new Zones.InvalidEntry(String.valueOf(e.getMessage()));
        }
    }

    /// A name as it came in a query. Octets that no entry can hold stay escaped, so they match nothing but a wildcard.
    static OwnerName of(Name name) {
        var labels = new ArrayList<String>();
        for (int i = 0; i < name.labels() - 1; i++) {
            labels.add(name.getLabelString(i).replace("\\.", "\\046"));
        }
        return new OwnerName(String.join(".", labels).toLowerCase(Locale.ROOT));
    }

    static String withoutTrailingDot(String name) {
        return name.length() > 1 && name.endsWith(".")
                ? name.substring(0, name.length() - 1)
                : name;
    }

    Name toDns() {
        return toDns(text);
    }

    static Name toDns(String text) {
        try {
            return text.endsWith(".") ? Name.fromString(text) : Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a DNS name: " + text, e);
        }
    }

    boolean isWithin(String zone) {
        return text.equals(zone) || text.endsWith("." + zone);
    }

    boolean isWildcard() {
        return text.startsWith("*.");
    }

    /// This name, its parent, and so on up to the top-level name.
    List<String> selfAndAncestors() {
        var names = new ArrayList<String>();
        names.add(text);
        for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
            names.add(text.substring(dot + 1));
        }
        return names;
    }

    /// The closest name above, or this one, whose first label does not begin with an underscore.
    OwnerName withoutUnderscores() {
        int start = 0;
        while (text.startsWith("_", start) && text.indexOf('.', start) >= 0) {
            start = text.indexOf('.', start) + 1;
        }
        return start == 0 ? this : new OwnerName(text.substring(start));
    }

    /// RFC 4034 section 6.1's order as bytes: every name below this one starts with this one's place.
    byte[] place() {
        var bytes = new ByteArrayOutputStream();
        String[] labels = text.split("\\.");
        for (int i = labels.length - 1; i >= 0; i--) {
            bytes.writeBytes(labels[i].getBytes(StandardCharsets.US_ASCII));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    /// The first place after all names below this one.
    byte[] placeAfterDescendants() {
        byte[] place = place();
        byte[] after = Arrays.copyOf(place, place.length);
        after[after.length - 1] = 1;
        return after;
    }

    @Override
    public String toString() {
        return text;
    }
}
