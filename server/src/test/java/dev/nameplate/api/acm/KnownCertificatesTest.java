package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.AccessDeniedException;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateType;
import software.amazon.awssdk.services.acm.model.InvalidArnException;
import software.amazon.awssdk.services.acm.model.InvalidTagException;
import software.amazon.awssdk.services.acm.model.RenewalEligibility;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.Tag;
import software.amazon.awssdk.services.acm.model.TooManyTagsException;
import software.amazon.awssdk.services.acm.model.ValidationException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

@org.junit.jupiter.api.Tag("slow")
final class KnownCertificatesTest {

    @StoreTest
    void anImportIsIssuedAtOnceAndNeverRenewed(Database database) {
        var door = new AcmDoor(database);
        var ca = new TestCa(door.features.clock.instant());
        TestCa.Issued issued = ca.issue("example.com", "www.example.com");
        String arn = door.importOf(issued);
        CertificateDetail detail = door.describe(arn);
        assertThat(detail.type()).isEqualTo(CertificateType.IMPORTED);
        assertThat(detail.status()).isEqualTo(CertificateStatus.ISSUED);
        assertThat(detail.domainName()).isEqualTo("example.com");
        assertThat(detail.subjectAlternativeNames())
                .containsExactly("example.com", "www.example.com");
        assertThat(detail.importedAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.issuedAt()).isNull();
        assertThat(detail.hasDomainValidationOptions()).isFalse();
        assertThat(detail.renewalSummary()).isNull();
        assertThat(detail.renewalEligibility()).isEqualTo(RenewalEligibility.INELIGIBLE);
        assertThat(detail.issuer()).isEqualTo("Test Root");
        assertThat(detail.subject()).isEqualTo("CN=example.com");
        assertThat(detail.keyAlgorithmAsString()).isEqualTo("EC_prime256v1");

        var pem = door.acm.getCertificate(r -> r.certificateArn(arn));
        assertThat(pem.certificate().getBytes(StandardCharsets.US_ASCII))
                .isEqualTo(issued.certificatePem());
        assertThat(pem.certificateChain().getBytes(StandardCharsets.US_ASCII))
                .as("the root as it was imported, though it is not served")
                .isEqualTo(issued.chainPem());
        door.features.clock.advance(Duration.ofDays(91));
        assertThat(door.describe(arn).status()).isEqualTo(CertificateStatus.EXPIRED);
    }

    @StoreTest
    void whatIsStoredDamagedIsNotFound(Database database) {
        var door = new AcmDoor(database);
        String arn = door.importOf(new TestCa(door.features.clock.instant()).issue("example.com"));
        database.<Integer>write(write ->
                write.handle()
                        .execute("UPDATE certificate_material SET chain = ?", new byte[] {0x30}));
        AcmDoor.assertRefused(
                () -> door.acm.getCertificate(r -> r.certificateArn(arn)),
                ResourceNotFoundException.class,
                "What is stored of certificate "
                        + arn
                        + " cannot be read. The operator of this server must restore it.");
    }

    @StoreTest
    void aSelfSignedImportHasNoChain(Database database) {
        var door = new AcmDoor(database);
        TestCa.Issued issued = TestCa.selfSigned(door.features.clock.instant(), "self.example.com");
        String arn =
                door.acm
                        .importCertificate(r ->
                                r.certificate(SdkBytes.fromByteArray(issued.certificatePem()))
                                        .privateKey(SdkBytes.fromByteArray(issued.privateKeyPem())))
                        .certificateArn();
        assertThat(door.acm.getCertificate(r -> r.certificateArn(arn)).certificateChain()).isNull();
    }

