package dev.nameplate.api.cloudfront;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/// The operations of one family, for one caller: each hands its request to the family's class. What none of them overrides,
/// the wire refuses in the API's own terms.
interface Operations extends CloudFrontClient {
    CloudFront door();

    AccountId account();
}
