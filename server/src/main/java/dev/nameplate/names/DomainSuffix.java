package dev.nameplate.names;

import java.util.List;

/// A name together with all below it; unlike a [DomainName] it may be a single label, such as `corp`.
public record DomainSuffix(String ascii) {
    public DomainSuffix {
        DomainName.checkLabels(ascii, List.of(ascii.split("\\.", -1)));
    }

    /// @throws DomainName.IllegalDomainName says which rule the name breaks
    public static DomainSuffix parse(String text) {
        return new DomainSuffix(Idna.toAscii(text));
    }

    /// Whether `name`, or the base of a wildcard, is this or lies below it.
    public boolean holds(DomainName name) {
        String base = name.base().ascii();
        return base.equals(ascii) || base.endsWith("." + ascii);
    }

    @Override
    public String toString() {
        return ascii;
    }
}
