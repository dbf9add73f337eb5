package dev.nameplate.challenge;

import dev.nameplate.names.DomainName;

/// One thing that an authority looks for.
public sealed interface Challenge {

    /// A TXT record (RFC 8555 §8.4) at a name in our own zone, to which the name that is proven points.
    ///
    /// @param target in any case, with or without the final dot
    record Text(String target, String text) implements Challenge {
        /// What fits into one string of a TXT record (RFC 1035 §3.3).
        private static final int LONGEST = 255;

        public Text {
            target = Challenges.place(target);
            if (text.length() > LONGEST
                    || !text.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"' && c != '\\')) {
                throw new IllegalArgumentException(
                        "a text at "
                                + target
                                + " must have at most 255 printable characters, no quote, no backslash");
            }
        }
    }

    /// A file under the name (RFC 8555 §8.3).
    record Http(DomainName host, String token, String authorization) implements Challenge {
        public Http {
            notWildcard(host);
            if (!Challenges.TOKEN.matcher(token).matches()) {
                throw new IllegalArgumentException(
                        "a token has 1 to 256 characters of base64url, not '" + token + "'");
            }
            checkAuthorization(host, authorization);
        }
    }

    /// A certificate in a handshake for the name (RFC 8737).
    record Alpn(DomainName host, String authorization) implements Challenge {
        public Alpn {
            notWildcard(host);
            checkAuthorization(host, authorization);
        }
    }

    private static void notWildcard(DomainName host) {
        if (host.isWildcard()) {
            throw new IllegalArgumentException(
                    host + " can be proven in the DNS only, as every wildcard");
        }
    }

    private static void checkAuthorization(DomainName host, String authorization) {
        if (!Challenges.KEY_AUTHORIZATION.matcher(authorization).matches()) {
            throw new IllegalArgumentException(
                    "a key authorization for " + host + " is a token, a dot and a thumbprint");
        }
    }
}
