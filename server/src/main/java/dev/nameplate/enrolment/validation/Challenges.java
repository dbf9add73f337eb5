package dev.nameplate.enrolment.validation;

import dev.nameplate.dns.ChallengeLookup;
import dev.nameplate.enrolment.Challenge;
import dev.nameplate.enrolment.Problem;
import dev.nameplate.enrolment.Validation;
import dev.nameplate.names.DomainName;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/// Looks at a challenge in the way its type says.
public final class Challenges implements Validation {
    private final ChallengeLookup lookup;
    private final HttpChallenge http;
    private final TlsAlpnChallenge tls;

    public Challenges(ChallengeLookup lookup, ValidationSettings settings) {
        this.lookup = lookup;
        Reach reach = new Reach(lookup, settings);
        this.http = new HttpChallenge(reach, settings);
        this.tls = new TlsAlpnChallenge(reach, settings);
    }

    @Override
    public Optional<Problem> look(
            Challenge.Type type, DomainName name, String token, String keyAuthorization) {
        return switch (type) {
            case HTTP_01 -> http.look(name, token, keyAuthorization);
            case DNS_01 -> dns(name, keyAuthorization);
            case TLS_ALPN_01 -> tls.look(name, sha256(keyAuthorization));
        };
    }

    /// RFC 8555 section 8.4.
    private Optional<Problem> dns(DomainName name, String keyAuthorization) {
        String wanted =
                Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(keyAuthorization));
        return switch (lookup.text("_acme-challenge." + name.ascii(), wanted)) {
            case ChallengeLookup.Seen.There _ -> Optional.empty();
            case ChallengeLookup.Seen.Absent(String message) ->
                    Optional.of(
                            new Problem(
                                    Problem.Kind.INCORRECT_RESPONSE,
                                    "The TXT record \""
                                            + wanted
                                            + "\" is not there: "
                                            + message
                                            + "."));
            case ChallengeLookup.Seen.Unreachable(String message) ->
                    Optional.of(new Problem(Problem.Kind.DNS, message));
        };
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
