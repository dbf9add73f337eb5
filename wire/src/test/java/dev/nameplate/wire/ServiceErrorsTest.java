package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What becomes of what services throw, and of operations nobody has.
class ServiceErrorsTest extends EndpointFixture {

    // Errors of the services

    @Test
    void aTypedExceptionIsEncodedWithItsMembers() {
        HttpResponse answer =
                endpoint.handle(
                        LIGHTSAIL.target(
                                "Lightsail_20161128.CreateCertificate",
                                "{\"certificateName\":\"site\",\"domainName\":\"example.com\"}"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers().first("x-amzn-ErrorType")).contains("InvalidInputException");
        assertThat(text(answer))
                .isEqualTo(
                        "{\"__type\":\"InvalidInputException\",\"message\":\"Some names are already"
                                + " in use: site\",\"code\":\"NameExists\",\"tip\":\"Choose another"
                                + " name.\"}");
    }

    @Test
    void statusComesFromTheDescription() {
        assertError(
                LIGHTSAIL.target("Lightsail_20161128.GetRegions", "{}"),
                500,
                "ServiceException",
                "out of order");
        assertError(
                cloudFront("POST", "/distribution", CONFIG), 409, "CNAMEAlreadyExists", "taken");
    }

    @Test
    void acmsAccessDeniedHasItsMessageInUpperCase() {
        HttpResponse answer =
                endpoint.handle(
                        ACM.target("CertificateManager.DescribeCertificate", certificate()));

        assertThat(text(answer))
                .isEqualTo("{\"__type\":\"AccessDeniedException\",\"Message\":\"not yours\"}");
    }

    @Test
    void anExceptionOfTheServicesBaseClassBringsItsOwnCode() {
        assertError(alias("throttled.example.com"), 400, "Throttling", "Rate exceeded");
    }

    @Test
    void anotherServicesExceptionIsAnInternalError() {
        assertError(alias("bug.example.com"), 500, "InternalFailure", "An internal error");
    }

    @Test
    void whatAnInternalErrorSaysIsNotSaidOutside() {
        HttpResponse answer =
                assertError(
                        LIGHTSAIL.target("Lightsail_20161128.GetDomains", "{}"),
                        500,
                        "ServiceException",
                        "7d1f0000-0000-4000-8000-000000000000");
        assertThat(text(answer)).doesNotContain("hunter2", "IllegalState");
    }

    @Test
    void aBugThatLooksLikeAMissingOperationIsAnInternalError() {
        assertError(
                LIGHTSAIL.target("Lightsail_20161128.GetCertificates", "{}"),
                500,
                "ServiceException",
                "An internal error");
    }

    @Test
    void operationsThatAreNotOverriddenAreRefused() {
        HttpResponse answer =
                assertError(
                        LIGHTSAIL.target("Lightsail_20161128.GetInstances", "{}"),
                        400,
                        "InvalidInputException",
                        "This server does not support GetInstances.");
        assertThat(text(answer)).contains("\"code\":\"UnsupportedOperation\"");
        assertError(
                ACM.target("CertificateManager.RenewCertificate", certificate()),
                400,
                "ValidationException",
                "This server does not support RenewCertificate.");
        assertError(
                cloudFront("GET", "/key-group", ""),
                400,
                "UnsupportedOperation",
                "This server does not support ListKeyGroups.");
        assertError(
                STS.form("Action=GetSessionToken&Version=2011-06-15"),
                400,
                "InvalidAction",
                "This server does not support GetSessionToken.");
    }

    @Test
    void operationsNewerThanTheSdkAreRefusedToo() {
        assertError(
                ACM.target("CertificateManager.SearchCertificates", "{}"),
                400,
                "ValidationException",
                "This server does not support SearchCertificates.");
        assertError(
                ACM.target("CertificateManager.CreateAcmeEndpoint", "{}"),
                400,
                "ValidationException",
                "This server does not support CreateAcmeEndpoint.");
    }

    // Nothing here answers to that

    @Test
    void unknownOperations() {
        assertError(
                LIGHTSAIL.target("Lightsail_20161128.Fly", "{}"),
                404,
                "UnknownOperationException",
                "Lightsail_20161128.Fly");
        assertError(
                ACM.target("CertificateManager.Fly", "{}"),
                400,
                "UnknownOperationException",
                "CertificateManager.Fly");
        assertError(
                ACM.target("DynamoDB_20120810.GetItem", "{}"),
                400,
                "UnknownOperationException",
                "DynamoDB_20120810.GetItem");
        assertError(
                cloudFront("GET", "/flights", ""),
                404,
                "UnknownOperationException",
                "GET /2020-05-31/flights");
        assertError(
                CLOUDFRONT.request("GET", "/2019-03-26/distribution", Headers.none(), ""),
                404,
                "UnknownOperationException",
                "/2019-03-26/distribution");
        assertError(STS.form("Action=Fly&Version=2011-06-15"), 400, "InvalidAction", "POST /");
        assertError(
                STS.form("Action=ListUsers&Version=2010-05-08"), 400, "InvalidAction", "POST /");
    }

    @Test
    void withoutTargetTheScopeTellsTheService() {
        assertError(
                LIGHTSAIL.request("GET", "/", Headers.none(), ""),
                404,
                "UnknownOperationException",
                "GET /");
    }
}
