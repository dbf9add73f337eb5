package dev.nameplate.api.sts;

import dev.nameplate.names.AccountId;
import dev.nameplate.wire.Caller;

import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/// Who am I? The one STS operation that AWS tools ask before anything else. There are no users or roles here: an access key
/// speaks for its whole account, which AWS calls root.
public final class StsApi implements StsClient {
    private final AccountId account;

    public StsApi(Caller caller) {
        this.account = new AccountId(caller.account());
    }

    @Override
    public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
        return GetCallerIdentityResponse.builder()
                .arn("arn:aws:iam::" + account + ":root")
                .userId(account.value())
                .account(account.value())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    /// Holds nothing of its own.
    @Override
    public void close() {}
}
