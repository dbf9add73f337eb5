package dev.nameplate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/// A signed request (RFC 8555 section 6.2).
///
/// @param payload empty for a POST-as-GET
record FaultCaJws(JsonNode header, byte[] payload, byte[] signed, byte[] signature) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static FaultCaJws parse(byte[] body) throws IOException {
        JsonNode flat = JSON.readTree(body);
        String header = flat.path("protected").asText();
        String payload = flat.path("payload").asText();
        return new FaultCaJws(
                JSON.readTree(decoded(header)),
                decoded(payload),
                (header + "." + payload).getBytes(US_ASCII),
                decoded(flat.path("signature").asText()));
    }

    JsonNode json() {
        try {
            return payload.length == 0 ? JSON.createObjectNode() : JSON.readTree(payload);
        } catch (IOException failed) {
            throw new IllegalArgumentException(failed);
        }
    }

    boolean isSignedBy(PublicKey key) {
        try {
            Signature verifier =
                    Signature.getInstance(
                            switch (header.path("alg").asText()) {
                                case "ES256" -> "SHA256withECDSAinP1363Format";
                                case "ES384" -> "SHA384withECDSAinP1363Format";
                                case "RS256" -> "SHA256withRSA";
                                case "EdDSA" -> "Ed25519";
                                default -> throw new IllegalArgumentException("alg in " + header);
                            });
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException failed) {
            return false;
        }
    }

    static PublicKey key(JsonNode jwk) {
        try {
            return switch (jwk.path("kty").asText()) {
                case "EC" -> {
                    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
                    curve.init(
                            new ECGenParameterSpec(
                                    jwk.path("crv").asText().equals("P-384")
                                            ? "secp384r1"
                                            : "secp256r1"));
                    yield KeyFactory.getInstance("EC")
                            .generatePublic(
                                    new ECPublicKeySpec(
                                            new ECPoint(number(jwk, "x"), number(jwk, "y")),
                                            curve.getParameterSpec(ECParameterSpec.class)));
                }
                case "RSA" ->
                        KeyFactory.getInstance("RSA")
                                .generatePublic(
                                        new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
                default -> throw new IllegalArgumentException("key " + jwk);
            };
        } catch (GeneralSecurityException failed) {
            throw new IllegalArgumentException(failed);
        }
    }

    /// RFC 7638.
    static String thumbprint(JsonNode jwk) {
        String canonical =
                jwk.path("kty").asText().equals("EC")
                        ? "{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
                                .formatted(
                                        jwk.path("crv").asText(),
                                        jwk.path("x").asText(),
                                        jwk.path("y").asText())
                        : "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}"
                                .formatted(jwk.path("e").asText(), jwk.path("n").asText());
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(UTF_8)));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static BigInteger number(JsonNode jwk, String member) {
        return new BigInteger(1, decoded(jwk.path(member).asText()));
    }

    static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
