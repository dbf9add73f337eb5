package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsResponse;

/// See [InvalidationFamily].
interface InvalidationOperations extends Operations {
    @Override
    default CreateInvalidationResponse createInvalidation(CreateInvalidationRequest request) {
        return door().invalidations.create(account(), request);
    }

    @Override
    default GetInvalidationResponse getInvalidation(GetInvalidationRequest request) {
        return door().invalidations.get(account(), request);
    }

    @Override
    default ListInvalidationsResponse listInvalidations(ListInvalidationsRequest request) {
        return door().invalidations.list(account(), request);
    }
}
