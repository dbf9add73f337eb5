package dev.nameplate.wire.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nameplate.wire.sigv4.SignatureRefused.Reason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The recorded requests have the inputs of AWS's public SigV4 test suite; botocore 1.43.11 signed
/// them, which for the suite's own cases gives the suite's own signatures.
class SignatureTest {

    private static final Path RECORDED = Path.of("src/test/resources/dev/nameplate/wire/sigv4");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Instant SIGNED_AT = Instant.parse("2015-08-30T12:36:00Z");
    private static final Duration SKEW = Duration.ofMinutes(5);

    static List<Path> recorded() throws IOException {
        try (Stream<Path> folders = Files.list(RECORDED)) {
            return folders.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void recordedRequestsVerify(Path folder) throws IOException {
        SignedRequest request = read(folder);

        Signature signature = Signature.of(request);
        signature.verify(SECRET, SIGNED_AT, SKEW);

        assertThat(signature.accessKeyId()).isEqualTo("AKIDEXAMPLE");
        assertThat(signature.scope()).isEqualTo(new Scope("20150830", "us-east-1", "service"));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void wrongSecretIsToldTheRecordedCanonicalFormAndStringToSign(Path folder) throws IOException {
        SignatureRefused refused = refusal(read(folder), "another secret", SIGNED_AT);

        assertThat(refused.reason()).isEqualTo(Reason.MISMATCH);
        assertThat(refused)
                .hasMessageStartingWith("The request signature we calculated does not match")
                .hasMessageContaining(Files.readString(folder.resolve("canonical-request.txt")))
                .hasMessageContaining(Files.readString(folder.resolve("string-to-sign.txt")));
    }

    @Test
    void aChangedBodyIsRefused() throws IOException {
        SignedRequest request = read(RECORDED.resolve("post-x-www-form-urlencoded"));

        assertMismatch(body(request, "Param1=value2"));
    }

    @Test
    void aChangedQueryIsRefused() throws IOException {
        SignedRequest request = read(RECORDED.resolve("get-vanilla-query-order-key"));

        assertMismatch(
                new SignedRequest(
                        request.method(),
                        request.rawPath(),
                        "Param1=value2",
                        request.headers(),
                        request.body()));
    }

    @Test
    void aLeadingZeroOrUpperCaseInTheSignatureIsAnotherSignature() throws IOException {
        SignedRequest request = read(RECORDED.resolve("get-vanilla"));

        assertMismatch(replaced(request, "authorization", "Signature=5fa0", "Signature=5FA0"));
    }

    @Test
    void clocksMayDifferByTheSkewEitherWay() throws IOException {
        SignedRequest request = read(RECORDED.resolve("get-vanilla"));

        Signature.of(request).verify(SECRET, SIGNED_AT.plus(SKEW), SKEW);
        Signature.of(request).verify(SECRET, SIGNED_AT.minus(SKEW), SKEW);
        assertThat(refusal(request, SECRET, SIGNED_AT.plus(SKEW).plusSeconds(1)))
                .hasMessage(
                        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z"
                                + " (20150830T124101Z - 5 min.)");
        assertThat(refusal(request, SECRET, SIGNED_AT.minus(SKEW).minusSeconds(1)))
                .hasMessage(
                        "Signature not yet current: 20150830T123600Z is still later than"
                                + " 20150830T123559Z (20150830T123059Z + 5 min.)");
    }

    @Test
    void aPresignedRequestLivesAsLongAsItSays() throws IOException {
        SignedRequest request = read(RECORDED.resolve("presigned-get-vanilla"));

        Signature.of(request).verify(SECRET, SIGNED_AT.plusSeconds(3600), SKEW);
        assertThat(refusal(request, SECRET, SIGNED_AT.plusSeconds(3601)))
                .hasMessageStartingWith("Signature expired:")
                .hasMessageEndingWith("- 60 min.)");
        assertThat(refusal(request, SECRET, SIGNED_AT.minus(SKEW).minusSeconds(1)))
                .hasMessageStartingWith("Signature not yet current:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "604801", "soon", "99999999999"})
    void aPresignedRequestMustExpireWithinAWeek(String expires) throws IOException {
        SignedRequest request = read(RECORDED.resolve("presigned-get-vanilla"));

        assertIncomplete(
                query(request, "X-Amz-Expires=3600", "X-Amz-Expires=" + expires),
                "X-Amz-Expires must be a number of seconds from 1 to 604800.");
    }

    @Test
    void aRequestWithoutSignatureHasNoCredentials() {
        SignedRequest request =
                new SignedRequest("GET", "/", "", Map.of("host", List.of("h")), new byte[0]);

        assertThatThrownBy(() -> Signature.of(request))
                .isInstanceOfSatisfying(
                        SignatureRefused.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.NO_CREDENTIALS))
                .hasMessage("Missing Authentication Token");
    }

    @Test
    void eachMissingPartOfTheHeaderIsNamed() throws IOException {
        SignedRequest request = read(RECORDED.resolve("get-vanilla"));

        assertIncomplete(
                header(request, "authorization", "AWS4-HMAC-SHA256 SignedHeaders=host"),
                "Authorization header requires 'Credential' parameter."
                        + " Authorization header requires 'Signature' parameter.");
        assertIncomplete(
                without(request, "x-amz-date"),
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                        + " header.");
        assertIncomplete(
                header(request, "authorization", "Bearer token"),
                "Authorization header requires the algorithm AWS4-HMAC-SHA256.");
        assertIncomplete(
                replaced(request, "authorization", "/aws4_request", ""),
                "Credential must have exactly 5 slash-delimited elements, e.g."
                        + " keyid/date/region/service/term, got"
                        + " 'AKIDEXAMPLE/20150830/us-east-1/service'.");
        assertIncomplete(
                header(request, "x-amz-date", "yesterday"),
                "Date must be in ISO-8601 'basic format'. Got 'yesterday'.");
    }

    @Test
    void eachMissingPartOfThePresignedFormIsNamed() throws IOException {
        SignedRequest request = read(RECORDED.resolve("presigned-get-vanilla"));

        assertIncomplete(
                query(request, "&X-Amz-Date=20150830T123600Z", ""),
                "AWS query-string parameters must include 'X-Amz-Date'.");
        assertIncomplete(
                query(request, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
                "AWS query-string parameters must include X-Amz-Algorithm=AWS4-HMAC-SHA256.");
    }

    @Test
    void theScopeMustEndAndBeDatedRight() throws IOException {
        SignedRequest request = read(RECORDED.resolve("get-vanilla"));

        assertThat(
                        refusal(
                                replaced(request, "authorization", "aws4_request", "aws3"),
                                SECRET,
                                SIGNED_AT))
                .hasMessageContaining("valid terminator: 'aws4_request', not 'aws3'");
        assertThat(
                        refusal(
                                replaced(request, "authorization", "/20150830/", "/20150831/"),
                                SECRET,
                                SIGNED_AT))
                .hasMessageContaining("'20150831' != '20150830', from '20150830T123600Z'");
    }

    @Test
    void everyAmzHeaderSentMustBeSigned() throws IOException {
        SignedRequest request = read(RECORDED.resolve("post-vanilla"));

        assertThat(
                        refusal(
                                header(
                                        request,
                                        "x-amz-target",
                                        "CertificateManager.ListCertificates"),
                                SECRET,
                                SIGNED_AT))
                .hasMessage("'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.");
        Signature.of(header(request, "amz-sdk-request", "attempt=1"))
                .verify(SECRET, SIGNED_AT, SKEW);
    }

    @Test
    void aSessionTokenIsRefusedSinceNobodyHasTemporaryKeys() throws IOException {
        SignedRequest inHeader =
                header(read(RECORDED.resolve("get-vanilla")), "x-amz-security-token", "token");
        SignedRequest inQuery =
                query(
                        read(RECORDED.resolve("presigned-get-vanilla")),
                        "X-Amz-Expires",
                        "X-Amz-Security-Token=token&X-Amz-Expires");

        for (SignedRequest request : List.of(inHeader, inQuery)) {
            SignatureRefused refused = refusal(request, SECRET, SIGNED_AT);
            assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_KEY);
            assertThat(refused)
                    .hasMessage("The security token included in the request is invalid.");
        }
    }

    @Test
    void payloadsMustBeSignedWhole() throws IOException {
        SignedRequest request = read(RECORDED.resolve("post-vanilla"));

        for (SignedRequest unsigned :
                List.of(
                        signing(request, "x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
                        signing(
                                request,
                                "x-amz-content-sha256",
                                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
                        signing(request, "content-encoding", "aws-chunked"))) {
            assertThat(refusal(unsigned, SECRET, SIGNED_AT).reason())
                    .isEqualTo(Reason.PAYLOAD_NOT_SIGNED);
        }
        assertThat(
                        refusal(
                                signing(request, "x-amz-content-sha256", "0".repeat(64)),
                                SECRET,
                                SIGNED_AT))
                .hasMessage("The x-amz-content-sha256 header is not the SHA-256 of the body sent.");
    }

    @Test
    void theDateHeaderServesWhereAmzDateIsAbsent() throws IOException {
        SignedRequest request = read(RECORDED.resolve("get-vanilla"));
        SignedRequest dated =
                header(without(request, "x-amz-date"), "date", "Sun, 30 Aug 2015 12:36:00 GMT");

        assertThat(refusal(dated, SECRET, SIGNED_AT.plusSeconds(600)))
                .hasMessageStartingWith("Signature expired: 20150830T123600Z");
    }

    private static void assertMismatch(SignedRequest request) {
        assertThat(refusal(request, SECRET, SIGNED_AT).reason()).isEqualTo(Reason.MISMATCH);
    }

    private static void assertIncomplete(SignedRequest request, String message) {
        SignatureRefused refused = refusal(request, SECRET, SIGNED_AT);
        assertThat(refused.reason()).isEqualTo(Reason.INCOMPLETE);
        assertThat(refused).hasMessage(message);
    }

    private static SignatureRefused refusal(SignedRequest request, String secret, Instant now) {
        SignatureRefused refused =
                catchThrowableOfType(
                        SignatureRefused.class,
                        () -> Signature.of(request).verify(secret, now, SKEW));
        assertThat(refused).isNotNull();
        return refused;
    }

    private static SignedRequest read(Path folder) throws IOException {
        String text = Files.readString(folder.resolve("request.txt"));
        String[] parts = text.split("\n\n", 2);
        String[] lines = parts[0].split("\n");
        String[] start = lines[0].split(" ");
        String[] target = start[1].split("\\?", 2);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            String[] field = line.split(":", 2);
            headers.computeIfAbsent(field[0].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(field[1]);
        }
        return new SignedRequest(
                start[0],
                target[0],
                target.length == 1 ? "" : target[1],
                headers,
                parts[1].getBytes(StandardCharsets.UTF_8));
    }

    private static SignedRequest body(SignedRequest request, String body) {
        return new SignedRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                request.headers(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static SignedRequest query(SignedRequest request, String old, String replacement) {
        assertThat(request.rawQuery()).contains(old);
        return new SignedRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery().replace(old, replacement),
                request.headers(),
                request.body());
    }

    private static SignedRequest header(SignedRequest request, String name, String value) {
        Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
        headers.put(name, List.of(value));
        return headers(request, headers);
    }

    private static SignedRequest without(SignedRequest request, String name) {
        Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
        headers.remove(name);
        return headers(request, headers);
    }

    /// With a header that is listed as signed, too.
    private static SignedRequest signing(SignedRequest request, String name, String value) {
        return replaced(
                header(request, name, value),
                "authorization",
                "SignedHeaders=host",
                "SignedHeaders=host;" + name);
    }

    private static SignedRequest replaced(
            SignedRequest request, String name, String old, String replacement) {
        String value = request.header(name).orElseThrow();
        assertThat(value).contains(old);
        return header(request, name, value.replace(old, replacement));
    }

    private static SignedRequest headers(SignedRequest request, Map<String, List<String>> headers) {
        return new SignedRequest(
                request.method(), request.rawPath(), request.rawQuery(), headers, request.body());
    }
}
