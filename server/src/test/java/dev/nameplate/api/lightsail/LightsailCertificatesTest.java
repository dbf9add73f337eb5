package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.services.lightsail.model.Certificate;
import software.amazon.awssdk.services.lightsail.model.CertificateDomainValidationStatus;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.CertificateSummary;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationState;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationStateCode;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

@org.junit.jupiter.api.Tag("slow")
final class LightsailCertificatesTest {

    @StoreTest
    void theFirstAnswerHasEverythingThatIsKnownOfAPendingCertificate(Database database) {
        var door = new Door(database);
        var answer =
                door.lightsail.createCertificate(request ->
                        request.certificateName("site")
                                .domainName("example.com")
                                .subjectAlternativeNames("www.example.com")
                                .tags(Tag.builder().key("env").value("dev").build()));

        CertificateSummary summary = answer.certificate();
        assertThat(summary.certificateArn())
                .matches("arn:aws:lightsail:us-east-1:123456789012:Certificate/[0-9a-f-]{36}");
        assertThat(summary.certificateName()).isEqualTo("site");
        assertThat(summary.domainName()).isEqualTo("example.com");
        assertThat(summary.tags()).containsExactly(tag("env", "dev"));

        Certificate detail = summary.certificateDetail();
        assertThat(detail.arn()).isEqualTo(summary.certificateArn());
        assertThat(detail.name()).isEqualTo("site");
        assertThat(detail.domainName()).isEqualTo("example.com");
        assertThat(detail.status()).isEqualTo(CertificateStatus.PENDING_VALIDATION);
        assertThat(detail.subjectAlternativeNames())
                .containsExactly("example.com", "www.example.com");
        assertThat(detail.createdAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.inUseResourceCount()).isZero();
        assertThat(detail.eligibleToRenew()).isEqualTo("INELIGIBLE");
        assertThat(detail.keyAlgorithm()).isEqualTo("EC-prime256v1");
        assertThat(detail.tags()).containsExactly(tag("env", "dev"));
        String id = detail.arn().substring(detail.arn().indexOf('/') + 1);
        assertThat(detail.supportCode())
                .matches("[0-9A-Z]{12}/arn:aws:acm:us-east-1:123456789012:certificate/" + id);
        assertThat(detail.issuedAt()).isNull();
        assertThat(detail.serialNumber()).isNull();
        assertThat(detail.requestFailureReason()).isNull();
        assertThat(detail.renewalSummary()).isNull();
        assertThat(detail.revokedAt()).isNull();
        assertThat(detail.domainValidationRecords())
                .hasSize(2)
                .allSatisfy(record -> {
                    assertThat(record.validationStatus())
                            .isEqualTo(CertificateDomainValidationStatus.PENDING_VALIDATION);
                    assertThat(record.resourceRecord().type()).isEqualTo("CNAME");
                    assertThat(record.resourceRecord().name())
                            .matches(
                                    "_[0-9a-f]{32}\\."
                                            + record.domainName().replace(".", "\\.")
                                            + "\\.");
                    assertThat(record.resourceRecord().value())
                            .endsWith(".proof.nameplate.internal.");
                });
        assertThat(detail.domainValidationRecords().getFirst().domainName())
                .isEqualTo("example.com");

        assertThat(answer.operations())
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.operationTypeAsString()).isEqualTo("CreateCertificate");
                    assertThat(operation.resourceType()).isEqualTo(ResourceType.CERTIFICATE);
                    assertThat(operation.resourceName()).isEqualTo("site");
                    assertThat(operation.isTerminal()).isTrue();
                    assertThat(operation.status()).isEqualTo(OperationStatus.SUCCEEDED);
                    assertThat(operation.location().regionNameAsString()).isEqualTo("us-east-1");
                    assertThat(operation.location().availabilityZone()).isEqualTo("all");
                    assertThat(operation.operationDetails()).isNull();
                });
        assertThat(door.certificate("site")).isEqualTo(detail);
    }

    @StoreTest
    void validationRecordsGoToTheAccountsOwnZone(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        Certificate detail =
                door.createCertificate("site", "example.com", "www.example.com", "example.org")
                        .certificate()
                        .certificateDetail();

        assertThat(detail.domainValidationRecords())
                .extracting(record -> record.dnsRecordCreationState().code())
                .containsExactly(
                        DnsRecordCreationStateCode.SUCCEEDED,
                        DnsRecordCreationStateCode.SUCCEEDED,
                        DnsRecordCreationStateCode.FAILED);
        assertThat(detail.domainValidationRecords().getLast().dnsRecordCreationState().message())
                .contains("No DNS zone of this account hosts example.org");
        var record = detail.domainValidationRecords().getFirst().resourceRecord();
        assertThat(
                        door.lightsail
                                .getDomain(request -> request.domainName("example.com"))
                                .domain()
                                .domainEntries())
                .anySatisfy(entry -> {
                    assertThat(entry.type()).isEqualTo("CNAME");
                    assertThat(entry.name() + ".").isEqualTo(record.name());
                    assertThat(entry.target() + ".").isEqualTo(record.value());
                    assertThat(entry.isAlias()).isFalse();
                });
    }

    @StoreTest
    void theStateOfARecordIsThatOfTheZoneNow(Database database) {
        var door = new Door(database);
        var record =
                door.createCertificate("site", "example.com")
                        .certificate()
                        .certificateDetail()
                        .domainValidationRecords()
                        .getFirst()
                        .resourceRecord();
        assertThat(creation(door).code()).isEqualTo(DnsRecordCreationStateCode.FAILED);

        door.createDomain("example.com");
        assertThat(creation(door).code()).isEqualTo(DnsRecordCreationStateCode.SUCCEEDED);

        door.lightsail.deleteDomain(request -> request.domainName("example.com"));
        door.lightsail.deleteCertificate(request -> request.certificateName("site"));
        door.createDomain("example.com");
        door.lightsail.createDomainEntry(request ->
                request.domainName("example.com")
                        .domainEntry(entry ->
                                entry.name(record.name().replaceFirst("\\.$", ""))
                                        .type("TXT")
                                        .target("mine")));
        door.createCertificate("site", "example.com");
        assertThat(creation(door).code()).isEqualTo(DnsRecordCreationStateCode.FAILED);
        assertThat(creation(door).message()).startsWith("Another entry stands at");
    }

    private static DnsRecordCreationState creation(Door door) {
        return door.certificate("site")
                .domainValidationRecords()
                .getFirst()
                .dnsRecordCreationState();
    }

    @StoreTest
    void aNameThatIsNotCertifiedMakesAFailedCertificate(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        Certificate amazons =
                door.createCertificate("cdn", "example.com", "d111.cloudfront.net")
                        .certificate()
                        .certificateDetail();
        assertThat(amazons.status()).isEqualTo(CertificateStatus.FAILED);
        assertThat(amazons.requestFailureReason()).isEqualTo("DOMAIN_NOT_ALLOWED");
        assertThat(amazons.domainValidationRecords()).isEmpty();
        assertThat(door.certificate("cdn")).isEqualTo(amazons);
        assertThat(
                        door.lightsail
                                .getDomain(request -> request.domainName("example.com"))
                                .domain()
                                .domainEntries())
                .noneMatch(entry -> entry.type().equals("CNAME"));

        Certificate suffix =
                door.createCertificate("suffix", "co.uk").certificate().certificateDetail();
        assertThat(suffix.requestFailureReason()).isEqualTo("INVALID_PUBLIC_DOMAIN");
        door.features.settleCertificates();
        assertThat(named(door, CertificateStatus.FAILED))
                .containsExactlyInAnyOrder("cdn", "suffix");
        door.lightsail.deleteCertificate(request -> request.certificateName("suffix"));
    }

    /// Lightsail's API has no word for it.
    @StoreTest
    void theKeyIsTheOneThatTheFirstIssuerIsSetToElseTheDoors(Database database) {
        var standard = CertificateSettings.withSuffix(TestFeatures.SUFFIX);
        IssuerName set = new IssuerName("le");
        var settings =
                new CertificateSettings(
                        standard.suffix(),
                        standard.validationTime(),
                        standard.names(),
                        standard.quotas(),
                        new IssuerRules(
                                Map.of(
                                        IssuerName.EMBEDDED,
                                        ProofForm.ACM_RECORD,
                                        set,
                                        ProofForm.ACME_CHALLENGE),
                                IssuerChoice.of(set, IssuerName.EMBEDDED),
                                Map.of(),
                                List.of(),
                                Map.of(set, KeyAlgorithm.EC_P384)));
        var door =
                new Door(
                        new TestFeatures(database, _ -> {}, settings),
                        LightsailSettings.with(KeyAlgorithm.RSA_2048),
                        new SecureRandom());
        door.createCertificate("set", "set.example.com");
        door.lightsail.createCertificate(request ->
                request.certificateName("unset")
                        .domainName("unset.example.com")
                        .tags(Tag.builder().key(IssuerRules.TAG).value("embedded").build()));
        assertThat(keyAlgorithm(door, "set")).isEqualTo("EC-secp384r1");
        assertThat(keyAlgorithm(door, "unset")).isEqualTo("RSA-2048");
    }

    private static String keyAlgorithm(Door door, String name) {
        return door.lightsail
                .getCertificates(
                        request -> request.certificateName(name).includeCertificateDetails(true))
                .certificates()
                .getFirst()
                .certificateDetail()
                .keyAlgorithm();
    }

    @StoreTest
    void anAccountHasSoManyCertificatesAndMakesSoManyAYear(Database database) {
        var standard = CertificateSettings.withSuffix(TestFeatures.SUFFIX);
        var few =
                new CertificateSettings(
                        standard.suffix(),
                        standard.validationTime(),
                        standard.names(),
                        new Quotas.Limits(2, 3, 1, 1));
        var door =
                new Door(
                        new TestFeatures(database, _ -> {}, few),
                        LightsailSettings.DEFAULT,
                        new SecureRandom());
        door.createCertificate("one", "one.example.com");
        door.createCertificate("two", "two.example.com");
        Door.assertInvalid(
                () -> door.createCertificate("three", "three.example.com"),
                "Sorry, you've requested too many certificates for your account. The limit of 2");
        door.lightsail.deleteCertificate(request -> request.certificateName("one"));
        door.createCertificate("three", "three.example.com");
        door.lightsail.deleteCertificate(request -> request.certificateName("two"));
        Door.assertInvalid(
                () -> door.createCertificate("four", "four.example.com"),
                "The limit of 3 Lightsail certificates requested within 365 days");
        assertThat(door.lightsail.getActiveNames(_ -> {}).activeNames()).containsExactly("three");
        door.features.clock.advance(Duration.ofDays(366));
        door.createCertificate("four", "four.example.com");
    }

    @StoreTest
    void internationalNamesAreShownInTheirAsciiForm(Database database) {
        var door = new Door(database);
        Certificate detail =
                door.createCertificate("site", "BÜCHER。example", "bücher.example", "straße.example")
                        .certificate()
                        .certificateDetail();
        assertThat(detail.subjectAlternativeNames())
                .containsExactly("xn--bcher-kva.example", "xn--strae-oqa.example");
        Door.assertInvalid(
                () -> door.createCertificate("bad", "xn--zz9999999.example"), "encodes nothing");
    }

    @StoreTest
    void namesComePrimaryFirstThenAsGivenEachOnceAndInLowerCase(Database database) {
        var door = new Door(database);
        Certificate detail =
                door.createCertificate(
                                "site",
                                "Example.com",
                                "b.example.com",
                                "example.com",
                                "a.example.com",
                                "B.EXAMPLE.com")
                        .certificate()
                        .certificateDetail();
        assertThat(detail.subjectAlternativeNames())
                .containsExactly("example.com", "b.example.com", "a.example.com");
    }

    @StoreTest
    void nineAlternatesAreTheMost(Database database) {
        var door = new Door(database);
        assertThat(
                        door.createCertificate("nine", "example.com", alternates(9))
                                .certificate()
                                .certificateDetail()
                                .subjectAlternativeNames())
                .hasSize(10);
        Door.assertInvalid(
                () -> door.createCertificate("ten", "example.com", alternates(10)),
                "You can specify a maximum of nine alternate domains in addition to the primary"
                        + " domain name; subjectAlternativeNames has 10.");
        assertThat(
                        door.lightsail
                                .getCertificates(request -> request.certificateName("ten"))
                                .certificates())
                .isEmpty();
    }

    @StoreTest
    void badNamesAreRefusedWithTheRuleTheyBreak(Database database) {
        var door = new Door(database);
        Door.assertInvalid(
                () -> door.createCertificate("site", "*.example.com"),
                "wildcard domain entries are not supported, and '*.example.com' is one");
        Door.assertInvalid(
                () -> door.createCertificate("site", "example.com", "*.example.com"),
                "The subjectAlternativeNames is not valid: wildcard");
        Door.assertInvalid(
                () -> door.createCertificate("site", "example.com."), "it ends with a dot");
        Door.assertInvalid(() -> door.createCertificate("site", "localhost"), "two labels");
        Door.assertInvalid(() -> door.createCertificate("site", ""), "it is empty");
        Door.assertInvalid(() -> door.createCertificate("site", "192.0.2.1"), "IP address");
        Door.assertInvalid(
                () -> door.createCertificate("site", "under_score.example.com"), "inner hyphens");
        Door.assertInvalid(
                () -> door.createCertificate("site", "a".repeat(64) + ".com"), "1 to 63 letters");
        String longName = "a".repeat(60) + ".example.com";
        Door.assertInvalid(() -> door.createCertificate("site", longName), "64 characters");
        assertThat(
                        door.createCertificate("site", "example.com", longName)
                                .certificate()
                                .certificateDetail()
                                .subjectAlternativeNames())
                .containsExactly("example.com", longName);
        for (String bad : new String[] {"", "x", "-site", "site-", "two words", "a".repeat(256)}) {
            Door.assertInvalid(
                    () -> door.createCertificate(bad, "example.com"),
                    "The certificate name '" + bad + "' is not valid");
        }
    }

    @StoreTest
    void aNameBelongsToOneResourceOfTheRegion(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        door.createDomain("example.com");
        Door.assertInvalid(
                () -> door.createCertificate("site", "example.org"),
                "NameExists",
                "Some names are already in use: site");
        Door.assertInvalid(
                () -> door.createCertificate("example.com", "example.org"),
                "NameExists",
                "Some names are already in use: example.com");
        door.createDistribution("front");
        for (ThrowingCallable taken :
                List.<ThrowingCallable>of(
                        () -> door.createCertificate("front", "example.org"),
                        () -> door.createDistribution("site"),
                        () -> door.createDistribution("example.com"))) {
            Door.assertInvalid(taken, "NameExists", "Some names are already in use: ");
        }
        door.createCertificate("example.net", "example.org");
        Door.assertInvalid(
                () -> door.createDomain("example.net"),
                "NameExists",
                "Some names are already in use: example.net");
        assertThat(
                        door.in("eu-west-1")
                                .createCertificate(request ->
                                        request.certificateName("site").domainName("example.com"))
                                .certificate()
                                .certificateArn())
                .startsWith("arn:aws:lightsail:eu-west-1:");
    }

    @StoreTest
    void aCertificateIsSeenInItsRegionAndAccountOnly(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        assertThat(door.in("eu-west-1").getCertificates(_ -> {}).certificates()).isEmpty();
        assertThat(
                        door.door
                                .as(TestFeatures.otherAccount("us-east-1"))
                                .getCertificates(_ -> {})
                                .certificates())
                .isEmpty();
        Door.assertNotFound(
                () ->
                        door.in("eu-west-1")
                                .deleteCertificate(request -> request.certificateName("site")),
                "The Certificate does not exist: site");
    }

    @StoreTest
    void aRegionWithoutLightsailIsRefused(Database database) {
        Door.assertInvalid(
                () ->
                        new Door(database)
                                .in("sa-east-1")
                                .createCertificate(request ->
                                        request.certificateName("site").domainName("example.com")),
                "UnsupportedOperation",
                "not available in the sa-east-1 Region");
    }

    @StoreTest
    void detailIsShownForANameOrOnRequest(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        assertThat(door.lightsail.getCertificates(_ -> {}).certificates())
                .singleElement()
                .satisfies(summary -> {
                    assertThat(summary.certificateDetail()).isNull();
                    assertThat(summary.certificateName()).isEqualTo("site");
                    assertThat(summary.domainName()).isEqualTo("example.com");
                });
        assertThat(
                        door.lightsail
                                .getCertificates(request -> request.includeCertificateDetails(true))
                                .certificates()
                                .getFirst()
                                .certificateDetail()
                                .name())
                .isEqualTo("site");
        assertThat(door.certificate("site").domainName()).isEqualTo("example.com");
        assertThat(
                        door.lightsail
                                .getCertificates(request -> request.certificateName("none"))
                                .certificates())
                .isEmpty();
    }

    @StoreTest
    void statusesFilter(Database database) {
        var door = new Door(database);
        door.issuedCertificate("issued", "example.org");
        door.createCertificate("pending", "example.com");
        assertThat(named(door, CertificateStatus.PENDING_VALIDATION)).containsExactly("pending");
        assertThat(named(door, CertificateStatus.ISSUED)).containsExactly("issued");
        assertThat(named(door, CertificateStatus.ISSUED, CertificateStatus.PENDING_VALIDATION))
                .containsExactlyInAnyOrder("issued", "pending");
        assertThat(named(door, CertificateStatus.REVOKED)).isEmpty();
        assertThat(
                        door.lightsail
                                .getCertificates(request ->
                                        request.certificateName("pending")
                                                .certificateStatuses(CertificateStatus.ISSUED))
                                .certificates())
                .isEmpty();
    }

    @StoreTest
    void anIssuedCertificateTellsWhatWasIssued(Database database) {
        var door = new Door(database);
        Certificate detail = door.issuedCertificate("site", "example.com", "www.example.com");
        assertThat(detail.status()).isEqualTo(CertificateStatus.ISSUED);
        assertThat(detail.serialNumber()).matches("[0-9a-f]{2}(:[0-9a-f]{2})+");
        assertThat(detail.issuedAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.notBefore()).isBeforeOrEqualTo(door.features.clock.instant());
        assertThat(detail.notAfter()).isAfter(door.features.clock.instant());
        assertThat(detail.issuerCA()).isNotBlank();
        assertThat(detail.eligibleToRenew()).isEqualTo("INELIGIBLE");
        assertThat(detail.domainValidationRecords())
                .extracting(record -> record.validationStatus())
                .containsOnly(CertificateDomainValidationStatus.SUCCESS);

        door.features.clock.set(detail.notAfter().plusSeconds(1));
        assertThat(door.certificate("site").status()).isEqualTo(CertificateStatus.EXPIRED);
    }

    @StoreTest
    void proofsThatAreNotFoundInTimeFail(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        door.features.clock.advance(Duration.ofHours(73));
        door.features.recordsAreShown(false);
        door.features.settleCertificates();
        Certificate detail = door.certificate("site");
        assertThat(detail.status()).isEqualTo(CertificateStatus.VALIDATION_TIMED_OUT);
        assertThat(detail.domainValidationRecords())
                .extracting(record -> record.validationStatus())
                .containsOnly(CertificateDomainValidationStatus.FAILED);
    }

    @StoreTest
    void theKeyOfCertificatesIsASetting(Database database) {
        var door = new Door(database, LightsailSettings.with(KeyAlgorithm.RSA_2048));
        assertThat(
                        door.createCertificate("site", "example.com")
                                .certificate()
                                .certificateDetail()
                                .keyAlgorithm())
                .isEqualTo("RSA-2048");
    }

    @StoreTest
    void deletingFreesTheNameAndTheTags(Database database) {
        var door = new Door(database);
        door.lightsail.createCertificate(request ->
                request.certificateName("site")
                        .domainName("example.com")
                        .tags(Tag.builder().key("env").value("dev").build()));
        var answer = door.lightsail.deleteCertificate(request -> request.certificateName("site"));
        assertThat(answer.operations())
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.operationTypeAsString()).isEqualTo("DeleteCertificate");
                    assertThat(operation.status()).isEqualTo(OperationStatus.SUCCEEDED);
                });
        assertThat(door.lightsail.getCertificates(_ -> {}).certificates()).isEmpty();
        Door.assertNotFound(
                () -> door.lightsail.deleteCertificate(request -> request.certificateName("site")),
                "The Certificate does not exist: site");
        assertThat(
                        door.createCertificate("site", "example.com")
                                .certificate()
                                .certificateDetail()
                                .tags())
                .isEmpty();
    }

    @StoreTest
    void aSecondRequestForANameNeedsTheSameRecord(Database database) {
        var door = new Door(database);
        var first = door.createCertificate("one", "example.com").certificate().certificateDetail();
        var second = door.createCertificate("two", "example.com").certificate().certificateDetail();
        assertThat(second.domainValidationRecords().getFirst().resourceRecord())
                .isEqualTo(first.domainValidationRecords().getFirst().resourceRecord());
        assertThat(second.arn()).isNotEqualTo(first.arn());
    }

    @StoreTest
    void aCertificateThatDoesNotLoadIsLeftOutOfTheListAndHarmsNoOther(Database database) {
        var door = new Door(database);
        String bad =
                door.createCertificate("bad", "bad.example.com").certificate().certificateArn();
        door.createCertificate("good", "good.example.com");
        assertThat(
                        database.<Integer>write(write ->
                                write.handle()
                                        .execute(
                                                "UPDATE certificate SET key_algorithm = 'ROT13' WHERE id = ?",
                                                bad.substring(bad.indexOf('/') + 1))))
                .isEqualTo(1);

        assertThat(door.lightsail.getCertificates(_ -> {}).certificates())
                .extracting(CertificateSummary::certificateName)
                .containsExactly("good");
        assertThat(door.features.certificates.quarantine().size()).isEqualTo(1);

        door.lightsail.deleteCertificate(request -> request.certificateName("bad"));
        assertThat(door.features.certificates.quarantine().size()).isZero();
        assertThat(door.createCertificate("bad", "bad.example.com").certificate().domainName())
                .isEqualTo("bad.example.com");
    }

    @StoreTest
    void longListsComeInPages(Database database) {
        var door = new Door(database);
        for (int i = 0; i < PageToken.PAGE + 3; i++) {
            door.createCertificate("site-" + i, "example.com");
        }
        var first = door.lightsail.getCertificates(_ -> {});
        assertThat(first.certificates()).hasSize(PageToken.PAGE);
        assertThat(first.nextPageToken()).isNotBlank();
        var second =
                door.lightsail.getCertificates(request -> request.pageToken(first.nextPageToken()));
        assertThat(second.certificates()).hasSize(3);
        assertThat(second.nextPageToken()).isNull();
        assertThat(second.certificates()).doesNotContainAnyElementsOf(first.certificates());
        Door.assertInvalid(
                () -> door.lightsail.getCertificates(request -> request.pageToken("nonsense")),
                "The page token is not valid");
        Door.assertInvalid(
                () ->
                        door.lightsail.getDomains(
                                request -> request.pageToken(first.nextPageToken())),
                "The page token is not valid");
    }

    private static List<String> named(Door door, CertificateStatus... statuses) {
        return door
                .lightsail
                .getCertificates(request -> request.certificateStatuses(statuses))
                .certificates()
                .stream()
                .map(CertificateSummary::certificateName)
                .toList();
    }

    private static String[] alternates(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "a" + i + ".example.com")
                .toArray(String[]::new);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
