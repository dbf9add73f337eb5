package dev.nameplate.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// A path with the query that CloudFront documents for a canned policy, signed here and not by code of ours.
final class SignedPath {
    /// In 2035.
    private static final long EXPIRES = 2_051_222_400;

    private SignedPath() {}

    /// @param key PKCS#8 in PEM, RSA
    static String of(String base, String path, String keyId, Path key)
            throws GeneralSecurityException, IOException {
        String policy =
                "{\"Statement\":[{\"Resource\":\"%s\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":%d}}}]}"
                        .formatted(base + path, EXPIRES);
        byte[] pkcs8 =
                Base64.getMimeDecoder()
                        .decode(Files.readString(key).replaceAll("-----[A-Z ]+-----", ""));
        Signature signature = Signature.getInstance("SHA1withRSA");
        signature.initSign(
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        signature.update(policy.getBytes(StandardCharsets.UTF_8));
        String text =
                Base64.getEncoder()
                        .encodeToString(signature.sign())
                        .replace('+', '-')
                        .replace('=', '_')
                        .replace('/', '~');
        return "%s?Expires=%d&Signature=%s&Key-Pair-Id=%s".formatted(path, EXPIRES, text, keyId);
    }
}
