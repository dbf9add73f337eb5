package dev.nameplate.wire.sigv4;

import dev.nameplate.wire.sigv4.SignatureRefused.Reason;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The signature a request claims to have. [#of] reads it, and tells whose key and which scope it
/// names; [#verify] then proves it with that key's secret.
public final class Signature {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter ISO_BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    /// AWS's longest life of a presigned request.
    private static final Duration LONGEST_PRESIGNED = Duration.ofDays(7);

    private final SignedRequest request;
    private final String accessKeyId;
    private final Scope scope;
    private final List<String> signedHeaders;
    private final String signature;
    private final String date;
    private final Instant signedAt;
    private final Optional<Duration> presignedFor;

    private Signature(SignedRequest request, Claim claim) {
        String[] credential = claim.credential().split("/", -1);
        if (credential.length != 5) {
            throw incomplete(
                    "Credential must have exactly 5 slash-delimited elements, e.g."
                            + " keyid/date/region/service/term, got '"
                            + claim.credential()
                            + "'.");
        }
        this.request = request;
        this.accessKeyId = credential[0];
        this.signedHeaders =
                List.of(claim.signedHeaders().toLowerCase(Locale.ROOT).split(";", -1)).stream()
                        .sorted()
                        .toList();
        this.signature = claim.signature();
        this.date = claim.date();
        this.presignedFor = claim.expires();
        this.signedAt = instant(date);
        this.scope = Scope.parse(credential);
    }

    /// What either form says, still text.
    private record Claim(
            String credential,
            String signedHeaders,
            String signature,
            String date,
            Optional<Duration> expires) {}

    /// Reads the signature of a request; refuses one that has none, or not all of it.
    public static Signature of(SignedRequest request) {
        Map<String, String> query = queryParameters(request.rawQuery());
        if (request.header("x-amz-security-token").isPresent()
                || query.containsKey("X-Amz-Security-Token")) {
            throw invalidToken();
        }
        Optional<String> authorization = request.header("authorization");
        if (authorization.isPresent()) {
            return new Signature(request, fromHeader(request, authorization.get()));
        }
        if (query.containsKey("X-Amz-Algorithm") || query.containsKey("X-Amz-Signature")) {
            return new Signature(request, fromQuery(query));
        }
        throw new SignatureRefused(Reason.NO_CREDENTIALS, "Missing Authentication Token");
    }

    /// The refusal of a key nobody has, and of a session token: only long-lived keys exist here.
    public static SignatureRefused invalidToken() {
        return new SignatureRefused(
                Reason.UNKNOWN_KEY, "The security token included in the request is invalid.");
    }

    public String accessKeyId() {
        return accessKeyId;
    }

    public Scope scope() {
        return scope;
    }

    /// Refuses unless the request was signed with `secret`, at a time that is `now` give or take
    /// `skew`, with every header that matters.
    public void verify(String secret, Instant now, Duration skew) {
        checkScopeDate();
        checkTime(now, skew);
        checkSignedHeaders();
        String payloadHash = payloadHash();
        String canonical = CanonicalRequest.of(request, signedHeaders, payloadHash);
        String stringToSign =
                String.join(
                        "\n",
                        ALGORITHM,
                        date,
                        scope.toString(),
                        Hashes.sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        String expected = Hashes.signature(secret, scope, stringToSign);
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.UTF_8))) {
            throw mismatch(
                    "The request signature we calculated does not match the signature you"
                            + " provided. Check your AWS Secret Access Key and signing method."
                            + " Consult the service documentation for details.\n\n"
                            + "The Canonical String for this request should have been\n'"
                            + canonical
                            + "'\n\nThe String-to-Sign should have been\n'"
                            + stringToSign
                            + "'\n");
        }
    }

    private void checkScopeDate() {
        String day = date.substring(0, 8);
        if (!scope.date().equals(day)) {
            throw mismatch(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date"
                            + " from HTTP: '"
                            + scope.date()
                            + "' != '"
                            + day
                            + "', from '"
                            + date
                            + "'.");
        }
    }

    private void checkTime(Instant now, Duration skew) {
        Instant earliest = now.minus(presignedFor.orElse(skew));
        Instant latest = now.plus(skew);
        if (signedAt.isBefore(earliest)) {
            throw mismatch(
                    "Signature expired: %s is now earlier than %s (%s - %s.)"
                            .formatted(
                                    date,
                                    text(earliest),
                                    text(now),
                                    span(presignedFor.orElse(skew))));
        }
        if (signedAt.isAfter(latest)) {
            throw mismatch(
                    "Signature not yet current: %s is still later than %s (%s + %s.)"
                            .formatted(date, text(latest), text(now), span(skew)));
        }
    }

    /// An unsigned `x-amz-` header could be changed on the way, and they choose what is done.
    private void checkSignedHeaders() {
        if (!signedHeaders.contains("host")) {
            throw mismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.");
        }
        for (String name : request.headers().keySet()) {
            if (name.startsWith("x-amz-") && !signedHeaders.contains(name)) {
                throw mismatch("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
        for (String name : signedHeaders) {
            if (!request.headers().containsKey(name)) {
                throw mismatch("The signed header '" + name + "' did not arrive with the request.");
            }
        }
    }

    private String payloadHash() {
        Optional<String> declared = request.header("x-amz-content-sha256");
        String encoding = request.header("content-encoding").orElse("");
        boolean chunked = encoding.contains("aws-chunked");
        if (chunked || declared.filter(hash -> hash.startsWith("STREAMING-")).isPresent()) {
            throw new SignatureRefused(
                    Reason.PAYLOAD_NOT_SIGNED,
                    "The aws-chunked transfer of signed payloads belongs to S3: send the body whole"
                            + " and sign its SHA-256.");
        }
        if (declared.filter("UNSIGNED-PAYLOAD"::equals).isPresent()) {
            throw new SignatureRefused(
                    Reason.PAYLOAD_NOT_SIGNED,
                    "UNSIGNED-PAYLOAD is not accepted: sign the SHA-256 of the body.");
        }
        String actual = Hashes.sha256(request.body());
        if (declared.isPresent() && !declared.get().equals(actual)) {
            throw mismatch("The x-amz-content-sha256 header is not the SHA-256 of the body sent.");
        }
        return actual;
    }

    private static Claim fromHeader(SignedRequest request, String authorization) {
        String[] parts = authorization.strip().split("\\s+", 2);
        if (!parts[0].equals(ALGORITHM)) {
            throw incomplete("Authorization header requires the algorithm " + ALGORITHM + ".");
        }
        Map<String, String> values = new HashMap<>();
        for (String part : (parts.length < 2 ? "" : parts[1]).split(",")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                values.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            }
        }
        StringBuilder lacking = new StringBuilder();
        for (String name : List.of("Credential", "Signature", "SignedHeaders")) {
            if (values.getOrDefault(name, "").isEmpty()) {
                lacking.append("Authorization header requires '%s' parameter. ".formatted(name));
            }
        }
        Optional<String> date = dateHeader(request);
        if (date.isEmpty()) {
            lacking.append(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                            + " header. ");
        }
        if (!lacking.isEmpty()) {
            throw incomplete(lacking.toString().strip());
        }
        return new Claim(
                values.getOrDefault("Credential", ""),
                values.getOrDefault("SignedHeaders", ""),
                values.getOrDefault("Signature", ""),
                date.orElseThrow(),
                Optional.empty());
    }

    private static Claim fromQuery(Map<String, String> query) {
        if (!query.getOrDefault("X-Amz-Algorithm", "").equals(ALGORITHM)) {
            throw incomplete(
                    "AWS query-string parameters must include X-Amz-Algorithm=" + ALGORITHM + ".");
        }
        for (String name :
                List.of(
                        "X-Amz-Credential",
                        "X-Amz-Signature",
                        "X-Amz-SignedHeaders",
                        "X-Amz-Date",
                        "X-Amz-Expires")) {
            if (query.getOrDefault(name, "").isEmpty()) {
                throw incomplete("AWS query-string parameters must include '" + name + "'.");
            }
        }
        return new Claim(
                query.getOrDefault("X-Amz-Credential", ""),
                query.getOrDefault("X-Amz-SignedHeaders", ""),
                query.getOrDefault("X-Amz-Signature", ""),
                query.getOrDefault("X-Amz-Date", ""),
                Optional.of(expires(query.getOrDefault("X-Amz-Expires", ""))));
    }

    private static Duration expires(String seconds) {
        try {
            Duration expires = Duration.ofSeconds(Integer.parseInt(seconds));
            if (expires.isPositive() && expires.compareTo(LONGEST_PRESIGNED) <= 0) {
                return expires;
            }
        } catch (NumberFormatException _) {
            // Falls through to the one refusal of all bad values.
        }
        throw incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800.");
    }

    /// `X-Amz-Date`, or else `Date`, which may have HTTP's format.
    private static Optional<String> dateHeader(SignedRequest request) {
        return request.header("x-amz-date")
                .or(() ->
                        request.header("date")
                                .map(date -> {
                                    try {
                                        return ISO_BASIC.format(
                                                ZonedDateTime.parse(
                                                        date,
                                                        DateTimeFormatter.RFC_1123_DATE_TIME));
                                    } catch (DateTimeException _) {
                                        return date;
                                    }
                                }));
    }

    private static Map<String, String> queryParameters(String rawQuery) {
        Map<String, String> parameters = new HashMap<>();
        if (rawQuery.contains("X-Amz-")) {
            for (String part : rawQuery.split("&")) {
                int equals = part.indexOf('=');
                if (equals > 0 && part.startsWith("X-Amz-")) {
                    byte[] value = CanonicalRequest.decode(part.substring(equals + 1));
                    parameters.put(
                            part.substring(0, equals), new String(value, StandardCharsets.UTF_8));
                }
            }
        }
        return parameters;
    }

    private static Instant instant(String date) {
        try {
            return LocalDateTime.parse(date, ISO_BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw incomplete("Date must be in ISO-8601 'basic format'. Got '" + date + "'.");
        }
    }

    private static String text(Instant instant) {
        return ISO_BASIC.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static String span(Duration duration) {
        return duration.toSeconds() % 60 == 0
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " sec";
    }

    private static SignatureRefused incomplete(String message) {
        return new SignatureRefused(Reason.INCOMPLETE, message);
    }

    private static SignatureRefused mismatch(String message) {
        return new SignatureRefused(Reason.MISMATCH, message);
    }
}
