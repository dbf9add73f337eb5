package dev.nameplate.api.acm;

import dev.nameplate.certificate.QuotaExceeded;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.AccessDeniedException;
import software.amazon.awssdk.services.acm.model.ConflictException;
import software.amazon.awssdk.services.acm.model.InvalidArgsException;
import software.amazon.awssdk.services.acm.model.InvalidArnException;
import software.amazon.awssdk.services.acm.model.InvalidDomainValidationOptionsException;
import software.amazon.awssdk.services.acm.model.InvalidParameterException;
import software.amazon.awssdk.services.acm.model.InvalidStateException;
import software.amazon.awssdk.services.acm.model.InvalidTagException;
import software.amazon.awssdk.services.acm.model.LimitExceededException;
import software.amazon.awssdk.services.acm.model.RequestInProgressException;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.TooManyTagsException;
import software.amazon.awssdk.services.acm.model.ValidationException;

/// ACM's ways to say no.
final class Refusal {
    private Refusal() {}

    static AccessDeniedException accessDenied(String message) {
        return AccessDeniedException.builder().message(message).build();
    }

    static ConflictException conflict(String message) {
        return ConflictException.builder().message(message).build();
    }

    static InvalidArgsException invalidArgs(String message) {
        return InvalidArgsException.builder().message(message).build();
    }

    static InvalidArnException invalidArn(String message) {
        return InvalidArnException.builder().message(message).build();
    }

    static InvalidDomainValidationOptionsException invalidValidationOptions(String message) {
        return InvalidDomainValidationOptionsException.builder().message(message).build();
    }

    static InvalidParameterException invalidParameter(String message) {
        return InvalidParameterException.builder().message(message).build();
    }

    static InvalidStateException invalidState(String message) {
        return InvalidStateException.builder().message(message).build();
    }

    static InvalidTagException invalidTag(String message) {
        return InvalidTagException.builder().message(message).build();
    }

    static LimitExceededException limitExceeded(String message) {
        return LimitExceededException.builder().message(message).build();
    }

    /// AWS's sentence, and which limit it is.
    static LimitExceededException quota(QuotaExceeded quota) {
        return limitExceeded(
                (quota.kind().isYearly()
                                ? "Error: you have reached your limit of "
                                        + quota.limit()
                                        + " certificates in the last year. "
                                : "You have reached the maximum number of certificates. Delete"
                                        + " certificates that are not in use. ")
                        + quota.getMessage());
    }

    static RequestInProgressException inProgress(String message) {
        return RequestInProgressException.builder().message(message).build();
    }

    static ResourceInUseException inUse(CertificateArn arn) {
        return ResourceInUseException.builder()
                .message("Certificate " + arn + " in account " + arn.account() + " is in use.")
                .build();
    }

    static ResourceNotFoundException notFound(CertificateArn arn, Call call) {
        return ResourceNotFoundException.builder()
                .message(
                        "Could not find certificate " + arn + " in account " + call.account() + ".")
                .build();
    }

    static ResourceNotFoundException notFound(String message) {
        return ResourceNotFoundException.builder().message(message).build();
    }

    static TooManyTagsException tooManyTags(String message) {
        return TooManyTagsException.builder().message(message).build();
    }

    /// @param message may be an exception's own, which Java allows to be missing
    static ValidationException validation(@Nullable String message) {
        return ValidationException.builder().message(message).build();
    }
}
