package dev.nameplate.wire;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The refusals of bad signatures, in the words and statuses of each protocol family.
class SignatureErrorsTest extends EndpointFixture {

    // Signatures: the errors of each protocol family

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, UnauthenticatedException",
        "ACM, 400, MissingAuthenticationTokenException",
        "CLOUDFRONT, 403, MissingAuthenticationToken",
        "STS, 403, MissingAuthenticationToken"
    })
    void noCredentials(AwsApi api, int status, String code) {
        assertError(
                unsigned(working(SignedCalls.of(api, NOW))),
                status,
                code,
                "Missing Authentication Token");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, IncompleteSignatureException",
        "ACM, 400, IncompleteSignatureException",
        "CLOUDFRONT, 403, IncompleteSignature",
        "STS, 403, IncompleteSignature"
    })
    void incompleteSignature(AwsApi api, int status, String code) {
        HttpRequest request = working(SignedCalls.of(api, NOW));
        assertError(
                headers(
                        request,
                        request.headers().with("Authorization", "AWS4-HMAC-SHA256 Signature=00")),
                status,
                code,
                "Authorization header requires 'Credential' parameter.");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, UnrecognizedClientException",
        "ACM, 400, UnrecognizedClientException",
        "CLOUDFRONT, 403, InvalidClientTokenId",
        "STS, 403, InvalidClientTokenId"
    })
    void unknownKeyAndSessionToken(AwsApi api, int status, String code) {
        String message = "The security token included in the request is invalid.";
        SignedCalls calls = SignedCalls.of(api, NOW);
        assertError(working(calls.with("AKIANOBODY", "secret")), status, code, message);
        HttpRequest request = working(calls);
        assertError(
                headers(request, request.headers().with("X-Amz-Security-Token", "token")),
                status,
                code,
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, InvalidSignatureException",
        "ACM, 400, InvalidSignatureException",
        "CLOUDFRONT, 403, SignatureDoesNotMatch",
        "STS, 403, SignatureDoesNotMatch"
    })
    void wrongSecretDateAndScope(AwsApi api, int status, String code) {
        SignedCalls calls = SignedCalls.of(api, NOW);
        assertError(
                working(calls.with("AKIDEXAMPLE", "not the secret")),
                status,
                code,
                "The request signature we calculated does not match");
        assertError(working(calls.at(NOW.minusSeconds(301))), status, code, "Signature expired: ");
        assertError(
                working(calls.at(NOW.plusSeconds(301))),
                status,
                code,
                "Signature not yet current: ");
        assertError(
                working(calls.scopedTo("s3")),
                status,
                code,
                "Credential should be scoped to correct service: '" + api.signingName() + "'.");
        assertError(
                working(calls.in("nowhere")),
                status,
                code,
                "Credential should be scoped to a valid region, not 'nowhere'.");
    }

    @Test
    void cloudFrontIsSignedForUsEast1Only() {
        assertError(
                working(CLOUDFRONT.in("eu-central-1")),
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not 'eu-central-1'.");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, InvalidInputException",
        "ACM, ValidationException",
        "CLOUDFRONT, InvalidArgument",
        "STS, ValidationError"
    })
    void unsignedAndChunkedPayloadsAreRefused(AwsApi api, String code) {
        HttpRequest request = working(SignedCalls.of(api, NOW));
        for (String hash :
                new String[] {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}) {
            assertError(
                    headers(request, request.headers().with("x-amz-content-sha256", hash)),
                    400,
                    code,
                    "");
        }
    }
}
