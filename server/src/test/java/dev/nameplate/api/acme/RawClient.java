package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.function.UnaryOperator;

/// An ACME client that sends what no client would.
final class RawClient implements AutoCloseable {
    private final AcmeRig rig;
    private final HttpClient http = HttpClient.newHttpClient();

    RawClient(AcmeRig rig) {
        this.rig = rig;
    }

    HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(rig.url(path))).build());
    }

    HttpResponse<String> post(String path, String body) throws IOException {
        return post(path, body, "application/jose+json");
    }

    HttpResponse<String> post(String path, String body, String type) throws IOException {
        return send(
                HttpRequest.newBuilder(URI.create(rig.url(path)))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    String nonce() throws IOException {
        return get(Urls.ROOT + "/new-nonce").headers().firstValue("replay-nonce").orElseThrow();
    }

    static ObjectNode jwk(KeyPair keys) {
        try {
            return AcmeJson.stored(
                    PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic())
                            .toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    /// What a client sends that has no account yet.
    String newAccount(KeyPair keys, String algorithm, UnaryOperator<ObjectNode> header)
            throws IOException {
        return jws(
                keys,
                header.apply(header(algorithm, Urls.ROOT + "/new-account", keys)),
                "{\"onlyReturnExisting\":true}");
    }

    ObjectNode header(String algorithm, String path, KeyPair keys) throws IOException {
        ObjectNode header =
                AcmeJson.object()
                        .put("alg", algorithm)
                        .put("nonce", nonce())
                        .put("url", rig.url(path));
        header.set("jwk", jwk(keys));
        return header;
    }

    static String jws(KeyPair keys, ObjectNode header, String payload) {
        String encodedHeader = base64(header.toString().getBytes(StandardCharsets.UTF_8));
        String encodedPayload = base64(payload.getBytes(StandardCharsets.UTF_8));
        return AcmeJson.object()
                .put("protected", encodedHeader)
                .put("payload", encodedPayload)
                .put("signature", signature(keys, header, encodedHeader, encodedPayload))
                .toString();
    }

    private static String signature(
            KeyPair keys, ObjectNode header, String encodedHeader, String encodedPayload) {
        String algorithm = header.path("alg").asText();
        if (!Jws.SIGNATURES.contains(algorithm)) {
            return base64("nothing".getBytes(StandardCharsets.US_ASCII));
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.getHeaders().setFullHeaderAsJsonString(header.toString());
            jws.setPayloadBytes(Base64.getUrlDecoder().decode(encodedPayload));
            jws.setKey(keys.getPrivate());
            jws.setDoKeyValidation(false);
            // Over the very octets that are sent: jose4j writes a header as it was given.
            String[] parts = jws.getCompactSerialization().split("\\.", -1);
            if (!parts[0].equals(encodedHeader)) {
                throw new AssertionError("the header was written anew");
            }
            return parts[2];
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        http.close();
    }
}
