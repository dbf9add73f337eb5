package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import software.amazon.awssdk.services.acm.model.AcmException;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateExport;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateTransparencyLoggingPreference;
import software.amazon.awssdk.services.acm.model.CertificateType;
import software.amazon.awssdk.services.acm.model.DomainStatus;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.DomainValidationOption;
import software.amazon.awssdk.services.acm.model.ExtendedKeyUsageName;
import software.amazon.awssdk.services.acm.model.InvalidArnException;
import software.amazon.awssdk.services.acm.model.InvalidDomainValidationOptionsException;
import software.amazon.awssdk.services.acm.model.InvalidParameterException;
import software.amazon.awssdk.services.acm.model.InvalidTagException;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.KeyUsageName;
import software.amazon.awssdk.services.acm.model.LimitExceededException;
import software.amazon.awssdk.services.acm.model.RenewalEligibility;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.RequestInProgressException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.Tag;
import software.amazon.awssdk.services.acm.model.TooManyTagsException;
import software.amazon.awssdk.services.acm.model.ValidationException;
import software.amazon.awssdk.services.acm.model.ValidationMethod;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.IntStream;

@org.junit.jupiter.api.Tag("slow")
final class AcmRequestTest {

    @StoreTest
    void aPendingCertificateShowsItsRecordsAndNothingItDoesNotHave(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com", "*.example.com", "example.com");
        assertThat(arn).matches("arn:aws:acm:us-east-1:123456789012:certificate/[0-9a-f-]{36}");
        CertificateDetail detail = door.describe(arn);
        assertThat(detail.certificateArn()).isEqualTo(arn);
        assertThat(detail.domainName()).isEqualTo("example.com");
        assertThat(detail.subjectAlternativeNames())
                .containsExactly("example.com", "*.example.com");
        assertThat(detail.status()).isEqualTo(CertificateStatus.PENDING_VALIDATION);
        assertThat(detail.type()).isEqualTo(CertificateType.AMAZON_ISSUED);
        assertThat(detail.keyAlgorithm()).isEqualTo(KeyAlgorithm.RSA_2048);
        assertThat(detail.subject()).isEqualTo("CN=example.com");
        assertThat(detail.createdAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.renewalEligibility()).isEqualTo(RenewalEligibility.INELIGIBLE);
        assertThat(detail.options().certificateTransparencyLoggingPreference())
                .isEqualTo(CertificateTransparencyLoggingPreference.ENABLED);
        assertThat(detail.options().export()).isEqualTo(CertificateExport.DISABLED);
        assertThat(detail.inUseBy()).isEmpty();
        assertThat(detail.keyUsages()).isEmpty();
        assertThat(detail.extendedKeyUsages()).isEmpty();
        assertThat(detail.issuedAt()).isNull();
        assertThat(detail.notBefore()).isNull();
        assertThat(detail.notAfter()).isNull();
        assertThat(detail.serial()).isNull();
        assertThat(detail.issuer()).isNull();

        assertThat(detail.domainValidationOptions())
                .hasSize(2)
                .allSatisfy(option -> {
                    assertThat(option.validationStatus())
                            .isEqualTo(DomainStatus.PENDING_VALIDATION);
                    assertThat(option.validationMethod()).isEqualTo(ValidationMethod.DNS);
                    assertThat(option.resourceRecord().typeAsString()).isEqualTo("CNAME");
                    assertThat(option.resourceRecord().name())
                            .matches("_[0-9a-f]{32}\\.example\\.com\\.");
                });
        assertThat(detail.domainValidationOptions())
                .extracting(DomainValidation::domainName)
                .containsExactly("example.com", "*.example.com");
        assertThat(detail.domainValidationOptions())
                .extracting(DomainValidation::resourceRecord)
                .containsOnly(detail.domainValidationOptions().getFirst().resourceRecord());
        AcmDoor.assertRefused(
                () -> door.acm.getCertificate(r -> r.certificateArn(arn)),
                RequestInProgressException.class,
                "is not issued yet");
    }

