package dev.nameplate.edge.signed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.Optional;

/// Verifies signatures, and remembers the right ones for a while: the pieces of a film are asked for by the thousand under
/// one cookie, and an ECDSA verification costs more than the answer.
final class Signatures {
    /// About a thousand policies, or a few thousand canned ones.
    private static final long REMEMBERED_BYTES = 2 << 20;

    /// Keys are compared by content, so a key that was replaced under its id is another key.
    private record Verified(PublicKey key, String algorithm, String text, String signature) {}

    private final Cache<Verified, Boolean> verified =
            Caffeine.newBuilder()
                    .maximumWeight(REMEMBERED_BYTES)
                    .<Verified, Boolean>weigher(
                            (one, _) -> 512 + one.text.length() + one.signature.length())
                    .executor(Runnable::run)
                    .build();

    /// The names `Hash-Algorithm` may have; SHA-1 where it is left out, as CloudFront's signers do.
    enum Hash {
        SHA1,
        SHA256;

        static Optional<Hash> named(Optional<String> name) {
            return switch (name.orElse("SHA1")) {
                case "SHA1" -> Optional.of(SHA1);
                case "SHA256" -> Optional.of(SHA256);
                default -> Optional.empty();
            };
        }
    }

    /// @param signature in base64
    boolean isRight(PublicKey key, Hash hash, String text, String signature, byte[] decoded) {
        String algorithm = hash + (key.getAlgorithm().equals("RSA") ? "withRSA" : "withECDSA");
        Verified claim = new Verified(key, algorithm, text, signature);
        if (verified.getIfPresent(claim) != null) {
            return true;
        }
        boolean right = verify(key, algorithm, text, decoded);
        if (right) {
            verified.put(claim, true);
        }
        return right;
    }

    private static boolean verify(PublicKey key, String algorithm, String text, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(text.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(signature);
        } catch (SignatureException _) {
            return false; // not even the shape of one
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a trusted key cannot verify " + algorithm, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK does not verify " + algorithm, e);
        }
    }

    /// CloudFront's base64: `-` for `+`, `_` for `=`, `~` for `/`.
    static Optional<byte[]> decoded(String base64) {
        String standard = base64.replace('-', '+').replace('_', '=').replace('~', '/');
        try {
            return Optional.of(Base64.getDecoder().decode(standard));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
