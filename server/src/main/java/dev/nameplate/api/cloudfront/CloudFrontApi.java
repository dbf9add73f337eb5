package dev.nameplate.api.cloudfront;

import dev.nameplate.names.AccountId;

/// Every CloudFront operation offered here, for one caller: those of the interfaces it names, a family each.
final class CloudFrontApi
        implements DistributionOperations,
                PolicyOperations,
                AccessControlOperations,
                KeyOperations,
                StagingOperations,
                TenantOperations,
                InvalidationOperations,
                AliasOperations,
                TagOperations {
    private final CloudFront door;
    private final AccountId account;

    CloudFrontApi(CloudFront door, AccountId account) {
        this.door = door;
        this.account = account;
    }

    @Override
    public CloudFront door() {
        return door;
    }

    @Override
    public AccountId account() {
        return account;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
