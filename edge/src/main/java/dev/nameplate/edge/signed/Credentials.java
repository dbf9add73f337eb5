package dev.nameplate.edge.signed;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/// What a visitor shows: parameters of the URL, or else cookies. A signed URL is judged alone, whatever cookies come along.
///
/// @param query what is left of the query without them
record Credentials(
        Optional<String> keyPairId,
        Optional<String> signature,
        Optional<String> policy,
        Optional<String> expires,
        Optional<String> hashAlgorithm,
        String query) {
    private static final String KEY_PAIR_ID = "Key-Pair-Id";
    private static final String SIGNATURE = "Signature";
    private static final String POLICY = "Policy";
    private static final String EXPIRES = "Expires";
    private static final String HASH_ALGORITHM = "Hash-Algorithm";
    private static final Set<String> PARAMETERS =
            Set.of(KEY_PAIR_ID, SIGNATURE, POLICY, EXPIRES, HASH_ALGORITHM);

    static Credentials of(String query, Optional<String> cookies) {
        Map<String, String> parameters = new HashMap<>();
        StringJoiner rest = new StringJoiner("&");
        if (!query.isEmpty()) {
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                if (PARAMETERS.contains(name)) {
                    parameters.putIfAbsent(name, equals < 0 ? "" : part.substring(equals + 1));
                } else {
                    rest.add(part);
                }
            }
        }
        // `Expires` alone may be the application's own.
        if (parameters.containsKey(SIGNATURE)
                || parameters.containsKey(KEY_PAIR_ID)
                || parameters.containsKey(POLICY)) {
            return of(parameters, rest.toString());
        }
        return of(cookies.map(Credentials::inCookies).orElse(Map.of()), query);
    }

    private static Map<String, String> inCookies(String header) {
        Map<String, String> found = new HashMap<>();
        for (String cookie : header.split(";", -1)) {
            int equals = cookie.indexOf('=');
            if (equals > 0) {
                String name = cookie.substring(0, equals).strip();
                if (SignedAccess.COOKIES.contains(name)) {
                    found.putIfAbsent(
                            name.substring(SignedAccess.COOKIE_PREFIX.length()),
                            cookie.substring(equals + 1).strip());
                }
            }
        }
        return found;
    }

    private static Credentials of(Map<String, String> values, String query) {
        return new Credentials(
                value(values, KEY_PAIR_ID),
                value(values, SIGNATURE),
                value(values, POLICY),
                value(values, EXPIRES),
                value(values, HASH_ALGORITHM),
                query);
    }

    private static Optional<String> value(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name))
                .filter(value -> !value.isEmpty())
                .map(Credentials::decoded);
    }

    /// Their alphabet needs no percent-encoding, but some clients encode `~` all the same.
    private static String decoded(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return value; // half an escape: no base64, no number, and refused as such
        }
    }
}
