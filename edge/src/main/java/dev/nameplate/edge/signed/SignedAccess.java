package dev.nameplate.edge.signed;

import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.edge.signed.Signatures.Hash;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Judges signed URLs and cookies as CloudFront does: a *canned* policy is the URL and a time it ends, put together by both
/// sides; a *custom* one comes along and may have wildcards, a beginning and an address range.
public final class SignedAccess {
    static final String COOKIE_PREFIX = "CloudFront-";

    /// Meant for the edge alone: neither cache nor origin sees them.
    public static final Set<String> COOKIES =
            Set.of(
                    "CloudFront-Key-Pair-Id",
                    "CloudFront-Signature",
                    "CloudFront-Policy",
                    "CloudFront-Expires",
                    "CloudFront-Hash-Algorithm");

    private static final Pattern SECONDS = Pattern.compile("\\d{1,10}");

    private final Signatures signatures = new Signatures();

    public SignedAccess() {}

    public Outcome check(TrustedKeys trusted, SignedRequest request, Instant now) {
        Credentials shown = Credentials.of(request.query(), request.cookies());
        if (shown.keyPairId().isEmpty()) {
            return new Outcome.Refused(Refusal.MISSING_KEY);
        }
        Optional<PublicKey> key = Optional.ofNullable(trusted.keys().get(shown.keyPairId().get()));
        if (key.isEmpty()) {
            return new Outcome.Refused(Refusal.UNKNOWN_KEY);
        }
        if (shown.signature().isEmpty()) {
            return new Outcome.Refused(Refusal.MISSING_SIGNATURE);
        }
        String signature = shown.signature().get();
        Optional<byte[]> decoded = Signatures.decoded(signature);
        if (decoded.isEmpty()) {
            return new Outcome.Refused(Refusal.MALFORMED_SIGNATURE);
        }
        Optional<Hash> hash = Hash.named(shown.hashAlgorithm());
        if (hash.isEmpty()) {
            return new Outcome.Refused(Refusal.ACCESS_DENIED);
        }
        Proof proof = new Proof(key.get(), hash.get(), signature, decoded.get());
        Optional<Refusal> refusal =
                shown.policy()
                        .map(policy -> custom(proof, policy, shown.query(), request, now))
                        .orElseGet(() -> canned(proof, shown, request, now));
        return refusal.<Outcome>map(Outcome.Refused::new)
                .orElseGet(() -> new Outcome.Granted(shown.query()));
    }

    @SuppressWarnings("ArrayRecordComponent") // lives within one check, and is never compared
    private record Proof(PublicKey key, Hash hash, String signature, byte[] decoded) {}

    private boolean signs(Proof proof, String text) {
        return signatures.isRight(proof.key, proof.hash, text, proof.signature, proof.decoded);
    }

    private Optional<Refusal> custom(
            Proof proof, String encoded, String query, SignedRequest request, Instant now) {
        Optional<byte[]> policy = Signatures.decoded(encoded);
        if (policy.isEmpty()) {
            return Optional.of(Refusal.MALFORMED_POLICY);
        }
        String text = new String(policy.get(), StandardCharsets.UTF_8);
        if (!signs(proof, text)) {
            return Optional.of(Refusal.ACCESS_DENIED);
        }
        try {
            return Policy.parse(text).holds(request, query, now)
                    ? Optional.empty()
                    : Optional.of(Refusal.ACCESS_DENIED);
        } catch (Policy.Malformed _) {
            return Optional.of(Refusal.MALFORMED_POLICY);
        }
    }

    private Optional<Refusal> canned(
            Proof proof, Credentials shown, SignedRequest request, Instant now) {
        if (shown.expires().isEmpty()) {
            return Optional.of(Refusal.MISSING_POLICY);
        }
        String expires = shown.expires().get();
        if (!SECONDS.matcher(expires).matches()) {
            return Optional.of(Refusal.MALFORMED_POLICY);
        }
        boolean inTime = now.isBefore(Instant.ofEpochSecond(Long.parseLong(expires)));
        boolean right =
                inTime
                        && (signs(proof, text(request, request.authority(), shown, expires))
                                || (!request.authority().equals(request.host())
                                        && signs(
                                                proof,
                                                text(request, request.host(), shown, expires))));
        return right ? Optional.empty() : Optional.of(Refusal.ACCESS_DENIED);
    }

    /// What the signer signed, to the byte.
    private static String text(
            SignedRequest request, String authority, Credentials shown, String expires) {
        return "{\"Statement\":[{\"Resource\":\""
                + request.scheme()
                + "://"
                + authority
                + request.path()
                + (shown.query().isEmpty() ? "" : "?" + shown.query())
                + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":"
                + expires
                + "}}}]}";
    }
}
