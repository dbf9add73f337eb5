package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.AssociateAliasRequest;
import software.amazon.awssdk.services.cloudfront.model.AssociateAliasResponse;
import software.amazon.awssdk.services.cloudfront.model.ListConflictingAliasesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListConflictingAliasesResponse;

/// See [AliasFamily].
interface AliasOperations extends Operations {
    @Override
    default AssociateAliasResponse associateAlias(AssociateAliasRequest request) {
        return door().aliases.associate(account(), request);
    }

    @Override
    default ListConflictingAliasesResponse listConflictingAliases(
            ListConflictingAliasesRequest request) {
        return door().aliases.conflicts(account(), request);
    }
}
