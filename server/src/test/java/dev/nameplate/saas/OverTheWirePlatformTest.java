package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.api.ApiServer;
import dev.nameplate.api.Door;
import dev.nameplate.saas.aws.AwsPlatform;
import dev.nameplate.saas.aws.AwsSettings;
import dev.nameplate.saas.aws.CallWatch;
import dev.nameplate.testkit.AwsCredentials;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.AwsApi;
import dev.nameplate.wire.AwsEndpoint;
import dev.nameplate.wire.Credential;
import dev.nameplate.wire.Service;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Platform AWS, with this server's ACM and CloudFront in AWS's place: signed requests over HTTP, at AWS's pace.
@Tag("slow")
final class OverTheWirePlatformTest extends PlatformSuite {
    @Override
    protected Place open(TestStore store) {
        return new Wire(store);
    }

    @Test
    void aJobThatDoesNotFitIntoTheAccountsQuotasIsToldTheFigures() {
        importing("a.example.com");
        run(Duration.ofMinutes(5));
        Quota quota = place.platform().rules().quota();

        assertThat(quota.refusal(new Quota.Wanted(2_500, 0, 496))).isEmpty();
        assertThat(quota.refusal(new Quota.Wanted(0, 2_500, 0)))
                .contains(
                        "needs 2500 imported ACM certificates, and 2499 more fit: the AWS account's"
                                + " quota L-D2CB7DE9 is 2500, 1 are there and 0 are still to come"
                                + " for other jobs");
        assertThat(quota.refusal(new Quota.Wanted(0, 0, 499)).orElseThrow())
                .contains("needs 499 CloudFront distributions, and 498 more fit");
    }

    /// Within a minute it is found when the certificate is bound: the list of aliases is that old at most.
    @Test
    void anAliasThatAnotherDistributionHasEndsTheEntryBeforeAnythingIsMade() {
        importing("a.example.com");
        run(Duration.ofMinutes(5));
        place.clock().advance(Duration.ofMinutes(2));
        JobId second = importing("a.example.com");
        run(Duration.ofMinutes(5));

        Failure failure = job(second).entries().getFirst().progress().failure().orElseThrow();
        assertThat(failure.reason()).contains("a.example.com is an alias of distribution E");
        assertThat(certificates()).isEqualTo(1);
        assertThat(distributions()).isEqualTo(1);
    }

    private static final class Wire extends OwnPlace {
        private final AwsCredentials credentials = AwsCredentials.set();
        private final List<AwsPlatform> opened = new ArrayList<>();
        private final ApiServer server;

        Wire(TestStore store) {
            super(store);
            AwsEndpoint endpoint =
                    new AwsEndpoint(
                            List.of(
                                    new Service<>(AwsApi.ACM, AcmClient.class, this::acm),
                                    new Service<>(
                                            AwsApi.CLOUDFRONT,
                                            CloudFrontClient.class,
                                            this::cloudFront)),
                            id ->
                                    Optional.of(
                                            new Credential(
                                                    TestFeatures.ACCOUNT,
                                                    id,
                                                    AwsCredentials.SECRET)),
                            InstantSource.system(),
                            () -> UUID.randomUUID().toString(),
                            AwsEndpoint.Settings.defaults());
            server =
                    ApiServer.start(
                            InetAddress.getLoopbackAddress(),
                            0,
                            Optional.empty(),
                            List.of(new Door("aws", _ -> true, 4 << 20, endpoint::handle)),
                            Duration.ofMillis(100));
        }

        @Override
        public Platform platform() {
            AwsPlatform aws =
                    new AwsPlatform(
                            new AwsSettings(
                                    "us-east-1",
                                    Optional.of(URI.create("http://127.0.0.1:" + server.port())),
                                    90),
                            (_, host) -> features.servedSerial(host),
                            () -> new Quota.Wanted(0, 0, 0),
                            clock(),
                            clock()::advance,
                            CallWatch.NONE);
            opened.add(aws);
            return aws.platform();
        }

        @Override
        public void close() {
            opened.forEach(AwsPlatform::close);
            server.close();
            credentials.close();
        }
    }
}
