package dev.nameplate.api.acm;

import dev.nameplate.names.DomainName;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A name and the domain whose owner would get the e-mail about it. Nothing is proven by e-mail here; the pair is checked all
/// the same.
final class ValidationOptions {
    private ValidationOptions() {}

    static DomainName parse(@Nullable String text) {
        try {
            return DomainName.parse(text == null ? "" : text);
        } catch (DomainName.IllegalDomainName e) {
            throw Refusal.validation(e.getMessage());
        }
    }

    /// @param names of the certificate
    static void check(DomainName name, DomainName validation, List<DomainName> names) {
        if (!names.contains(name)) {
            throw Refusal.invalidValidationOptions(
                    "'" + name + "' is not a domain name of this certificate.");
        }
        if (!name.isWithin(validation)) {
            throw Refusal.invalidValidationOptions(
                    "The validation domain '"
                            + validation
                            + "' is neither '"
                            + name
                            + "' nor a parent of it.");
        }
    }
}
