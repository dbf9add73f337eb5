package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateExport;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.ConflictException;
import software.amazon.awssdk.services.acm.model.DomainStatus;
import software.amazon.awssdk.services.acm.model.InvalidArnException;
import software.amazon.awssdk.services.acm.model.InvalidDomainValidationOptionsException;
import software.amazon.awssdk.services.acm.model.InvalidStateException;
import software.amazon.awssdk.services.acm.model.LimitExceededException;
import software.amazon.awssdk.services.acm.model.RenewalStatus;
import software.amazon.awssdk.services.acm.model.RequestInProgressException;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.RevocationReason;
import software.amazon.awssdk.services.acm.model.ValidationException;

import java.time.Duration;
import java.util.UUID;

final class CertificateChangesTest {

    @StoreTest
    void aRevokedCertificateTellsWhenAndWhy(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        AcmDoor.assertRefused(
                () -> revoke(door, arn, "SUPERSEDED"), ConflictException.class, "is not issued");
        door.features.settleCertificates();
        door.features.clock.advance(Duration.ofHours(1));

        assertThat(
                        door.acm
                                .revokeCertificate(
                                        r -> r.certificateArn(arn).revocationReason("SUPERCEDED"))
                                .certificateArn())
                .isEqualTo(arn);

        CertificateDetail detail = door.describe(arn);
        assertThat(detail.status()).isEqualTo(CertificateStatus.REVOKED);
        assertThat(detail.revokedAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.revocationReason()).isEqualTo(RevocationReason.SUPERSEDED);
        assertThat(detail.serial()).isNotBlank();
        assertThat(detail.domainValidationOptions().getFirst().validationStatus())
                .isEqualTo(DomainStatus.SUCCESS);
        assertThat(
                        door.acm
                                .listCertificates(
                                        r -> r.certificateStatuses(CertificateStatus.REVOKED))
                                .certificateSummaryList()
                                .getFirst()
                                .revokedAt())
                .isEqualTo(detail.revokedAt());
        AcmDoor.assertRefused(
                () -> revoke(door, arn, "SUPERSEDED"),
                ConflictException.class,
                "is revoked already");
        door.acm.deleteCertificate(r -> r.certificateArn(arn));
        AcmDoor.assertRefused(
                () -> revoke(door, arn, "SUPERSEDED"),
                ResourceNotFoundException.class,
                "Could not find");
    }

    @StoreTest
    void whatIsServedOrNotOursIsNotRevoked(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        String imported =
                door.importOf(new TestCa(door.features.clock.instant()).issue("example.org"));
        door.features.settleCertificates();
        var id = new CertificateId(UUID.fromString(arn.substring(arn.lastIndexOf('/') + 1)));
        database.write(write -> {
            door.features.certificates.use(write, id, "distribution/E1");
            return true;
        });
        AcmDoor.assertRefused(
                () -> revoke(door, arn, "A_A_COMPROMISE"),
                ResourceInUseException.class,
                "is in use");
        AcmDoor.assertRefused(
                () -> revoke(door, imported, "UNSPECIFIED"),
                ValidationException.class,
                "was imported");
        AcmDoor.assertRefused(
                () -> revoke(door, arn, "CERTIFICATE_HOLD"),
                ValidationException.class,
                "a revocation is for good");
        AcmDoor.assertRefused(
                () -> revoke(door, arn.replace("certificate/", "thing/"), "UNSPECIFIED"),
                InvalidArnException.class,
                "Invalid ARN");
    }

    @StoreTest
    void whatWasHandedOutIsRenewedByHand(Database database) {
        var door = new AcmDoor(database);
        String plain = door.request("example.com");
        String exportable =
                door.acm
                        .requestCertificate(r ->
                                r.domainName("example.org")
                                        .options(o -> o.export(CertificateExport.ENABLED)))
                        .certificateArn();
        AcmDoor.assertRefused(
                () -> renew(door, exportable),
                RequestInProgressException.class,
                "is not issued yet");
        door.features.settleCertificates();
        for (String arn : new String[] {plain, exportable}) {
            AcmDoor.assertRefused(
                    () -> renew(door, arn), ValidationException.class, "was never exported");
        }
        door.acm.exportCertificate(
                r -> r.certificateArn(exportable).passphrase(SdkBytes.fromUtf8String("four")));
        assertThat(door.describe(exportable).renewalSummary()).isNull();

        renew(door, exportable);

        CertificateDetail renewing = door.describe(exportable);
        assertThat(renewing.status()).isEqualTo(CertificateStatus.ISSUED);
        assertThat(renewing.renewalSummary().renewalStatus())
                .isEqualTo(RenewalStatus.PENDING_AUTO_RENEWAL);
        assertThat(renewing.renewalSummary().updatedAt()).isEqualTo(door.features.clock.instant());
        assertThat(renewing.renewalSummary().domainValidationOptions())
                .singleElement()
                .satisfies(name -> {
                    assertThat(name.domainName()).isEqualTo("example.org");
                    assertThat(name.resourceRecord())
                            .isEqualTo(
                                    renewing.domainValidationOptions().getFirst().resourceRecord());
                });
        door.features.clock.set(renewing.notAfter().plusSeconds(1));
        AcmDoor.assertRefused(() -> renew(door, exportable), ValidationException.class, "");
    }

