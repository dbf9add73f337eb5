package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidFunctionAssociationException;
import software.amazon.awssdk.services.cloudfront.model.InvalidLambdaFunctionAssociationException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginAccessIdentityException;
import software.amazon.awssdk.services.cloudfront.model.InvalidOriginException;
import software.amazon.awssdk.services.cloudfront.model.InvalidWebAclIdException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchFieldLevelEncryptionConfigException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchRealtimeLogConfigException;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.TrustedSignerDoesNotExistException;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

/// Refuses what a distribution may say but no edge here does. Accepting such a member would be a promise not kept: a page
/// meant to be behind a firewall, a signature or a country list would be open.
///
/// Accepted without effect, because an answer stays right without them: `PriceClass`, `OriginShield` and `IsIPV6Enabled`.
final class UnservedMembers {
    private UnservedMembers() {}

    /// @param config with defaults filled in
    static void refuse(DistributionConfig config) {
        require(
                absent(config.webACLId()),
                () ->
                        InvalidWebAclIdException.builder()
                                .message(
                                        "The web ACL "
                                                + config.webACLId()
                                                + " does not exist: there is no WAF here. Leave WebACLId empty.")
                                .build());
        require(
                !config.logging().enabled() && absent(config.logging().bucket()),
                "The parameter Logging is not supported: access logs are not delivered to S3. Set Enabled to false and Bucket"
                        + " to an empty string.");
        require(
                absent(config.anycastIpListId()),
                "The parameter AnycastIpListId is not supported: there are no static IP lists.");
        require(
                config.connectionMode() != ConnectionMode.UNKNOWN_TO_SDK_VERSION,
                "The parameter ConnectionMode must be direct or tenant-only.");
        require(
                config.viewerMtlsConfig() == null,
                "The parameter ViewerMtlsConfig is not supported: viewers are not asked for certificates.");
        require(
                config.connectionFunctionAssociation() == null,
                "The parameter ConnectionFunctionAssociation is not supported: there are no functions.");
        require(
                config.cacheTagConfig() == null,
                "The parameter CacheTagConfig is not supported: the cache is not invalidated by tag.");
        viewerCertificate(config.viewerCertificate());
        config.origins().items().forEach(UnservedMembers::origin);
        CacheBehaviorView.all(config).forEach(view -> behavior(view.settings()));
    }

    private static void viewerCertificate(ViewerCertificate certificate) {
        require(
                certificate.sslSupportMethod() != SSLSupportMethod.VIP
                        && certificate.sslSupportMethod() != SSLSupportMethod.STATIC_IP,
                "The parameter ViewerCertificate has the SSLSupportMethod "
                        + certificate.sslSupportMethodAsString()
                        + ", but distributions have no addresses of their own here. Use sni-only.");
    }

    private static void origin(Origin origin) {
        require(
                origin.vpcOriginConfig() == null,
                () ->
                        InvalidOriginException.builder()
                                .message(
                                        "The origin "
                                                + origin.id()
                                                + " has a VpcOriginConfig, but there are no VPC origins here. Use a CustomOriginConfig"
                                                + " with a host that this server reaches.")
                                .build());
        require(
                origin.s3OriginConfig() == null
                        || absent(origin.s3OriginConfig().originAccessIdentity()),
                () ->
                        InvalidOriginAccessIdentityException.builder()
                                .message(
                                        "The origin access identity of origin "
                                                + origin.id()
                                                + " does not exist: only buckets that anyone may read can be origins here.")
                                .build());
        CustomOriginConfig custom = origin.customOriginConfig();
        require(
                custom == null || custom.originMtlsConfig() == null,
                "The parameter OriginMtlsConfig is not supported: no certificate is shown to origins.");
    }

    private static void behavior(DefaultCacheBehavior behavior) {
        require(
                !behavior.trustedSigners().enabled(),
                () ->
                        TrustedSignerDoesNotExistException.builder()
                                .message(
                                        "One or more of your trusted signers do not exist: accounts have no CloudFront key pairs here. Use"
                                                + " TrustedKeyGroups.")
                                .build());
        require(
                behavior.lambdaFunctionAssociations().quantity() == 0,
                () ->
                        InvalidLambdaFunctionAssociationException.builder()
                                .message(
                                        "The specified Lambda@Edge function association is invalid: no functions run here.")
                                .build());
        require(
                behavior.functionAssociations().quantity() == 0,
                () ->
                        InvalidFunctionAssociationException.builder()
                                .message(
                                        "The specified CloudFront function association is invalid: no functions run here.")
                                .build());
        require(
                absent(behavior.fieldLevelEncryptionId()),
                () ->
                        NoSuchFieldLevelEncryptionConfigException.builder()
                                .message(
                                        "The specified configuration for field-level encryption doesn't exist.")
                                .build());
        require(
                absent(behavior.realtimeLogConfigArn()),
                () ->
                        NoSuchRealtimeLogConfigException.builder()
                                .message("The real-time log configuration does not exist.")
                                .build());
        require(
                !behavior.grpcConfig().enabled(),
                "The parameter GrpcConfig is not supported: gRPC passes to HTTP/2 origins without it.");
        require(!behavior.smoothStreaming(), "The parameter SmoothStreaming is not supported.");
    }

    private static boolean absent(@Nullable String value) {
        return value == null || value.isEmpty();
    }
}