    @StoreTest
    void anIssuedCertificateSatisfiesEveryWaiter(Database database) {
        var door = new AcmDoor(database);
        String arn =
                door.acm
                        .requestCertificate(r ->
                                r.domainName("example.com")
                                        .keyAlgorithm("EC_prime256v1")
                                        .subjectAlternativeNames("www.example.com"))
                        .certificateArn();
        door.features.settleCertificates();
        CertificateDetail detail = door.describe(arn);
        assertThat(detail.status()).isEqualTo(CertificateStatus.ISSUED);
        assertThat(detail.keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_PRIME256_V1);
        assertThat(detail.domainValidationOptions())
                .hasSize(2)
                .extracting(DomainValidation::validationStatus)
                .containsOnly(DomainStatus.SUCCESS);
        assertThat(detail.serial()).matches("[0-9a-f]{2}(:[0-9a-f]{2})+");
        assertThat(detail.issuedAt()).isEqualTo(door.features.clock.instant());
        assertThat(detail.importedAt()).isNull();
        assertThat(detail.issuer()).isNotBlank();
        assertThat(detail.signatureAlgorithm()).isEqualTo("SHA256WITHECDSA");
        assertThat(detail.notBefore()).isBeforeOrEqualTo(detail.issuedAt());
        assertThat(detail.keyUsages())
                .extracting(usage -> usage.name())
                .contains(KeyUsageName.DIGITAL_SIGNATURE);
        assertThat(detail.extendedKeyUsages())
                .singleElement()
                .satisfies(usage -> {
                    assertThat(usage.name())
                            .isEqualTo(ExtendedKeyUsageName.TLS_WEB_SERVER_AUTHENTICATION);
                    assertThat(usage.oid()).isEqualTo("1.3.6.1.5.5.7.3.1");
                });

        var pem = door.acm.getCertificate(r -> r.certificateArn(arn));
        String shape =
                """
                -----BEGIN CERTIFICATE-----
                ([A-Za-z0-9/+]{64}
                )*[A-Za-z0-9/+]{1,64}={0,2}
                -----END CERTIFICATE-----
                """;
        assertThat(pem.certificate()).matches(shape);
        assertThat(pem.certificateChain()).matches("(" + shape + ")+");
        assertThat(pem.certificateChain()).doesNotContain(pem.certificate());

        door.features.clock.set(detail.notAfter().plusSeconds(1));
        assertThat(door.describe(arn).status()).isEqualTo(CertificateStatus.EXPIRED);
    }

    @StoreTest
    void proofsThatAreNotFoundInTimeEndTheRequest(Database database) {
        var door = new AcmDoor(database);
        String arn = door.request("example.com");
        door.features.recordsAreShown(false);
        door.features.clock.advance(Duration.ofHours(73));
        door.features.settleCertificates();
        CertificateDetail detail = door.describe(arn);
        assertThat(detail.status()).isEqualTo(CertificateStatus.VALIDATION_TIMED_OUT);
        assertThat(detail.domainValidationOptions().getFirst().validationStatus())
                .isEqualTo(DomainStatus.FAILED);
        assertThat(detail.notAfter()).isNull();
        AcmDoor.assertRefused(
                () -> door.acm.getCertificate(r -> r.certificateArn(arn)),
                ResourceNotFoundException.class,
                "its validation timed out");
    }

    @StoreTest
    void aTokenIsRememberedForAnHour(Database database) {
        var door = new AcmDoor(database);
        Consumer<RequestCertificateRequest.Builder> request =
                r -> r.domainName("example.com").idempotencyToken("once");
        String first = door.acm.requestCertificate(request).certificateArn();
        door.features.clock.advance(Duration.ofMinutes(59));
        assertThat(door.acm.requestCertificate(request).certificateArn()).isEqualTo(first);
        assertThat(
                        door.acm
                                .requestCertificate(
                                        r -> r.domainName("example.org").idempotencyToken("once"))
                                .certificateArn())
                .isNotEqualTo(first);
        assertThat(door.in("eu-west-1").requestCertificate(request).certificateArn())
                .isNotEqualTo(first);
        door.features.clock.advance(Duration.ofMinutes(1));
        assertThat(door.acm.requestCertificate(request).certificateArn()).isNotEqualTo(first);
        String again = door.acm.requestCertificate(request).certificateArn();
        door.acm.deleteCertificate(r -> r.certificateArn(again));
        assertThat(door.acm.requestCertificate(request).certificateArn()).isNotEqualTo(again);
        assertThat(door.request("example.com")).isNotEqualTo(door.request("example.com"));
    }

