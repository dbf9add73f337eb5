package dev.nameplate.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// AWS KMS as far as Encrypt and Decrypt go, in JSON 1.1: a ciphertext is bound to its key and encryption context, and whoever
/// does not sign is turned away.
final class FakeKms implements AutoCloseable {
    static final String KEY_ID =
            "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Aead aead;
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile boolean denies;

    FakeKms() throws IOException, GeneralSecurityException {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        aead = new AesGcmJce(key);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        String authorization =
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        calls.add(target);
        if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=")
                || !authorization.contains("/eu-west-1/kms/aws4_request")) {
            answer(
                    exchange,
                    403,
                    error("MissingAuthenticationTokenException", "Missing signature"));
            return;
        }
        if (denies) {
            answer(exchange, 400, error("AccessDeniedException", "no kms:Decrypt for you"));
            return;
        }
        byte[] place =
                (request.path("KeyId").asText() + request.path("EncryptionContext"))
                        .getBytes(StandardCharsets.UTF_8);
        ObjectNode response = JSON.createObjectNode().put("KeyId", KEY_ID);
        try {
            switch (target) {
                case "TrentService.Encrypt" ->
                        response.put(
                                "CiphertextBlob",
                                aead.encrypt(request.path("Plaintext").binaryValue(), place));
                case "TrentService.Decrypt" ->
                        response.put(
                                "Plaintext",
                                aead.decrypt(request.path("CiphertextBlob").binaryValue(), place));
                default -> {
                    answer(exchange, 400, error("UnknownOperationException", target));
                    return;
                }
            }
            answer(exchange, 200, response);
        } catch (GeneralSecurityException e) {
            answer(exchange, 400, error("InvalidCiphertextException", "not ours"));
        }
    }

    private static ObjectNode error(String type, String message) {
        return JSON.createObjectNode().put("__type", type).put("message", message);
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body)
            throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