    @StoreTest
    void anImportCanBeReplacedUnderItsArn(Database database) {
        var door = new AcmDoor(database);
        var ca = new TestCa(door.features.clock.instant());
        String arn = door.importOf(ca.issue("example.com"));
        String serial = door.describe(arn).serial();
        door.features.clock.advance(Duration.ofHours(1));
        TestCa.Issued renewed = ca.issue("example.com", "new.example.com");
        assertThat(reimport(door, arn, renewed)).isEqualTo(arn);
        CertificateDetail detail = door.describe(arn);
        assertThat(detail.serial()).isNotEqualTo(serial);
        assertThat(detail.subjectAlternativeNames()).contains("new.example.com");
        assertThat(detail.importedAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.createdAt()).isBefore(detail.importedAt());

        AcmDoor.assertRefused(
                () -> reimport(door, arn, renewed, tag("a", "b")),
                ValidationException.class,
                "Tagging is not permitted on re-import.");
        AcmDoor.assertRefused(
                () -> reimport(door, arn, ca.issue("other.example.org")),
                ValidationException.class,
                "none of the domain names");
        String requested = door.request("example.com");
        AcmDoor.assertRefused(
                () -> reimport(door, requested, renewed),
                ValidationException.class,
                "was not imported, so nothing can be imported over it");
        String unknown = arn.substring(0, arn.length() - 12) + "000000000000";
        AcmDoor.assertRefused(
                () -> reimport(door, unknown, renewed),
                ResourceNotFoundException.class,
                "Could not find certificate " + unknown);
        AcmDoor.assertRefused(
                () -> reimport(door, "arn:aws:acm:nonsense", renewed),
                InvalidArnException.class,
                "Invalid ARN 'arn:aws:acm:nonsense'");
    }

    @StoreTest
    void anUnusableImportIsRefusedInAcmsWords(Database database) {
        var door = new AcmDoor(database);
        var ca = new TestCa(door.features.clock.instant());
        TestCa.Issued one = ca.issue("example.com");
        TestCa.Issued two = ca.issue("example.com");
        AcmDoor.assertRefused(
                () ->
                        door.acm.importCertificate(r ->
                                r.certificate(SdkBytes.fromByteArray(one.certificatePem()))
                                        .privateKey(SdkBytes.fromByteArray(two.privateKeyPem()))
                                        .certificateChain(AcmDoor.chain(one))),
                ValidationException.class,
                "The private key does not match");
        AcmDoor.assertRefused(
                () ->
                        door.acm.importCertificate(r ->
                                r.certificate(SdkBytes.fromUtf8String("no PEM"))
                                        .privateKey(SdkBytes.fromByteArray(one.privateKeyPem()))),
                ValidationException.class,
                "PEM format");
        assertThat(
                        door.acm
                                .listCertificates(r ->
                                        r.includes(i -> i.keyTypesWithStrings("EC_prime256v1")))
                                .certificateSummaryList())
                .isEmpty();
    }

    @StoreTest
    void whatIsUnknownHereIsNotFound(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        for (String wrong :
                List.of(
                        arn.replace("us-east-1", "eu-west-1"),
                        arn.replace("123456789012", "210987654321"),
                        "arn:aws:acm:us-east-1:123456789012:certificate/opaque-id")) {
            String sentence = "Could not find certificate " + wrong + " in account 123456789012.";
            AcmDoor.assertRefused(
                    () -> door.describe(wrong), ResourceNotFoundException.class, sentence);
            AcmDoor.assertRefused(
                    () -> door.acm.getCertificate(r -> r.certificateArn(wrong)),
                    ResourceNotFoundException.class,
                    sentence);
            AcmDoor.assertRefused(
                    () -> door.acm.deleteCertificate(r -> r.certificateArn(wrong)),
                    ResourceNotFoundException.class,
                    sentence);
            AcmDoor.assertRefused(
                    () -> door.acm.listTagsForCertificate(r -> r.certificateArn(wrong)),
                    ResourceNotFoundException.class,
                    sentence);
        }
        AcmDoor.assertRefused(
                () -> door.in("eu-west-1").describeCertificate(r -> r.certificateArn(arn)),
                ResourceNotFoundException.class,
                arn);
        AcmDoor.assertRefused(
                () ->
                        door.door
                                .as(TestFeatures.otherAccount("us-east-1"))
                                .describeCertificate(r -> r.certificateArn(arn)),
                ResourceNotFoundException.class,
                "in account 210987654321.");
        AcmDoor.assertRefused(
                () -> door.describe("arn:aws:acm:us-east-1:123456789012:other/thing"),
                InvalidArnException.class,
                "Invalid ARN");
    }

