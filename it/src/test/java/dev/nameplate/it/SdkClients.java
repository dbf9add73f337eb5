package dev.nameplate.it;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinition;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.BehaviorEnum;
import software.amazon.awssdk.services.lightsail.model.Certificate;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.OriginProtocolPolicyEnum;
import software.amazon.awssdk.services.lightsail.model.RegionName;
import software.amazon.awssdk.services.sts.StsClient;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// The SDK for Java, pointed at a running server.
///
/// @param accessKeyId of the key that signs
record SdkClients(RunningServer server, String accessKeyId, String secretKey) {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MANAGED_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    static SdkClients of(RunningServer server) {
        return new SdkClients(server, RunningServer.ACCESS_KEY, RunningServer.SECRET_KEY);
    }

    LightsailClient lightsail() {
        return pointed(LightsailClient.builder());
    }

    AcmClient acm() {
        return pointed(AcmClient.builder());
    }

    CloudFrontClient cloudFront() {
        return pointed(CloudFrontClient.builder());
    }

    StsClient sts() {
        return pointed(StsClient.builder());
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C pointed(
            B builder) {
        return builder.endpointOverride(server.api())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(accessKeyId, secretKey)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /// A distribution of CloudFront to be cloned from.
    ///
    /// @return its id
    String template(OriginServer origin) {
        return made(config("template", origin));
    }

    /// One that tenants fill in: the parameter `shop` is the folder on the origin.
    ///
    /// @return its id
    String multiTenant(OriginServer origin) {
        DistributionConfig plain = config("shops", origin);
        return made(
                plain.copy(config ->
                        config.connectionMode(ConnectionMode.TENANT_ONLY)
                                .origins(origins ->
                                        origins.quantity(1)
                                                .items(
                                                        plain.origins()
                                                                .items()
                                                                .getFirst()
                                                                .copy(app ->
                                                                        app.originPath(
                                                                                "/{{shop}}"))))
                                .tenantConfig(tenants ->
                                        tenants.parameterDefinitions(
                                                ParameterDefinition.builder()
                                                        .name("shop")
                                                        .definition(definition ->
                                                                definition.stringSchema(schema ->
                                                                        schema.required(true)))
                                                        .build()))));
    }

    private static DistributionConfig config(String reference, OriginServer origin) {
        Origin app =
                Origin.builder()
                        .id("app")
                        .domainName("127.0.0.1")
                        .customOriginConfig(custom ->
                                custom.httpPort(origin.port())
                                        .httpsPort(443)
                                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                        .build();
        return DistributionConfig.builder()
                .callerReference(reference)
                .comment("what every customer is served by")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(app))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("app")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                .cachePolicyId(MANAGED_CACHING_OPTIMIZED))
                .build();
    }

    private String made(DistributionConfig config) {
        try (CloudFrontClient cloudFront = cloudFront()) {
            Distribution made =
                    cloudFront
                            .createDistribution(request -> request.distributionConfig(config))
                            .distribution();
            return made.id();
        }
    }

    /// A hosted zone, a certificate for names in it, and a distribution that serves them: all through Lightsail.
    ///
    /// @param names the primary name first
    Certificate serve(String zone, List<String> names, OriginServer origin) {
        try (LightsailClient lightsail = lightsail()) {
            lightsail.createDomain(request -> request.domainName(zone));
        }
        return serveInZone("shop", names, origin);
    }

    /// The same for names whose zone is hosted already.
    ///
    /// @param distribution its name; its certificate's begins with it
    Certificate serveInZone(String distribution, List<String> names, OriginServer origin) {
        String certificate = distribution + "-certificate";
        try (LightsailClient lightsail = lightsail()) {
            lightsail.createCertificate(request ->
                    request.certificateName(certificate)
                            .domainName(names.getFirst())
                            .subjectAlternativeNames(names.subList(1, names.size())));
            Certificate issued = awaitIssued(lightsail, certificate);
            lightsail.createDistribution(request ->
                    request.distributionName(distribution)
                            .bundleId("small_1_0")
                            .origin(input ->
                                    input.name("127.0.0.1:" + origin.port())
                                            .regionName(RegionName.US_EAST_1)
                                            .protocolPolicy(OriginProtocolPolicyEnum.HTTP_ONLY))
                            .defaultCacheBehavior(cache -> cache.behavior(BehaviorEnum.CACHE)));
            Await.until(
                    LIMIT,
                    "the distribution to be deployed",
                    () ->
                            lightsail
                                    .getDistributions(
                                            request -> request.distributionName(distribution))
                                    .distributions()
                                    .getFirst()
                                    .status()
                                    .equals("Deployed"));
            lightsail.attachCertificateToDistribution(
                    request -> request.distributionName(distribution).certificateName(certificate));
            return issued;
        }
    }

    private static Certificate awaitIssued(LightsailClient lightsail, String name) {
        AtomicReference<Certificate> seen = new AtomicReference<>();
        Await.until(
                LIMIT,
                "certificate " + name + " to be issued",
                () -> {
                    seen.set(
                            lightsail
                                    .getCertificates(request ->
                                            request.certificateName(name)
                                                    .includeCertificateDetails(true))
                                    .certificates()
                                    .getFirst()
                                    .certificateDetail());
                    return seen.get().status() == CertificateStatus.ISSUED;
                });
        return seen.get();
    }
}
