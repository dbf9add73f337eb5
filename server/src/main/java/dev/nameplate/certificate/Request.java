package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;

import java.util.List;
import java.util.Optional;

/// What is asked for.
///
/// @param names the first is the primary name; duplicates collapse
/// @param exportable whether its key may ever be handed out
/// @param issuers which it may come from; the default where empty
public record Request(
        Origin origin,
        List<DomainName> names,
        KeyChoice key,
        Validation validation,
        boolean exportable,
        Optional<IssuerChoice> issuers) {
    /// From the issuers that are the default.
    public Request(
            Origin origin,
            List<DomainName> names,
            KeyChoice key,
            Validation validation,
            boolean exportable) {
        this(origin, names, key, validation, exportable, Optional.empty());
    }

    public Request {
        names = names.stream().distinct().toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a certificate needs at least one name");
        }
        if (origin == Origin.IMPORTED) {
            throw new IllegalArgumentException("an import is stored, not requested");
        }
        if (validation == Validation.HTTP && names.stream().anyMatch(DomainName::isWildcard)) {
            throw new IllegalArgumentException(
                    "a web server can prove its own name, not those that a wildcard stands for");
        }
    }

    /// From these issuers; empty for the default.
    public Request from(Optional<IssuerChoice> chosen) {
        return new Request(origin, names, key, validation, exportable, chosen);
    }

    /// Proven by DNS, its key never handed out.
    public static Request of(Origin origin, List<DomainName> names, KeyChoice key) {
        return new Request(origin, names, key, Validation.DNS, false);
    }

    /// The same, with the key that its requester named.
    public static Request of(Origin origin, List<DomainName> names, KeyAlgorithm named) {
        return of(origin, names, new KeyChoice.Named(named));
    }
}
