package dev.nameplate.api.lightsail;

import dev.nameplate.names.DomainName;

import org.jspecify.annotations.Nullable;

/// What Lightsail accepts as a name of a certificate or a DNS zone: a host name, never a wildcard.
final class CertifiedName {
    private CertifiedName() {}

    /// @param member the request's member, which the refusal names
    static DomainName parse(String member, @Nullable String text) {
        DomainName name;
        try {
            name = DomainName.parse(text == null ? "" : text);
        } catch (DomainName.IllegalDomainName e) {
            throw Refusal.invalid("The " + member + " is not valid: " + e.getMessage() + ".");
        }
        if (name.isWildcard()) {
            throw Refusal.invalid(
                    "The "
                            + member
                            + " is not valid: wildcard domain entries are not supported, and '"
                            + name
                            + "' is one.");
        }
        return name;
    }

    static void requireFitsCommonName(DomainName primary) {
        if (!primary.fitsCommonName()) {
            throw Refusal.invalid(
                    "The domainName '"
                            + primary
                            + "' is longer than the 64 characters a certificate's common name can"
                            + " hold. Make a shorter name the primary one and this one an alternate.");
        }
    }
}
