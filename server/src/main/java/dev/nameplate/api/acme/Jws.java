package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A JWS in flattened JSON serialization (RFC 8555 section 6.2), taken apart but not yet believed: that is for [#verify].
///
/// @param header the protected one; there is no other
/// @param payload empty for POST-as-GET
@SuppressWarnings("ArrayRecordComponent") // never compared
record Jws(ObjectNode header, byte[] payload, String algorithm, String compact) {
    static final String ES256 = AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
    static final String ES384 = AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384;
    static final String RS256 = AlgorithmIdentifiers.RSA_USING_SHA256;
    static final String EDDSA = AlgorithmIdentifiers.EDDSA;

    /// By keys of accounts.
    static final List<String> SIGNATURES = List.of(ES256, ES384, RS256, EDDSA);

    /// By keys of credentials (section 7.3.4).
    static final List<String> MACS =
            List.of(
                    AlgorithmIdentifiers.HMAC_SHA256,
                    AlgorithmIdentifiers.HMAC_SHA384,
                    AlgorithmIdentifiers.HMAC_SHA512);

    private static final Set<String> MEMBERS = Set.of("protected", "payload", "signature");

    /// @param algorithms those that are taken
    /// @throws AcmeProblem if it is not well-formed, or by another algorithm
    static Jws read(ObjectNode json, List<String> algorithms) {
        json.fieldNames()
                .forEachRemaining(member -> {
                    if (!MEMBERS.contains(member)) {
                        throw AcmeProblem.malformed(
                                "a JWS has protected, payload and signature here, and no "
                                        + member);
                    }
                });
        String header = AcmeJson.required(json, "protected");
        String payload = AcmeJson.required(json, "payload");
        String signature = AcmeJson.required(json, "signature");
        // Only to see that it is well-formed: jose4j is lenient.
        AcmeJson.base64(signature, "signature");
        ObjectNode fields =
                AcmeJson.parse(AcmeJson.base64(header, "protected"), "the protected header");
        String algorithm = AcmeJson.required(fields, "alg");
        if (!algorithms.contains(algorithm)) {
            throw AcmeProblem.badAlgorithm(
                    "the algorithm must be one of " + String.join(", ", algorithms), algorithms);
        }
        if (fields.has("crit") || fields.has("b64")) {
            throw AcmeProblem.malformed("the protected header must not have crit or b64");
        }
        return new Jws(
                fields,
                AcmeJson.base64(payload, "payload"),
                algorithm,
                header + "." + payload + "." + signature);
    }

    /// @throws AcmeProblem if the signature is not by this key
    void verify(AccountKey key) {
        if (!key.algorithm().equals(algorithm)) {
            throw AcmeProblem.malformed("the key does not go with the algorithm " + algorithm);
        }
        if (!isBy(key.key(), SIGNATURES)) {
            throw AcmeProblem.malformed("the signature is not by the key");
        }
    }

    boolean isBy(byte[] macKey) {
        return isBy(new HmacKey(macKey), MACS);
    }

    private boolean isBy(Key key, List<String> algorithms) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(
                    new AlgorithmConstraints(
                            AlgorithmConstraints.ConstraintType.PERMIT,
                            algorithms.toArray(String[]::new)));
            jws.setCompactSerialization(compact);
            jws.setKey(key);
            return jws.verifySignature();
        } catch (JoseException _) {
            return false;
        }
    }

    /// @throws AcmeProblem if it says another than the one it was sent to
    void checkUrl(String url) {
        if (!AcmeJson.required(header, "url").equals(url)) {
            throw AcmeProblem.unauthorized(
                    "the url of the protected header is not the one the request was sent to: "
                            + url);
        }
    }

    Optional<ObjectNode> jwk() {
        JsonNode jwk = header.path("jwk");
        if (jwk.isMissingNode()) {
            return Optional.empty();
        }
        if (jwk instanceof ObjectNode object) {
            return Optional.of(object);
        }
        throw AcmeProblem.malformed("jwk must be an object");
    }

    Optional<String> kid() {
        return AcmeJson.text(header, "kid");
    }

    Optional<String> nonce() {
        return AcmeJson.text(header, "nonce");
    }

    /// Whether it asks for what is there (section 6.3).
    boolean isPostAsGet() {
        return payload.length == 0;
    }

    ObjectNode body() {
        if (isPostAsGet()) {
            throw AcmeProblem.malformed("the payload is empty");
        }
        return AcmeJson.parse(payload, "the payload");
    }

    /// Says nothing of what it holds.
    @Override
    public String toString() {
        return algorithm + ", " + compact.getBytes(StandardCharsets.US_ASCII).length + " bytes";
    }
}
