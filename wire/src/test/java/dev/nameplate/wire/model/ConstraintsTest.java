package dev.nameplate.wire.model;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.nameplate.wire.codec.JsonCodec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesRequest;
import software.amazon.awssdk.services.lightsail.model.GetDistributionsRequest;
import software.amazon.awssdk.services.lightsail.model.PutInstancePublicPortsRequest;
import software.amazon.awssdk.services.lightsail.model.TagResourceRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithSamlRequest;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

class ConstraintsTest {

    private static final ServiceModel LIGHTSAIL = ServiceModel.load("lightsail");
    private static final ServiceModel ACM = ServiceModel.load("acm");
    private static final ServiceModel STS = ServiceModel.load("sts");

    @Test
    void aGoodRequestHasNoViolations() {
        assertThat(
                        check(
                                ACM,
                                "RequestCertificate",
                                RequestCertificateRequest.builder(),
                                "{\"DomainName\":\"*.example.com\",\"ValidationMethod\":\"DNS\","
                                        + "\"SubjectAlternativeNames\":[\"www.example.com\"]}"))
                .isEmpty();
    }

    @Test
    void aRequiredMemberMustBeThere() {
        assertThat(check(ACM, "RequestCertificate", RequestCertificateRequest.builder(), "{}"))
                .contains(
                        "1 validation error detected: Value null at 'domainName' failed to satisfy"
                                + " constraint: Member must not be null");
    }

