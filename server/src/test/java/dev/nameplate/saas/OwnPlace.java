package dev.nameplate.saas;

import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.wire.Caller;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.time.Duration;
import java.util.Map;

/// The ACM and CloudFront of this server, called in process.
class OwnPlace implements PlatformSuite.Place {
    final TestFeatures features;
    private final TestCa ca;

    OwnPlace(TestStore store) {
        features = new TestFeatures(store.database());
        ca = features.trustedCa();
    }

    @Override
    public SettableClock clock() {
        return features.clock;
    }

    @Override
    public AccountId account() {
        return new AccountId(TestFeatures.ACCOUNT);
    }

    AcmClient acm(Caller caller) {
        return new Acm(
                        features.database,
                        features.certificates,
                        features.tags,
                        AcmSettings.DEFAULT,
                        features.clock,
                        features.random)
                .as(caller);
    }

    CloudFrontClient cloudFront(Caller caller) {
        return features.cloudFront().as(caller);
    }

    @Override
    public AcmClient acm() {
        return acm(TestFeatures.caller("us-east-1"));
    }

    @Override
    public CloudFrontClient cloudFront() {
        return cloudFront(TestFeatures.caller("us-east-1"));
    }

    @Override
    public Platform platform() {
        return new Platform(
                new Platform.Rules(
                        new Templates(_ -> cloudFront()), (_, _) -> Map.of(), Quota.NONE),
                new Platform.Services(_ -> acm(), _ -> cloudFront()),
                (_, host) -> features.servedSerial(host),
                Duration.ofMinutes(15));
    }

    @Override
    public TestCa ca() {
        return ca;
    }

    @Override
    public void settle() {
        features.settleCertificates();
        features.deployAll();
    }

    @Override
    public void close() {}
}
