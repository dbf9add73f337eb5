package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.saas.aws.AwsPlatform;
import dev.nameplate.saas.aws.AwsSettings;
import dev.nameplate.saas.aws.CallWatch;
import dev.nameplate.testkit.AwsCredentials;
import dev.nameplate.testkit.MotoServer;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestCa;

import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// moto behind a gate that throttles, both at the test's time. What a distribution shows is what moto says of it.
final class MotoPlace implements PlatformSuite.Place {
    final ThrottlingGate gate;
    private final SettableClock clock =
            new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    private final MotoServer moto;
    private final int pacePercent;
    private final AwsCredentials credentials = AwsCredentials.set();
    private final TestCa ca = new TestCa(clock.instant());
    private final List<AwsPlatform> opened = new ArrayList<>();
    private final AcmClient acm;
    private final CloudFrontClient cloudFront;
    final Map<CallWatch.Outcome, Long> outcomes = new ConcurrentHashMap<>();

    MotoPlace(MotoServer moto, int pacePercent) throws IOException {
        this.moto = moto;
        this.pacePercent = pacePercent;
        this.gate = new ThrottlingGate(moto.uri(), clock);
        this.acm =
                AcmClient.builder()
                        .endpointOverride(moto.uri())
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build();
        this.cloudFront =
                CloudFrontClient.builder()
                        .endpointOverride(moto.uri())
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build();
    }

    @Override
    public SettableClock clock() {
        return clock;
    }

    @Override
    public AccountId account() {
        return new AccountId("123456789012");
    }

    @Override
    public Platform platform() {
        AwsPlatform aws =
                new AwsPlatform(
                        new AwsSettings("us-east-1", Optional.of(gate.uri()), pacePercent),
                        this::servedSerial,
                        () -> new Quota.Wanted(0, 0, 0),
                        clock,
                        clock::advance,
                        new CallWatch() {
                            @Override
                            public void called(String operation, Outcome outcome, double rate) {
                                outcomes.merge(outcome, 1L, Long::sum);
                            }

                            @Override
                            public void postponed(String operation) {}
                        });
        opened.add(aws);
        return aws.platform();
    }

    private Optional<String> servedSerial(String domainName, String host) {
        String id =
                AccountDistributions.list(cloudFront).stream()
                        .filter(each -> domainName.equals(each.domainName()))
                        .findFirst()
                        .orElseThrow()
                        .id();
        Distribution distribution =
                cloudFront.getDistribution(request -> request.id(id)).distribution();
        if (!distribution.distributionConfig().enabled()
                || !distribution
                        .distributionConfig()
                        .aliases()
                        .items()
                        .contains(host.replace("nameplate-check.", "*."))) {
            return Optional.empty();
        }
        String arn = distribution.distributionConfig().viewerCertificate().acmCertificateArn();
        return Optional.of(
                acm.describeCertificate(request -> request.certificateArn(arn))
                        .certificate()
                        .serial());
    }

    @Override
    public AcmClient acm() {
        return acm;
    }

    @Override
    public CloudFrontClient cloudFront() {
        return cloudFront;
    }

    @Override
    public TestCa ca() {
        return ca;
    }

    @Override
    public void close() {
        opened.forEach(AwsPlatform::close);
        acm.close();
        cloudFront.close();
        gate.close();
        moto.close();
        credentials.close();
    }
}