    @StoreTest
    void httpValidationShowsTheRedirectAndIsManagedByCloudFront(Database database) {
        var door = new AcmDoor(database);
        String arn =
                door.acm
                        .requestCertificate(r ->
                                r.domainName("example.com")
                                        .validationMethod(ValidationMethod.HTTP)
                                        .managedBy("CLOUDFRONT"))
                        .certificateArn();
        CertificateDetail detail =
                door.acm.describeCertificate(r -> r.certificateArn(arn)).certificate();
        DomainValidation validation = detail.domainValidationOptions().getFirst();
        assertThat(detail.managedByAsString()).isEqualTo("CLOUDFRONT");
        assertThat(validation.validationMethod()).isEqualTo(ValidationMethod.HTTP);
        assertThat(validation.resourceRecord()).isNull();
        assertThat(validation.httpRedirect().redirectFrom())
                .matches("http://example\\.com/\\.well-known/pki-validation/[0-9a-f]{32}\\.txt");
        assertThat(validation.httpRedirect().redirectTo())
                .startsWith("http://validation.nameplate.internal/123456789012/.well-known/");
        refused(
                door,
                r -> r.domainName("*.example.com").validationMethod("HTTP").managedBy("CLOUDFRONT"),
                InvalidParameterException.class,
                "cannot prove a wildcard name");
        refused(
                door,
                r -> r.managedBy("CLOUDFRONT"),
                InvalidParameterException.class,
                "go together");
    }

    @StoreTest
    void whatIsNotOfferedIsRefusedInWords(Database database) {
        var door = new AcmDoor(database);
        refused(
                door,
                r -> r.validationMethod("EMAIL"),
                InvalidParameterException.class,
                "The validation method EMAIL is not offered by this server. Use DNS");
        refused(door, r -> r.validationMethod("HTTP"), InvalidParameterException.class, "Use DNS");
        refused(
                door,
                r -> r.certificateAuthorityArn("arn:aws:acm-pca:us-east-1:123456789012:thing/x"),
                InvalidArnException.class,
                "It is not that of a certificate authority");
        refused(
                door,
                r ->
                        r.certificateAuthorityArn(
                                "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/x"),
                InvalidParameterException.class,
                "Private certificate authorities are not offered");
        refused(
                door,
                r -> r.managedBy("CLOUDFRONT"),
                InvalidParameterException.class,
                "Leave out ManagedBy");
        refused(
                door,
                r -> r.keyAlgorithm("RSA_4096"),
                ValidationException.class,
                "The key algorithm RSA_4096 cannot be requested");
        refused(
                door,
                r -> r.domainName("localhost"),
                ValidationException.class,
                "it needs at least two labels");
        refused(
                door,
                r -> r.domainName("a".repeat(60) + ".example.com"),
                ValidationException.class,
                "The first domain name can have no more than 64 characters");
        refused(
                door,
                r ->
                        r.subjectAlternativeNames(
                                IntStream.range(0, 10)
                                        .mapToObj(i -> "a" + i + ".example.com")
                                        .toList()),
                LimitExceededException.class,
                "Certificate has too many domains.");
        refused(
                door,
                r -> r.domainValidationOptions(option("example.com", "other.com")),
                InvalidDomainValidationOptionsException.class,
                "neither 'example.com' nor a parent of it");
        refused(
                door,
                r -> r.domainValidationOptions(option("other.com", "other.com")),
                InvalidDomainValidationOptionsException.class,
                "'other.com' is not a domain name of this certificate");
        refused(
                door,
                r -> r.tags(Tag.builder().key("aws:x").value("").build()),
                InvalidTagException.class,
                "reserved");
        refused(
                door,
                r ->
                        r.tags(
                                IntStream.range(0, 51)
                                        .mapToObj(i -> Tag.builder().key("k" + i).value("").build())
                                        .toList()),
                TooManyTagsException.class,
                "at most 50 tags");
        assertThat(door.acm.listCertificates(_ -> {}).certificateSummaryList()).isEmpty();
    }

    @StoreTest
    void thePreferenceIsKeptBecauseClientsCompareIt(Database database) {
        var door = new AcmDoor(database);
        String arn =
                door.acm
                        .requestCertificate(r ->
                                r.domainName("www.example.com")
                                        .domainValidationOptions(
                                                option("www.example.com", "example.com"))
                                        .options(o ->
                                                o.certificateTransparencyLoggingPreference(
                                                        "DISABLED")))
                        .certificateArn();
        assertThat(door.describe(arn).options().certificateTransparencyLoggingPreferenceAsString())
                .isEqualTo("DISABLED");
    }

    private static DomainValidationOption option(String domain, String validation) {
        return DomainValidationOption.builder()
                .domainName(domain)
                .validationDomain(validation)
                .build();
    }

    private static void refused(
            AcmDoor door,
            Consumer<RequestCertificateRequest.Builder> change,
            Class<? extends AcmException> type,
            String message) {
        AcmDoor.assertRefused(
                () ->
                        door.acm.requestCertificate(
                                RequestCertificateRequest.builder()
                                        .domainName("example.com")
                                        .applyMutation(change)
                                        .build()),
                type,
                message);
    }
}