    @Test
    void whatNoStoreKeepsIsNoText() {
        assertThat(
                        check(
                                ACM,
                                "RequestCertificate",
                                RequestCertificateRequest.builder(),
                                "{\"DomainName\":\"example.com\",\"Tags\":[{\"Key\":\"a\",\"Value\":\"\\u0000\"},"
                                        + "{\"Key\":\"b\",\"Value\":\"x\\ud83d\"},{\"Key\":\"c\",\"Value\":\"\\ud83d\\ude00\"}]}"))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .contains(
                                        "Value at 'tags.1.member.value' failed to satisfy constraint: Member must not hold"
                                                + " the character U+0000")
                                .contains(
                                        "'tags.2.member.value' failed to satisfy constraint: Member must not hold half of a"
                                                + " surrogate pair")
                                .doesNotContain(
                                        "'tags.3.member.value' failed to satisfy constraint: Member must not hold"));
    }

    @Test
    void everyViolationIsNamedWithItsPlace() {
        assertThat(
                        check(
                                ACM,
                                "ListCertificates",
                                ListCertificatesRequest.builder(),
                                "{\"Includes\":{\"keyTypes\":[\"RSA_2048\",\"RSA_9\"]},"
                                        + "\"MaxItems\":0}"))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .startsWith("2 validation errors detected: ")
                                .contains(
                                        "Value 'RSA_9' at 'includes.keyTypes.2.member'"
                                                + " failed to satisfy constraint: Member must"
                                                + " satisfy enum value set: [")
                                .contains(
                                        "Value '0' at 'maxItems' failed to satisfy"
                                                + " constraint: Member must have value greater"
                                                + " than or equal to 1"));
    }

    @Test
    void anEmptyListMayBeTooShortAndALongTextTooLong() {
        assertThat(
                        check(
                                ACM,
                                "RequestCertificate",
                                RequestCertificateRequest.builder(),
                                "{\"DomainName\":\""
                                        + "a".repeat(300)
                                        + "\",\"SubjectAlternativeNames\":[]}"))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .contains("a".repeat(200) + "...' at 'domainName'")
                                .contains("length less than or equal to 253")
                                .contains(
                                        "Value '[]' at 'subjectAlternativeNames' failed to"
                                                + " satisfy constraint: Member must have length"
                                                + " greater than or equal to 1"));
    }

    @Test
    void aTextFarTooLongIsOnlyTooLong() {
        assertThat(
                        check(
                                ACM,
                                "RequestCertificate",
                                RequestCertificateRequest.builder(),
                                "{\"DomainName\":\"" + "a.".repeat(100_000) + "\"}"))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .startsWith("1 validation error detected: ")
                                .endsWith("length less than or equal to 253"));
    }

    @Test
    void aNullInAListIsAViolation() {
        assertThat(
                        check(
                                LIGHTSAIL,
                                "GetCertificates",
                                GetCertificatesRequest.builder(),
                                "{\"certificateStatuses\":[null]}"))
                .contains(
                        "1 validation error detected: Value null at"
                                + " 'certificateStatuses.1.member' failed to satisfy constraint:"
                                + " Member must not be null");
    }

    @Test
    void numbersAreBoundBothWays() {
        assertThat(
                        check(
                                LIGHTSAIL,
                                "PutInstancePublicPorts",
                                PutInstancePublicPortsRequest.builder(),
                                "{\"instanceName\":\"web\","
                                        + "\"portInfos\":[{\"fromPort\":-2,\"toPort\":70000}]}"))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .contains("'portInfos.1.member.fromPort'")
                                .contains("value greater than or equal to -1")
                                .contains("value less than or equal to 65535"));
    }

    @Test
    void sensitiveValuesAreNotRepeated() {
        SdkPojo request =
                AssumeRoleWithSamlRequest.builder()
                        .roleArn("arn:aws:iam::111122223333:role/r")
                        .principalArn("arn:aws:iam::111122223333:saml-provider/p")
                        .samlAssertion("abc")
                        .build();

        assertThat(Constraints.violations(input(STS, "AssumeRoleWithSAML"), request))
                .contains(
                        "1 validation error detected: Value '***' at 'sAMLAssertion' failed to"
                                + " satisfy constraint: Member must have length greater than or"
                                + " equal to 4");
    }

    // Relaxations

    @ParameterizedTest
    @CsvSource({
        "AttachCertificateToDistribution, certificateName",
        "AttachLoadBalancerTlsCertificate, certificateName",
        "CreateDistribution, certificateName",
        "CreateLoadBalancer, certificateName",
        "CreateLoadBalancerTlsCertificate, certificateName",
        "DeleteLoadBalancerTlsCertificate, certificateName",
        "GetOperationsForResource, resourceName",
        "TagResource, resourceName",
        "UntagResource, resourceName",
        "UpdateDistribution, certificateName"
    })
    void dottedNamesAreTakenWhereDomainsAndCertificatesAreNamed(String operation, String member) {
        Shape relaxed = member(input(LIGHTSAIL, operation), member);

        assertThat(relaxed.name()).isEqualTo("ResourceName");
        assertThat(relaxed.pattern()).isEmpty();
    }

    @Test
    void anOriginMayBeAnyHostAndPort() {
        Shape origin = member(input(LIGHTSAIL, "CreateDistribution"), "origin");

        assertThat(origin.name()).isEqualTo("InputOrigin");
        assertThat(member(origin, "name").pattern()).isEmpty();
    }

    @Test
    void allOtherNamesKeepTheirPattern() {
        assertThat(
                        check(
                                LIGHTSAIL,
                                "GetDistributions",
                                GetDistributionsRequest.builder(),
                                "{\"distributionName\":\"a.b\"}"))
                .contains(
                        "1 validation error detected: Value 'a.b' at 'distributionName' failed to"
                                + " satisfy constraint: Member must satisfy regular expression"
                                + " pattern: \\w[\\w\\-]*\\w");
    }

    @Test
    void relaxationsNameMembersThatExist() {
        for (String relaxation : Relaxations.of("lightsail")) {
            String[] names = relaxation.split("\\.");

            assertThat(requireNonNull(LIGHTSAIL.shapes().get(names[0])).members())
                    .containsKey(names[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"us-east-1", "global"})
    void distributionsHaveArnsWithoutARegion(String region) {
        assertThat(
                        check(
                                LIGHTSAIL,
                                "TagResource",
                                TagResourceRequest.builder(),
                                "{\"resourceName\":\"site\",\"tags\":[],\"resourceArn\":"
                                        + "\"arn:aws:lightsail:"
                                        + region
                                        + ":111122223333:Distribution/"
                                        + "0b7c0000-0000-4000-8000-000000000000\"}"))
                .isEmpty();
    }

    private static Optional<String> check(
            ServiceModel model, String operation, Object builder, String json) {
        SdkPojo request =
                new JsonCodec(64).decode(json.getBytes(StandardCharsets.UTF_8), (SdkPojo) builder);
        return Constraints.violations(input(model, operation), request);
    }

    private static Shape input(ServiceModel model, String operation) {
        return requireNonNull(model.operations().get(operation)).input().orElseThrow();
    }

    private static Shape member(Shape shape, String name) {
        return requireNonNull(shape.members().get(name));
    }
}
