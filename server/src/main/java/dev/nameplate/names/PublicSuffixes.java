package dev.nameplate.names;

import com.google.common.net.InternetDomainName;

/// The public suffix list's ICANN section, as Guava carries it: under which names registries sell. The private section
/// (`github.io` and the like) is left out: whoever holds such a name may have it certified, wildcard included (CA/Browser
/// Forum Baseline Requirements section 3.2.2.6).
final class PublicSuffixes {
    private PublicSuffixes() {}

    /// Whether a registry sells names directly below `name`.
    static boolean isSuffix(String name) {
        return InternetDomainName.isValid(name) && InternetDomainName.from(name).isRegistrySuffix();
    }

    /// Whether whatever stands directly below `name` is a suffix, by a rule such as `*.kobe.jp`.
    static boolean holdsSuffixes(String name) {
        return isSuffix("any-label." + name);
    }

    /// Whether `name` stands directly below a suffix.
    static boolean isRegistrable(String name) {
        return InternetDomainName.isValid(name)
                && InternetDomainName.from(name).isTopDomainUnderRegistrySuffix();
    }

    /// Whether `name` lies below a top-level domain of the public DNS.
    static boolean isPublic(String name) {
        return InternetDomainName.isValid(name)
                && InternetDomainName.from(name).hasRegistrySuffix();
    }

    /// The name that was bought: one label more than the public suffix, the list's private section included. Below a top-level
    /// domain that is not on the list the last two labels; a suffix itself stands for itself.
    static String registeredDomain(String name) {
        if (InternetDomainName.isValid(name)) {
            InternetDomainName host = InternetDomainName.from(name);
            if (host.isUnderPublicSuffix()) {
                return host.topPrivateDomain().toString();
            }
            if (host.isPublicSuffix()) {
                return name;
            }
        }
        int last = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', last - 1) + 1);
    }
}
