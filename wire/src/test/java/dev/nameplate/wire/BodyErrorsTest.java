package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.lightsail.model.TagResourceRequest;

/// Requests that are signed well but cannot be read, or break a constraint.
class BodyErrorsTest extends EndpointFixture {

    // Bodies that cannot be read

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "\"text\"",
                "{} {}",
                "{\"MaxItems\":\"5\"}",
                "{\"MaxItems\":1.5}",
                "{\"MaxItems\":99999999999}",
                "{\"CertificateStatuses\":\"ISSUED\"}",
                "{\"Includes\":[]}",
                "{\"NextToken\":5}"
            })
    void malformedJson(String body) {
        assertError(
                ACM.target("CertificateManager.ListCertificates", body),
                400,
                "SerializationException",
                "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e30", "\"2026-11-22T12:00:00Z\""})
    void timestampsAreSecondsWithinReason(String time) {
        assertError(
                LIGHTSAIL.target(
                        "Lightsail_20161128.GetDistributionMetricData",
                        "{\"startTime\":" + time + "}"),
                400,
                "SerializationException",
                "Timestamp");
    }

    @Test
    void nullAndUnknownMembersAreNoMembers() {
        HttpResponse answer =
                endpoint.handle(
                        ACM.target(
                                "CertificateManager.ListCertificates",
                                "{\"NextToken\":null,\"Later\":{\"a\":[1]}}"));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void deepNestingIsRefused() {
        assertError(
                ACM.target(
                        "CertificateManager.ListCertificates",
                        "{\"Later\":" + "[".repeat(30) + "]".repeat(30) + "}"),
                400,
                "SerializationException",
                "limit");
        assertError(
                cloudFront(
                        "POST",
                        "/distribution",
                        "<DistributionConfig>"
                                + "<x>".repeat(30)
                                + "</x>".repeat(30)
                                + "</DistributionConfig>"),
                400,
                "MalformedXML",
                "deeper than 20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<DistributionConfig>",
                "no xml",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
                        + "<DistributionConfig><Comment>&e;</Comment></DistributionConfig>",
                "<InvalidationBatch/>",
                "<DistributionConfig><Enabled>perhaps</Enabled></DistributionConfig>",
                "<DistributionConfig/><DistributionConfig/>",
                "<DistributionConfig><Aliases><Items><Alias>a</Alias></Items></Aliases>"
                        + "</DistributionConfig>"
            })
    void malformedXml(String body) {
        assertError(cloudFront("POST", "/distribution", body), 400, "MalformedXML", "");
    }

    @Test
    void aMissingBodyIsSaidToBeMissing() {
        assertError(cloudFront("POST", "/distribution", ""), 400, "MissingBody", "body");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, RequestEntityTooLargeException",
        "ACM, RequestEntityTooLargeException",
        "CLOUDFRONT, RequestEntityTooLarge",
        "STS, RequestEntityTooLarge"
    })
    void bodiesAreLimited(AwsApi api, String code) {
        HttpRequest request = working(SignedCalls.of(api, NOW));
        assertError(
                new HttpRequest(
                        request.method(),
                        request.rawPath(),
                        request.rawQuery(),
                        request.headers(),
                        new byte[10_001]),
                413,
                code,
                "10000 bytes");
    }

    // Constraints

    @Test
    void constraintsAreCheckedInTheWordsOfAws() {
        assertError(
                LIGHTSAIL.target(
                        "Lightsail_20161128.CreateCertificate", "{\"domainName\":\"a.b\"}"),
                400,
                "InvalidInputException",
                "1 validation error detected: Value null at 'certificateName' failed to satisfy"
                        + " constraint: Member must not be null");
        assertError(
                ACM.target("CertificateManager.ListCertificates", "{\"MaxItems\":5000}"),
                400,
                "ValidationException",
                "1 validation error detected: Value '5000' at 'maxItems' failed to satisfy"
                        + " constraint: Member must have value less than or equal to 1000");
        assertError(
                cloudFront("POST", "/distribution", CONFIG.replace("<Enabled>false</Enabled>", "")),
                400,
                "InvalidArgument",
                "Value null at 'distributionConfig.enabled' failed to satisfy");
        assertError(
                STS.form("Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=short"),
                400,
                "ValidationError",
                "length greater than or equal to 16");
    }

    @Test
    void dottedResourceNamesMayBeTagged() {
        endpoint.handle(
                LIGHTSAIL.target(
                        "Lightsail_20161128.TagResource",
                        "{\"resourceName\":\"example.com\",\"tags\":[{\"key\":\"k\"}]}"));

        assertThat(services.seen)
                .singleElement()
                .isInstanceOfSatisfying(
                        TagResourceRequest.class,
                        request -> assertThat(request.resourceName()).isEqualTo("example.com"));
    }
}