    @StoreTest
    void theLimitsAreAcmsErrors(Database database) {
        var standard = CertificateSettings.withSuffix(TestFeatures.SUFFIX);
        var door =
                new AcmDoor(
                        database,
                        new TestFeatures(
                                database,
                                _ -> {},
                                new CertificateSettings(
                                        standard.suffix(),
                                        standard.validationTime(),
                                        standard.names(),
                                        new Quotas.Limits(1, 2, 1, 1))));
        String first = door.request("example.com");
        AcmDoor.assertRefused(
                () -> door.request("example.org"),
                LimitExceededException.class,
                "You have reached the maximum number of certificates.");
        door.acm.deleteCertificate(r -> r.certificateArn(first));
        String second = door.request("example.org");
        door.acm.deleteCertificate(r -> r.certificateArn(second));
        AcmDoor.assertRefused(
                () -> door.request("example.net"),
                LimitExceededException.class,
                "Error: you have reached your limit of 2 certificates in the last year.");
        var ca = new TestCa(door.features.clock.instant());
        door.importOf(ca.issue("example.org"));
        AcmDoor.assertRefused(
                () -> door.importOf(ca.issue("example.org")),
                LimitExceededException.class,
                "imported");
    }

    @StoreTest
    void noEmailIsSentAgainWhereNoneWasSent(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("www.example.com");
        AcmDoor.assertRefused(
                () -> resend(door, arn, "www.example.com", "example.com"),
                InvalidStateException.class,
                "is validated by DNS");
        AcmDoor.assertRefused(
                () -> resend(door, arn, "other.example.com", "example.com"),
                InvalidDomainValidationOptionsException.class,
                "'other.example.com' is not a domain name of this certificate");
        AcmDoor.assertRefused(
                () -> resend(door, arn, "www.example.com", "example.org"),
                InvalidDomainValidationOptionsException.class,
                "nor a parent of it");
    }

    @StoreTest
    void onlyTheTransparencyPreferenceChanges(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        door.acm.updateCertificateOptions(r ->
                r.certificateArn(arn)
                        .options(o ->
                                o.certificateTransparencyLoggingPreference("DISABLED")
                                        .export(CertificateExport.DISABLED)));
        assertThat(door.describe(arn).options().certificateTransparencyLoggingPreferenceAsString())
                .isEqualTo("DISABLED");
        AcmDoor.assertRefused(
                () ->
                        door.acm.updateCertificateOptions(r ->
                                r.certificateArn(arn)
                                        .options(o -> o.export(CertificateExport.ENABLED))),
                InvalidStateException.class,
                "does not change");
        String imported =
                door.importOf(new TestCa(door.features.clock.instant()).issue("example.org"));
        AcmDoor.assertRefused(
                () ->
                        door.acm.updateCertificateOptions(
                                r -> r.certificateArn(imported).options(_ -> {})),
                InvalidStateException.class,
                "has no options");
    }

    @StoreTest
    void theAccountChoosesInEachRegionWhenExpiryIsTold(Database database) {
        var door = new AcmDoor(database);
        assertThat(days(door, "us-east-1")).isEqualTo(45);
        put(door, "first", 30);
        put(door, "first", 30);
        assertThat(days(door, "us-east-1")).isEqualTo(30);
        assertThat(days(door, "eu-west-1")).isEqualTo(45);
        AcmDoor.assertRefused(
                () -> put(door, "first", 20), ConflictException.class, "'first' was used");
        put(door, "second", 20);
        AcmDoor.assertRefused(
                () -> put(door, "third", 91), ValidationException.class, "can be 1 to 90");
        door.features.clock.advance(Duration.ofHours(1));
        put(door, "first", 60);
        door.acm.putAccountConfiguration(r -> r.idempotencyToken("nothing"));
        assertThat(days(door, "us-east-1")).isEqualTo(60);
    }

    private static int days(AcmDoor door, String region) {
        return door.in(region).getAccountConfiguration(_ -> {}).expiryEvents().daysBeforeExpiry();
    }

    private static void put(AcmDoor door, String token, int days) {
        door.acm.putAccountConfiguration(
                r -> r.idempotencyToken(token).expiryEvents(e -> e.daysBeforeExpiry(days)));
    }

    private static void revoke(AcmDoor door, String arn, String reason) {
        door.acm.revokeCertificate(r -> r.certificateArn(arn).revocationReason(reason));
    }

    private static void renew(AcmDoor door, String arn) {
        door.acm.renewCertificate(r -> r.certificateArn(arn));
    }

    private static void resend(AcmDoor door, String arn, String domain, String validation) {
        door.acm.resendValidationEmail(
                r -> r.certificateArn(arn).domain(domain).validationDomain(validation));
    }
}
