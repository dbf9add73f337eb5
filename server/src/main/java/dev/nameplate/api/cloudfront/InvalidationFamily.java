package dev.nameplate.api.cloudfront;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.invalidation.Invalidation;
import dev.nameplate.invalidation.InvalidationRefused;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudfront.model.BatchTooLargeException;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;
import software.amazon.awssdk.services.cloudfront.model.InvalidationList;
import software.amazon.awssdk.services.cloudfront.model.InvalidationSummary;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchInvalidationException;
import software.amazon.awssdk.services.cloudfront.model.TooManyInvalidationsInProgressException;

import java.util.List;
import java.util.Optional;

/// Invalidations of what the edge keeps for a target: a distribution, or another id of the edge's.
final class InvalidationFamily {
    private final Database database;
    private final OwnedDistributions distributions;
    private final Invalidations invalidations;

    InvalidationFamily(
            Database database, OwnedDistributions distributions, Invalidations invalidations) {
        this.database = database;
        this.distributions = distributions;
        this.invalidations = invalidations;
    }

    CreateInvalidationResponse create(AccountId account, CreateInvalidationRequest request) {
        Quantities.check("InvalidationBatch", request.invalidationBatch());
        Invalidation created =
                database.write(write -> {
                    Distribution target =
                            distributions.find(write.handle(), account, request.distributionId());
                    return create(write, target.id().value(), request.invalidationBatch());
                });
        return CreateInvalidationResponse.builder()
                .invalidation(view(created))
                .location(
                        "https://cloudfront.amazonaws.com/2020-05-31/distribution/%s/invalidation/%s"
                                .formatted(request.distributionId(), created.id()))
                .build();
    }

    /// @param target as [Invalidations] knows it; the caller has checked that it is the account's
    Invalidation create(Write write, String target, InvalidationBatch batch) {
        try {
            return invalidations.create(
                    write, target, batch.paths().items(), batch.callerReference());
        } catch (InvalidationRefused refused) {
            throw refusal(refused);
        }
    }

    GetInvalidationResponse get(AccountId account, GetInvalidationRequest request) {
        return database.read(handle -> {
            Distribution target = distributions.find(handle, account, request.distributionId());
            return GetInvalidationResponse.builder()
                    .invalidation(view(find(handle, target.id().value(), request.id())))
                    .build();
        });
    }

    Invalidation find(Handle handle, String target, String id) {
        return invalidations
                .find(handle, id)
                .filter(found -> found.target().equals(target))
                .orElseThrow(() ->
                        NoSuchInvalidationException.builder()
                                .message("The specified invalidation does not exist.")
                                .build());
    }

    ListInvalidationsResponse list(AccountId account, ListInvalidationsRequest request) {
        return database.read(handle -> {
            Distribution target = distributions.find(handle, account, request.distributionId());
            return ListInvalidationsResponse.builder()
                    .invalidationList(
                            list(handle, target.id().value(), request.marker(), request.maxItems()))
                    .build();
        });
    }

    /// Newest first, as CloudFront lists them.
    InvalidationList list(
            Handle handle, String target, @Nullable String marker, @Nullable String maxItems) {
        Paging paging = Paging.of(marker, maxItems);
        List<Invalidation> found =
                invalidations.page(
                        handle,
                        target,
                        paging.after()
                                .map(after ->
                                        new Invalidations.Position(
                                                after.createdAtMillis(), after.id())),
                        paging.size() + 1);
        Paging.Page<Invalidation> page =
                paging.page(found, last -> Paging.marker(last.id(), last.createdAt()));
        InvalidationList.Builder list =
                InvalidationList.builder()
                        .marker(paging.marker())
                        .maxItems(paging.size())
                        .isTruncated(page.isTruncated())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(InvalidationFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return list.build();
    }

    static software.amazon.awssdk.services.cloudfront.model.Invalidation view(
            Invalidation invalidation) {
        return software.amazon.awssdk.services.cloudfront.model.Invalidation.builder()
                .id(invalidation.id())
                .status(status(invalidation))
                .createTime(invalidation.createdAt())
                .invalidationBatch(batch ->
                        batch.callerReference(invalidation.callerReference())
                                .paths(paths ->
                                        paths.quantity(invalidation.paths().size())
                                                .items(invalidation.paths())))
                .build();
    }

    private static InvalidationSummary summary(Invalidation invalidation) {
        return InvalidationSummary.builder()
                .id(invalidation.id())
                .status(status(invalidation))
                .createTime(invalidation.createdAt())
                .build();
    }

    private static String status(Invalidation invalidation) {
        return switch (invalidation.status()) {
            case IN_PROGRESS -> "InProgress";
            case COMPLETED -> "Completed";
        };
    }

    private static CloudFrontException refusal(InvalidationRefused refused) {
        String message = Optional.ofNullable(refused.getMessage()).orElse("");
        return switch (refused) {
            case InvalidationRefused.InvalidPath _ -> Refusals.invalidArgument(message);
            case InvalidationRefused.InvalidSize size ->
                    size.isTooLarge()
                            ? BatchTooLargeException.builder().message(message).build()
                            : Refusals.invalidArgument(message);
            case InvalidationRefused.TooManyInProgress _ ->
                    TooManyInvalidationsInProgressException.builder().message(message).build();
            case InvalidationRefused.ReferenceUsed _ -> referenceUsed(message);
        };
    }

    /// Documented, but missing from the service's description, so that the SDK has no class for it.
    private static CloudFrontException referenceUsed(String message) {
        return (CloudFrontException)
                CloudFrontException.builder()
                        .message(message)
                        .statusCode(409)
                        .awsErrorDetails(
                                AwsErrorDetails.builder()
                                        .errorCode("InvalidationBatchAlreadyExists")
                                        .errorMessage(message)
                                        .build())
                        .build();
    }
}
