package dev.nameplate.issuer.acme;

import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JoseUtils;

import java.security.KeyPair;

/// What an account signs its requests with.
///
/// @param url of the account, which is its name there
record Credentials(String url, KeyPair keys) {
    /// What a challenge is answered with (RFC 8555 section 8.1).
    String authorization(String token) {
        return token + "." + AcmeUtils.base64UrlEncode(JoseUtils.thumbprint(keys.getPublic()));
    }

    /// The text of a TXT record (RFC 8555 section 8.4).
    String digest(String token) {
        return AcmeUtils.base64UrlEncode(AcmeUtils.sha256hash(authorization(token)));
    }

    @Override
    public String toString() {
        return "Credentials[" + url + "]";
    }
}