    @StoreTest
    void aCertificateInUseIsNotDeleted(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        var id = CertificateArn.parse(arn).id().orElseThrow();
        database.write(write -> {
            door.features.certificates.use(write, id, "distribution/E123");
            return true;
        });
        assertThat(door.describe(arn).inUseBy())
                .containsExactly("arn:aws:cloudfront::123456789012:distribution/E123");
        AcmDoor.assertRefused(
                () -> door.acm.deleteCertificate(r -> r.certificateArn(arn)),
                ResourceInUseException.class,
                "Certificate " + arn + " in account 123456789012 is in use.");
        database.write(write -> {
            door.features.certificates.release(write, id, "distribution/E123");
            return true;
        });
        door.acm.deleteCertificate(r -> r.certificateArn(arn));
        AcmDoor.assertRefused(
                () -> door.describe(arn), ResourceNotFoundException.class, "Could not find");
    }

    @StoreTest
    void aLightsailCertificateIsTheSameCertificateHere(Database database) {
        var door = new AcmDoor(database);
        String supportCode =
                door.lightsail
                        .createCertificate(r ->
                                r.certificateName("site")
                                        .domainName("example.com")
                                        .tags(
                                                software.amazon.awssdk.services.lightsail.model.Tag
                                                        .builder()
                                                        .key("env")
                                                        .value("dev")
                                                        .build()))
                        .certificate()
                        .certificateDetail()
                        .supportCode();
        String arn = supportCode.substring(supportCode.indexOf('/') + 1);
        CertificateDetail detail = door.describe(arn);
        assertThat(detail.domainName()).isEqualTo("example.com");
        assertThat(detail.keyAlgorithmAsString()).isEqualTo("EC_prime256v1");
        assertThat(door.acm.listTagsForCertificate(r -> r.certificateArn(arn)).tags())
                .containsExactly(tag("env", "dev"));
        door.features.settleCertificates();
        assertThat(door.acm.getCertificate(r -> r.certificateArn(arn)).certificate()).isNotBlank();
        AcmDoor.assertRefused(
                () -> door.acm.deleteCertificate(r -> r.certificateArn(arn)),
                AccessDeniedException.class,
                "belongs to Lightsail");

        door.request("example.org");
        assertThat(door.lightsail.getCertificates(_ -> {}).certificates())
                .extracting(certificate -> certificate.certificateName())
                .containsExactly("site");
    }

    @StoreTest
    void tagsAreAddedOverwrittenAndRemovedByKeyOrByKeyAndValue(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        door.acm.addTagsToCertificate(
                r -> r.certificateArn(arn).tags(tag("a", "1"), tag("b", "2"), tag("c", "3")));
        door.acm.addTagsToCertificate(r -> r.certificateArn(arn).tags(tag("a", "4")));
        assertThat(tags(door, arn)).containsExactly(tag("a", "4"), tag("b", "2"), tag("c", "3"));
        door.acm.removeTagsFromCertificate(r ->
                r.certificateArn(arn)
                        .tags(tag("a", "1"), tag("b", "2"), Tag.builder().key("c").build()));
        assertThat(tags(door, arn)).containsExactly(tag("a", "4"));
        AcmDoor.assertRefused(
                () ->
                        door.acm.addTagsToCertificate(r ->
                                r.certificateArn(arn)
                                        .tags(
                                                IntStream.range(0, 50)
                                                        .mapToObj(i -> tag("k" + i, ""))
                                                        .toList())),
                TooManyTagsException.class,
                "would make it 51");
        AcmDoor.assertRefused(
                () ->
                        door.acm.addTagsToCertificate(
                                r -> r.certificateArn(arn).tags(tag("d", "1"), tag("d", "2"))),
                InvalidTagException.class,
                "'d' is given more than once");
        assertThat(tags(door, arn)).hasSize(1);
        door.acm.deleteCertificate(r -> r.certificateArn(arn));
    }

    private static List<Tag> tags(AcmDoor door, String arn) {
        return door.acm.listTagsForCertificate(r -> r.certificateArn(arn)).tags();
    }

    private static String reimport(AcmDoor door, String arn, TestCa.Issued issued, Tag... tags) {
        return door.acm
                .importCertificate(r ->
                        r.certificateArn(arn)
                                .certificate(SdkBytes.fromByteArray(issued.certificatePem()))
                                .privateKey(SdkBytes.fromByteArray(issued.privateKeyPem()))
                                .certificateChain(AcmDoor.chain(issued))
                                .tags(tags))
                .certificateArn();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
