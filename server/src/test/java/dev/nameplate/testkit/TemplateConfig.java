package dev.nameplate.testkit;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinition;
import software.amazon.awssdk.services.cloudfront.model.TenantConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

/// The plainest distribution that jobs can clone: one origin, no aliases, everything cached.
public final class TemplateConfig {
    private static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private TemplateConfig() {}

    /// Tenants have to give the parameter `shop`.
    public static void shop(TenantConfig.Builder tenants) {
        tenants.parameterDefinitions(
                ParameterDefinition.builder()
                        .name("shop")
                        .definition(definition ->
                                definition.stringSchema(schema -> schema.required(true)))
                        .build());
    }

    public static DistributionConfig of(String callerReference, String comment) {
        Origin app =
                Origin.builder()
                        .id("app")
                        .domainName("app.example.com")
                        .customOriginConfig(custom ->
                                custom.httpPort(80)
                                        .httpsPort(443)
                                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                        .build();
        return DistributionConfig.builder()
                .callerReference(callerReference)
                .comment(comment)
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(app))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("app")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                                .cachePolicyId(CACHING_OPTIMIZED))
                .build();
    }
}
