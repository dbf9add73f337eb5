package dev.nameplate.saas.aws;

import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.Templates;

import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// AWS as jobs see it. All accounts of this server act with the one identity that the SDK's chain of credentials finds.
///
/// Two sets of clients share paces and connections: those of the steps give a call that is too early back, so that the step is
/// taken when its turn has come and nobody waits behind it; those of searches wait, because a search that were given back in the
/// middle would begin anew.
public final class AwsPlatform implements AutoCloseable {
    /// CloudFront tells of minutes; what took an hour does not come.
    private static final Duration SERVED_WITHIN = Duration.ofHours(1);

    /// Longest for one call: AWS's own answer long before.
    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

    private final SdkHttpClient http;
    private final AcmClient acm;
    private final AcmClient patientAcm;
    private final CloudFrontClient cloudFront;
    private final CloudFrontClient patientCloudFront;
    private final ServiceQuotasClient quotas;
    private final Platform platform;

    /// @param planned what jobs under way are still going to make
    public AwsPlatform(
            AwsSettings settings,
            Visit visit,
            Supplier<Quota.Wanted> planned,
            InstantSource clock,
            CallWatch watch) {
        this(settings, visit, planned, clock, AwsPlatform::pause, watch);
    }

    /// @param pause lets time pass
    public AwsPlatform(
            AwsSettings settings,
            Visit visit,
            Supplier<Quota.Wanted> planned,
            InstantSource clock,
            Consumer<Duration> pause,
            CallWatch watch) {
        Paces paces = new Paces(settings.pacePercent());
        PacedCalls atOnce = new PacedCalls(paces, clock, Optional.empty(), watch);
        PacedCalls patient = new PacedCalls(paces, clock, Optional.of(pause), watch);
        this.http =
                UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(Duration.ofSeconds(30))
                        .build();
        this.acm = client(AcmClient.builder(), settings, atOnce);
        this.patientAcm = client(AcmClient.builder(), settings, patient);
        this.cloudFront = client(CloudFrontClient.builder(), settings, atOnce);
        this.patientCloudFront = client(CloudFrontClient.builder(), settings, patient);
        this.quotas = client(ServiceQuotasClient.builder(), settings, patient);
        this.platform =
                new Platform(
                        new Platform.Rules(
                                new Templates(_ -> patientCloudFront),
                                new ListedAliases(patientCloudFront, clock),
                                new AccountQuota(
                                        patientAcm, patientCloudFront, quotas, planned, clock)),
                        new Platform.Services(_ -> acm, _ -> cloudFront),
                        new Platform.Services(_ -> patientAcm, _ -> patientCloudFront),
                        new DeployedCheck(cloudFront, visit, clock),
                        SERVED_WITHIN);
    }

    public Platform platform() {
        return platform;
    }

    /// The client does not try again by itself: a refusal for the pace must slow all calls, and what to do after a failure is
    /// decided by the step.
    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            B builder, AwsSettings settings, PacedCalls calls) {
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.region(Region.of(settings.region()))
                .httpClient(http)
                .overrideConfiguration(
                        ClientOverrideConfiguration.builder()
                                .retryStrategy(AwsRetryStrategy.doNotRetry())
                                .apiCallTimeout(CALL_LIMIT)
                                .addExecutionInterceptor(calls)
                                .build())
                .build();
    }

    private static void pause(Duration time) {
        try {
            boolean never = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
            if (never) {
                throw new IllegalStateException("nobody counts it down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped while waiting for a call's turn");
        }
    }

    @Override
    public void close() {
        acm.close();
        patientAcm.close();
        cloudFront.close();
        patientCloudFront.close();
        quotas.close();
        http.close();
    }
}
