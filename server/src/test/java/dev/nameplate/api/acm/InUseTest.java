package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.RenewalStatus;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.lightsail.model.Certificate;
import software.amazon.awssdk.services.lightsail.model.InvalidInputException;

import java.time.Duration;
import java.util.Optional;

/// What uses a certificate is told through both doors, and keeps it, whatever becomes of its material.
final class InUseTest {

    @StoreTest
    void aRenewedCertificateIsInUseAsBefore(Database database) {
        AcmDoor door = new AcmDoor(database);
        door.lightsail.createCertificate(
                r -> r.certificateName("site").domainName("www.example.com"));
        door.features.settleCertificates();
        door.lightsail.createDistribution(r ->
                r.distributionName("shop")
                        .bundleId("small_1_0")
                        .origin(origin -> origin.name("192.0.2.7:8080"))
                        .defaultCacheBehavior(cache -> cache.behavior("cache")));
        door.features.deployAll();
        door.lightsail.attachCertificateToDistribution(
                r -> r.certificateName("site").distributionName("shop"));
        door.features.deployAll();
        Certificate before = site(door);
        assertThat(before.inUseResourceCount()).isEqualTo(1);
        assertThat(before.renewalSummary()).isNull();

        door.features.clock.set(before.notAfter().minus(Duration.ofDays(30)));
        door.features.renewCertificates();
        Certificate after = site(door);
        assertThat(after.arn()).isEqualTo(before.arn());
        assertThat(after.serialNumber()).isNotEqualTo(before.serialNumber());
        assertThat(after.notAfter()).isAfter(before.notAfter());
        assertThat(after.inUseResourceCount()).isEqualTo(1);
        assertThat(after.eligibleToRenew()).isEqualTo("ELIGIBLE");
        assertThat(after.renewalSummary().renewalStatusAsString()).isEqualTo("Success");
        CertificateDetail detail = door.describe(acmArn(door));
        assertThat(detail.serial()).isEqualTo(after.serialNumber());
        assertThat(detail.inUseBy()).singleElement().asString().contains(":distribution/");
        assertThat(detail.renewalSummary().renewalStatus()).isEqualTo(RenewalStatus.SUCCESS);
        kept(door);

        // A disabled distribution uses it too.
        disable(door);
        assertThat(site(door).inUseResourceCount()).isEqualTo(1);
        kept(door);

        door.lightsail.detachCertificateFromDistribution(r -> r.distributionName("shop"));
        assertThat(site(door).inUseResourceCount()).isZero();
        assertThat(door.describe(acmArn(door)).inUseBy()).isEmpty();
        door.lightsail.deleteCertificate(r -> r.certificateName("site"));
    }

    @StoreTest
    void anImportReplacedInUseStaysInUse(Database database) {
        AcmDoor door = new AcmDoor(database);
        TestCa ca = new TestCa(door.features.clock.instant());
        String arn = door.importOf(ca.issue("shop.example"));
        var id = CertificateArn.parse(arn).id().orElseThrow();
        database.write(write -> {
            door.features.certificates.use(write, id, "distribution/E1");
            return write;
        });
        TestCa.Issued next = ca.issue("shop.example");
        door.acm.importCertificate(r ->
                r.certificateArn(arn)
                        .certificate(SdkBytes.fromByteArray(next.certificatePem()))
                        .privateKey(SdkBytes.fromByteArray(next.privateKeyPem()))
                        .certificateChain(AcmDoor.chain(next)));
        assertThat(door.describe(arn).inUseBy())
                .containsExactly("arn:aws:cloudfront::123456789012:distribution/E1");
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> door.acm.deleteCertificate(r -> r.certificateArn(arn)));
    }

    private static void disable(AcmDoor door) {
        var distributions = door.features.distributions;
        door.features.database.write(write -> {
            var shop =
                    distributions
                            .page(
                                    write.handle(),
                                    new AccountId(TestFeatures.ACCOUNT),
                                    Distribution.Kind.LIGHTSAIL,
                                    Optional.empty(),
                                    1)
                            .getFirst();
            ServedConfig config = shop.config();
            String document =
                    distributions
                            .version(write.handle(), shop.id(), shop.version())
                            .orElseThrow()
                            .document();
            return distributions.update(
                    write, shop, config.toBuilder().enabled(false).build(), document);
        });
        door.features.deployAll();
    }

    private static void kept(AcmDoor door) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> door.lightsail.deleteCertificate(r -> r.certificateName("site")));
    }

    private static Certificate site(AcmDoor door) {
        return door.lightsail
                .getCertificates(r -> r.certificateName("site"))
                .certificates()
                .getFirst()
                .certificateDetail();
    }

    private static String acmArn(AcmDoor door) {
        return door.acm
                .listCertificates(
                        r -> r.includes(f -> f.keyTypesWithStrings("EC_prime256v1", "RSA_2048")))
                .certificateSummaryList()
                .getFirst()
                .certificateArn();
    }
}
