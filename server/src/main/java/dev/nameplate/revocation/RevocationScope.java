package dev.nameplate.revocation;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.Origin;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which leaves have to go: those that meet all that is given.
///
/// @param keyDigest SHA-256 of the public key (SubjectPublicKeyInfo), in lower-case hex
/// @param issuer who signed them
/// @param from issued then or later
/// @param to issued before
public record RevocationScope(
        Optional<String> keyDigest,
        Optional<IssuerName> issuer,
        Optional<Instant> from,
        Optional<Instant> to) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public RevocationScope {
        keyDigest = keyDigest.map(text -> text.replace(":", "").toLowerCase(Locale.ROOT));
        if (keyDigest.isEmpty() && issuer.isEmpty() && from.isEmpty() && to.isEmpty()) {
            throw new IllegalArgumentException(
                    "a scope is needed: a key, an issuer, a time or several of them; to revoke everything, give a time"
                            + " before the first certificate");
        }
        if (keyDigest.isPresent() && !DIGEST.matcher(keyDigest.get()).matches()) {
            throw new IllegalArgumentException(
                    "a key is given by the SHA-256 of its SubjectPublicKeyInfo: 64 hex digits, with or without colons");
        }
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new IllegalArgumentException(
                    "no moment lies between " + from.get() + " and " + to.get() + "; swap them");
        }
    }

    /// An import's authority and time are not ours to judge, its key is.
    boolean includes(Origin origin, IssuerName signer, Instant issuedAt, String key) {
        boolean ours =
                switch (origin) {
                    case ACM, LIGHTSAIL -> true;
                    case IMPORTED -> issuer.isEmpty() && from.isEmpty() && to.isEmpty();
                };
        return ours
                && keyDigest.map(key::equals).orElse(true)
                && issuer.map(signer::equals).orElse(true)
                && from.map(at -> !issuedAt.isBefore(at)).orElse(true)
                && to.map(issuedAt::isBefore).orElse(true);
    }
}
