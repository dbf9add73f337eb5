package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ItemSelection;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMembers;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyCustomHeader;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyRemoveHeader;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.util.function.Consumer;

/// Configurations for tests.
@SuppressWarnings("deprecation") // AWS deprecates ForwardedValues, which its own CLI still sends.
final class Configs {
    static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
    static final String CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    static final String ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

    private Configs() {}

    /// The least a client must send, with a cache policy.
    static DistributionConfig.Builder minimal(String reference) {
        return DistributionConfig.builder()
                .callerReference(reference)
                .comment("")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(origin().build()))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("web")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                .cachePolicyId(CACHING_OPTIMIZED));
    }

    static Origin.Builder origin() {
        return Origin.builder()
                .id("web")
                .domainName("origin.example.com")
                .customOriginConfig(custom ->
                        custom.httpPort(80)
                                .httpsPort(443)
                                .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY));
    }

    static Origin.Builder bucket() {
        return Origin.builder()
                .id("web")
                .domainName("pictures.s3.us-east-1.amazonaws.com")
                .s3OriginConfig(s3 -> s3.originAccessIdentity(""));
    }

    /// Adds a second origin, and the group `both` of the two.
    static void group(DistributionConfig.Builder config, Consumer<OriginGroup.Builder> change) {
        OriginGroup group =
                OriginGroup.builder()
                        .id("both")
                        .failoverCriteria(f -> f.statusCodes(c -> c.quantity(2).items(500, 503)))
                        .members(members("web", "spare"))
                        .applyMutation(change)
                        .build();
        config.origins(o -> o.quantity(2).items(origin().build(), origin().id("spare").build()))
                .originGroups(g -> g.quantity(1).items(group));
    }

    static OriginGroupMembers members(String first, String second) {
        return OriginGroupMembers.builder()
                .quantity(2)
                .items(
                        OriginGroupMember.builder().originId(first).build(),
                        OriginGroupMember.builder().originId(second).build())
                .build();
    }

    /// The least a client must send.
    static CachePolicyConfig.Builder cachePolicy(String name) {
        return CachePolicyConfig.builder().name(name).minTTL(0L);
    }

    static ResponseHeadersPolicyConfig.Builder responseHeaders(String name) {
        return ResponseHeadersPolicyConfig.builder()
                .name(name)
                .securityHeadersConfig(security ->
                        security.strictTransportSecurity(hsts ->
                                hsts.override(true)
                                        .accessControlMaxAgeSec(600)
                                        .includeSubdomains(true)))
                .serverTimingHeadersConfig(timing -> timing.enabled(true).samplingRate(50.0))
                .customHeadersConfig(custom ->
                        custom.quantity(1)
                                .items(
                                        ResponseHeadersPolicyCustomHeader.builder()
                                                .header("X-Own")
                                                .value("yes")
                                                .override(false)
                                                .build()))
                .removeHeadersConfig(removed ->
                        removed.quantity(1)
                                .items(
                                        ResponseHeadersPolicyRemoveHeader.builder()
                                                .header("Server")
                                                .build()));
    }

    /// As `aws cloudfront create-distribution --origin-domain-name` sends it.
    static DistributionConfig.Builder legacy(String reference) {
        return minimal(reference)
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("web")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                .trustedSigners(s -> s.enabled(false).quantity(0))
                                .minTTL(0L)
                                .forwardedValues(values ->
                                        values.queryString(false)
                                                .cookies(c -> c.forward(ItemSelection.NONE))));
    }

    static DistributionConfig.Builder withAliases(
            DistributionConfig.Builder config, String certificateArn, String... aliases) {
        return config.aliases(all -> all.quantity(aliases.length).items(aliases))
                .viewerCertificate(certificate ->
                        certificate
                                .acmCertificateArn(certificateArn)
                                .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                .minimumProtocolVersion(MinimumProtocolVersion.TLS_V1_2_2021));
    }
}
