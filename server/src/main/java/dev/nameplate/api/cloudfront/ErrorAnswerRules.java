package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.InvalidErrorCodeException;
import software.amazon.awssdk.services.cloudfront.model.InvalidRelativePathException;
import software.amazon.awssdk.services.cloudfront.model.InvalidResponseCodeException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What must hold within custom error responses.
final class ErrorAnswerRules {
    private static final Set<Integer> ERRORS =
            Set.of(400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504);

    private static final Set<String> ANSWERS =
            Set.of(
                    "200", "400", "403", "404", "405", "414", "416", "500", "501", "502", "503",
                    "504");

    private ErrorAnswerRules() {}

    /// @param responses with defaults filled in
    static void check(List<CustomErrorResponse> responses) {
        Set<Integer> seen = new HashSet<>();
        for (CustomErrorResponse response : responses) {
            int error = response.errorCode();
            require(
                    ERRORS.contains(error),
                    () ->
                            InvalidErrorCodeException.builder()
                                    .message(
                                            "An invalid error code was specified: %d is none of 400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504."
                                                    .formatted(error))
                                    .build());
            require(
                    seen.add(error),
                    "The parameter CustomErrorResponses contains the error code "
                            + error
                            + " twice.");
            require(
                    response.errorCachingMinTTL() >= 0,
                    "The parameter ErrorCachingMinTTL cannot be negative.");
            page(response);
        }
    }

    private static void page(CustomErrorResponse response) {
        String path = response.responsePagePath();
        String code = response.responseCode();
        require(
                path.isEmpty() == code.isEmpty(),
                () ->
                        InvalidResponseCodeException.builder()
                                .message(
                                        "A response code is specified in the response body that is not valid: ResponsePagePath"
                                                + " and ResponseCode are given together or not at all.")
                                .build());
        if (path.isEmpty()) {
            return;
        }
        require(
                path.startsWith("/")
                        && path.length() <= 4_000
                        && path.chars().allMatch(c -> c > ' ' && c < 0x7f),
                () ->
                        InvalidRelativePathException.builder()
                                .message(
                                        "The relative path is too big, is not URL-encoded, or does not begin with a slash (/).")
                                .build());
        require(
                ANSWERS.contains(code),
                () ->
                        InvalidResponseCodeException.builder()
                                .message(
                                        "A response code is specified in the response body that is not valid: "
                                                + code
                                                + ".")
                                .build());
    }
}
