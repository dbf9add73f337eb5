package dev.nameplate.api.cloudfront;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.InvalidIfMatchVersionException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The header by which a change or deletion names the version it was made for.
final class IfMatch {
    /// As ETags are made here, with or without the quotes that HTTP gives entity tags.
    private static final Pattern ETAG = Pattern.compile("\"?(E[A-Z0-9]{13})\"?");

    private IfMatch() {}

    /// @throws InvalidIfMatchVersionException if the header is missing or could name no version of anything
    /// @throws PreconditionFailedException if it names another version than the current one
    static void require(String current, @Nullable String ifMatch) {
        Matcher version = ETAG.matcher(Optional.ofNullable(ifMatch).orElse(""));
        Refusals.require(
                version.matches(),
                () ->
                        InvalidIfMatchVersionException.builder()
                                .message(
                                        "The If-Match version is missing or not valid for the resource.")
                                .build());
        Refusals.require(
                current.equals(version.group(1)),
                () ->
                        PreconditionFailedException.builder()
                                .message(
                                        "The request failed because it didn't meet the preconditions in one or more"
                                                + " request-header fields.")
                                .build());
    }
}
