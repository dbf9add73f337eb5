package dev.nameplate.saas;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.time.Duration;
import java.util.function.Function;

/// Where a job's certificates and distributions are made.
///
/// @param rules by which a job is judged before anything is made
/// @param services what steps call. They may refuse a call with [NotYet]
/// @param searches the same services, for questions that take many calls: they are slow rather than refuse one
/// @param serving what visitors are shown
/// @param servedWithin what is not served after this is not on its way
public record Platform(
        Rules rules,
        Services services,
        Services searches,
        ServingCheck serving,
        Duration servedWithin) {

    /// Of a platform that makes its own pace.
    public Platform(Rules rules, Services services, ServingCheck serving, Duration servedWithin) {
        this(rules, services, services, serving, servedWithin);
    }

    public enum Name {
        /// This server.
        LOCAL,
        /// The AWS account that this server has credentials of.
        AWS
    }

    /// @param templates what is copied
    /// @param holders who has which alias
    public record Rules(Templates templates, AliasHolders holders, Quota quota) {}

    public record Services(
            Function<AccountId, AcmClient> acm, Function<AccountId, CloudFrontClient> cloudFront) {}
}
