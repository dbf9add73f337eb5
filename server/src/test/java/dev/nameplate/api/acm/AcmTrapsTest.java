package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import org.junit.jupiter.api.Tag;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.DomainStatus;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceRecord;
import software.amazon.awssdk.services.acm.waiters.AcmWaiter;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.util.List;

/// What other imitations of ACM get wrong, and clients then trip over.
@Tag("slow")
final class AcmTrapsTest {

    @StoreTest
    void theSdksWaiterEndsAsTheRequestDid(Database database) {
        var door = new AcmDoor(database);
        String issued = door.request("example.com", "*.example.com", "www.example.com");
        door.features.settleCertificates();
        try (AcmWaiter waiter = waiter(door)) {
            CertificateDetail detail =
                    waiter.waitUntilCertificateValidated(r -> r.certificateArn(issued))
                            .matched()
                            .response()
                            .orElseThrow()
                            .certificate();
            assertThat(detail.status()).isEqualTo(CertificateStatus.ISSUED);
            assertThat(detail.domainValidationOptions())
                    .extracting(DomainValidation::validationStatus)
                    .containsOnly(DomainStatus.SUCCESS);

            String refused = door.request("sub.amazonaws.com");
            assertThat(door.describe(refused).status()).isEqualTo(CertificateStatus.FAILED);
            assertThatThrownBy(() ->
                            waiter.waitUntilCertificateValidated(r -> r.certificateArn(refused)))
                    .hasMessageContaining("failure state");

            door.features.recordsAreShown(false);
            String pending = door.request("example.org");
            assertThatThrownBy(() ->
                            waiter.waitUntilCertificateValidated(r -> r.certificateArn(pending)))
                    .hasMessageContaining("exceeded the max retry attempts");
        }
    }

    @StoreTest
    void aNameHasOneRecordForItsAccountWhateverTheRequest(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com", "*.example.com");
        List<ResourceRecord> records = records(door.acm, arn);
        assertThat(records).hasSize(2);
        assertThat(records.get(0)).isEqualTo(records.get(1));
        door.acm.deleteCertificate(r -> r.certificateArn(arn));
        assertThat(records(door.acm, door.request("example.com")))
                .containsExactly(records.getFirst());
        AcmClient elsewhere = door.in("eu-west-1");
        assertThat(records(elsewhere, request(elsewhere))).containsExactly(records.getFirst());
        AcmClient other = door.door.as(TestFeatures.otherAccount("us-east-1"));
        assertThat(records(other, request(other))).doesNotContain(records.getFirst());
        assertThat(records(door.acm, door.request("www.example.com")))
                .doesNotContain(records.getFirst());
    }

    @StoreTest
    void importingAgainChangesWhatIsServedAndNothingAtCloudFront(Database database) {
        var door = new AcmDoor(database);
        var ca = door.features.trustedCa();
        String arn = door.importOf(ca.issue("example.com"));
        CloudFrontClient cloudFront =
                door.features.cloudFront().as(TestFeatures.caller("us-east-1"));
        CreateDistributionResponse created = create(cloudFront, arn);
        String id = created.distribution().id();
        door.features.deployAll();
        assertThat(door.describe(arn).inUseBy()).containsExactly(created.distribution().arn());
        String serial = door.describe(arn).serial();

        TestCa.Issued next = ca.issue("example.com");
        door.acm.importCertificate(r ->
                r.certificateArn(arn)
                        .certificate(SdkBytes.fromByteArray(next.certificatePem()))
                        .privateKey(SdkBytes.fromByteArray(next.privateKeyPem()))
                        .certificateChain(AcmDoor.chain(next)));

        assertThat(door.describe(arn).serial()).isNotEqualTo(serial);
        assertThat(door.describe(arn).inUseBy()).containsExactly(created.distribution().arn());
        var after = cloudFront.getDistribution(r -> r.id(id));
        assertThat(after.eTag()).isEqualTo(created.eTag());
        assertThat(after.distribution().status()).isEqualTo("Deployed");

        // A distribution that is switched off uses its certificate all the same.
        cloudFront.updateDistribution(r ->
                r.id(id)
                        .ifMatch(after.eTag())
                        .distributionConfig(
                                after.distribution().distributionConfig().toBuilder()
                                        .enabled(false)
                                        .build()));
        AcmDoor.assertRefused(
                () -> door.acm.deleteCertificate(r -> r.certificateArn(arn)),
                ResourceInUseException.class,
                "in account 123456789012 is in use.");
    }

    @StoreTest
    void anImportHasNoTokenAndSoIsMadeTwice(Database database) {
        var door = new AcmDoor(database);
        TestCa.Issued issued = new TestCa(door.features.clock.instant()).issue("example.com");
        assertThat(door.importOf(issued)).isNotEqualTo(door.importOf(issued));
    }

    private static AcmWaiter waiter(AcmDoor door) {
        return AcmWaiter.builder()
                .client(door.acm)
                .overrideConfiguration(wait ->
                        wait.maxAttempts(2).backoffStrategyV2(BackoffStrategy.retryImmediately()))
                .build();
    }

    private static String request(AcmClient acm) {
        return acm.requestCertificate(r -> r.domainName("example.com").validationMethod("DNS"))
                .certificateArn();
    }

    private static List<ResourceRecord> records(AcmClient acm, String arn) {
        return acm
                .describeCertificate(r -> r.certificateArn(arn))
                .certificate()
                .domainValidationOptions()
                .stream()
                .map(DomainValidation::resourceRecord)
                .toList();
    }

    private static CreateDistributionResponse create(CloudFrontClient cloudFront, String arn) {
        return cloudFront.createDistribution(r ->
                r.distributionConfig(config ->
                        config.callerReference("r")
                                .comment("")
                                .enabled(true)
                                .aliases(all -> all.quantity(1).items("example.com"))
                                .viewerCertificate(viewer ->
                                        viewer.acmCertificateArn(arn)
                                                .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                                .minimumProtocolVersion(
                                                        MinimumProtocolVersion.TLS_V1_2_2021))
                                .origins(origins -> origins.quantity(1).items(origin()))
                                .defaultCacheBehavior(behavior ->
                                        behavior.targetOriginId("web")
                                                .viewerProtocolPolicy(
                                                        ViewerProtocolPolicy.ALLOW_ALL)
                                                .cachePolicyId(
                                                        "658327ea-f89d-4fab-a63d-7e88639e58f6"))));
    }

    private static Origin origin() {
        return Origin.builder()
                .id("web")
                .domainName("origin.example.com")
                .customOriginConfig(custom ->
                        custom.httpPort(80)
                                .httpsPort(443)
                                .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                .build();
    }
}
