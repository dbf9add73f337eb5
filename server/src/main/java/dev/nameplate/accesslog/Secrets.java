package dev.nameplate.accesslog;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Takes out of query strings and cookies what would let a reader of the log in: signatures, tokens, passwords.
final class Secrets {
    static final String MASK = "***";

    private static final Set<String> PARAMETERS =
            Set.of(
                    "signature",
                    "policy",
                    "key-pair-id",
                    "x-amz-signature",
                    "x-amz-security-token",
                    "x-amz-credential",
                    "awsaccesskeyid",
                    "sig",
                    "hmac",
                    "token",
                    "access_token",
                    "id_token",
                    "refresh_token",
                    "auth",
                    "authorization",
                    "code",
                    "jwt",
                    "session",
                    "sessionid",
                    "api_key",
                    "apikey",
                    "api-key",
                    "key",
                    "password",
                    "passwd",
                    "pwd",
                    "secret",
                    "client_secret");

    private static final Set<String> COOKIES =
            Set.of("cloudfront-signature", "cloudfront-policy", "cloudfront-key-pair-id");

    private Secrets() {}

    static String query(String query) {
        return masked(query, '&', true, PARAMETERS);
    }

    static String cookies(String cookies) {
        return masked(cookies, ';', false, COOKIES);
    }

    /// A URL's own query.
    static String url(String url, boolean withQuery) {
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        return withQuery
                ? url.substring(0, question + 1) + query(url.substring(question + 1))
                : url.substring(0, question);
    }

    private static String masked(
            String text, char separator, boolean encoded, Set<String> secretNames) {
        StringBuilder masked = new StringBuilder(text.length());
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf(separator, start);
            String pair = text.substring(start, end < 0 ? text.length() : end);
            int equals = pair.indexOf('=');
            if (equals >= 0 && secretNames.contains(name(pair.substring(0, equals), encoded))) {
                masked.append(pair, 0, equals + 1).append(MASK);
            } else {
                masked.append(pair);
            }
            if (end < 0) {
                break;
            }
            masked.append(separator);
            start = end + 1;
        }
        return masked.toString();
    }

    /// As the origin would read it: another spelling must not slip through.
    private static String name(String raw, boolean encoded) {
        String name = raw;
        if (encoded) {
            try {
                name = URLDecoder.decode(raw, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                // A stray percent sign stands for itself.
            }
        }
        return name.strip().toLowerCase(Locale.ROOT);
    }
}
