package dev.nameplate.notification.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nameplate.notification.Secret;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signature of Standard Webhooks, version 1: HMAC-SHA-256 over id, time and body. With several secrets there are several, and
/// one that fits is enough.
final class Signature {
    private static final String HMAC = "HmacSHA256";

    private Signature() {}

    static String header(List<Secret> secrets, String id, long timestamp, byte[] body) {
        return secrets.stream()
                .map(secret -> one(secret, id, timestamp, body))
                .collect(Collectors.joining(" "));
    }

    private static String one(Secret secret, String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.key(), HMAC));
            mac.update((id + "." + timestamp + ".").getBytes(US_ASCII));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
