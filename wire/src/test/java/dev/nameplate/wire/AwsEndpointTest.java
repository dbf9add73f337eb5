package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.lightsail.model.TagResourceRequest;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class AwsEndpointTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final SignedCalls LIGHTSAIL = SignedCalls.of(AwsApi.LIGHTSAIL, NOW);
    private static final SignedCalls ACM = SignedCalls.of(AwsApi.ACM, NOW);
    private static final SignedCalls CLOUDFRONT = SignedCalls.of(AwsApi.CLOUDFRONT, NOW);
    private static final SignedCalls STS = SignedCalls.of(AwsApi.STS, NOW);

    private final FakeServices services = new FakeServices();
    private final AwsEndpoint endpoint =
            new AwsEndpoint(
                    services.all(),
                    key ->
                            key.equals(Clients.CREDENTIAL.accessKeyId())
                                    ? Optional.of(Clients.CREDENTIAL)
                                    : Optional.empty(),
                    () -> NOW,
                    () -> "7d1f0000-0000-4000-8000-000000000000",
                    new AwsEndpoint.Settings(Duration.ofMinutes(5), 10_000, 20));

    // What every answer has

    @ParameterizedTest
    @EnumSource
    void everyAnswerCarriesRequestIdAndDate(AwsApi api) {
        for (HttpRequest request :
                new HttpRequest[] {
                    working(SignedCalls.of(api, NOW)), unsigned(working(SignedCalls.of(api, NOW)))
                }) {
            HttpResponse answer = endpoint.handle(request);

            assertThat(answer.headers().first("X-Amzn-RequestId"))
                    .contains("7d1f0000-0000-4000-8000-000000000000");
            assertThat(answer.headers().first("Date")).contains("Sun, 22 Nov 2026 12:00:00 GMT");
        }
    }

    @Test
    void theCallerHasTheScopesRegion() {
        endpoint.handle(ACM.in("eu-west-1").target("CertificateManager.ListCertificates", "{}"));

        assertThat(services.callers)
                .containsExactly(new Caller("111122223333", "AKIDEXAMPLE", "eu-west-1"));
    }

    @Test
    void theSdksGlobalRegionIsUsEast1() {
        endpoint.handle(working(CLOUDFRONT.in("aws-global")));

        assertThat(services.callers).extracting(Caller::region).containsExactly("us-east-1");
    }

    // Successes in the shapes of each protocol

    @Test
    void jsonAnswersAreOneObject() {
        HttpResponse answer =
                endpoint.handle(ACM.target("CertificateManager.ListCertificates", ""));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("Content-Type")).contains("application/x-amz-json-1.1");
        assertThat(text(answer)).isEqualTo("{\"NextToken\":\"more\"}");
    }

    @Test
    void anOperationWithoutOutputAnswersAnEmptyObject() {
        HttpResponse answer =
                endpoint.handle(ACM.target("CertificateManager.DeleteCertificate", certificate()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{}");
    }

    @Test
    void restAnswersHaveTheDescribedStatusHeadersAndRoot() {
        HttpResponse created =
                endpoint.handle(cloudFront("POST", "/distribution?WithTags", WITH_TAGS));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers().first("ETag")).contains("E1");
        assertThat(created.headers().first("Location"))
                .contains("https://cloudfront.amazonaws.com/2020-05-31/distribution/D1");
        assertThat(created.headers().first("Content-Type")).contains("text/xml");
        assertThat(text(created))
                .isEqualTo(
                        "<?xml version=\"1.0\"?><Distribution"
                                + " xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"
                                + "<Id>D1</Id></Distribution>");

        HttpResponse deleted = endpoint.handle(cloudFront("DELETE", "/distribution/D1", ""));
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
    }

    @Test
    void callerIdentityAnswersInTheQueryEnvelope() {
        HttpResponse answer =
                endpoint.handle(STS.form("Action=GetCallerIdentity&Version=2011-06-15"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer))
                .isEqualTo(
                        "<?xml version=\"1.0\"?><GetCallerIdentityResponse"
                                + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                                + "<GetCallerIdentityResult>"
                                + "<UserId>111122223333</UserId>"
                                + "<Account>111122223333</Account>"
                                + "<Arn>arn:aws:iam::111122223333:root</Arn>"
                                + "</GetCallerIdentityResult><ResponseMetadata>"
                                + "<RequestId>7d1f0000-0000-4000-8000-000000000000</RequestId>"
                                + "</ResponseMetadata></GetCallerIdentityResponse>");
    }

    @Test
    void aPresignedGetProvesIdentityToo() {
        HttpRequest presigned =
                STS.presigned(
                        "GET",
                        "/?Action=GetCallerIdentity&Version=2011-06-15",
                        Duration.ofMinutes(15));

        assertThat(endpoint.accepts(presigned)).isTrue();
        assertThat(endpoint.handle(presigned).status()).isEqualTo(200);
    }

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

    // Signatures: the errors of each protocol family

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, UnauthenticatedException",
        "ACM, 400, MissingAuthenticationTokenException",
        "CLOUDFRONT, 403, MissingAuthenticationToken",
        "STS, 403, MissingAuthenticationToken"
    })
    void noCredentials(AwsApi api, int status, String code) {
        assertError(
                unsigned(working(SignedCalls.of(api, NOW))),
                status,
                code,
                "Missing Authentication Token");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, IncompleteSignatureException",
        "ACM, 400, IncompleteSignatureException",
        "CLOUDFRONT, 403, IncompleteSignature",
        "STS, 403, IncompleteSignature"
    })
    void incompleteSignature(AwsApi api, int status, String code) {
        HttpRequest request = working(SignedCalls.of(api, NOW));
        assertError(
                headers(
                        request,
                        request.headers().with("Authorization", "AWS4-HMAC-SHA256 Signature=00")),
                status,
                code,
                "Authorization header requires 'Credential' parameter.");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, UnrecognizedClientException",
        "ACM, 400, UnrecognizedClientException",
        "CLOUDFRONT, 403, InvalidClientTokenId",
        "STS, 403, InvalidClientTokenId"
    })
    void unknownKeyAndSessionToken(AwsApi api, int status, String code) {
        String message = "The security token included in the request is invalid.";
        SignedCalls calls = SignedCalls.of(api, NOW);
        assertError(working(calls.with("AKIANOBODY", "secret")), status, code, message);
        HttpRequest request = working(calls);
        assertError(
                headers(request, request.headers().with("X-Amz-Security-Token", "token")),
                status,
                code,
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, 400, InvalidSignatureException",
        "ACM, 400, InvalidSignatureException",
        "CLOUDFRONT, 403, SignatureDoesNotMatch",
        "STS, 403, SignatureDoesNotMatch"
    })
    void wrongSecretDateAndScope(AwsApi api, int status, String code) {
        SignedCalls calls = SignedCalls.of(api, NOW);
        assertError(
                working(calls.with("AKIDEXAMPLE", "not the secret")),
                status,
                code,
                "The request signature we calculated does not match");
        assertError(working(calls.at(NOW.minusSeconds(301))), status, code, "Signature expired: ");
        assertError(
                working(calls.at(NOW.plusSeconds(301))),
                status,
                code,
                "Signature not yet current: ");
        assertError(
                working(calls.scopedTo("s3")),
                status,
                code,
                "Credential should be scoped to correct service: '" + api.signingName() + "'.");
        assertError(
                working(calls.in("nowhere")),
                status,
                code,
                "Credential should be scoped to a valid region, not 'nowhere'.");
    }

    @Test
    void cloudFrontIsSignedForUsEast1Only() {
        assertError(
                working(CLOUDFRONT.in("eu-central-1")),
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not 'eu-central-1'.");
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHTSAIL, InvalidInputException",
        "ACM, ValidationException",
        "CLOUDFRONT, InvalidArgument",
        "STS, ValidationError"
    })
    void unsignedAndChunkedPayloadsAreRefused(AwsApi api, String code) {
        HttpRequest request = working(SignedCalls.of(api, NOW));
        for (String hash :
                new String[] {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}) {
            assertError(
                    headers(request, request.headers().with("x-amz-content-sha256", hash)),
                    400,
                    code,
                    "");
        }
    }

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

    // What differs between clients

    @ParameterizedTest
    @ValueSource(strings = {"/distribution?WithTags", "/distribution?WithTags="})
    void bothSpellingsOfTheTagsQueryAreOne(String target) {
        assertThat(endpoint.handle(cloudFront("POST", target, WITH_TAGS)).status()).isEqualTo(201);
    }

    @Test
    void emptyElementsAreAbsentAndOrderDoesNotMatter() {
        endpoint.handle(
                cloudFront(
                        "POST",
                        "/distribution",
                        CONFIG.replace(
                                "<Enabled>",
                                "<WebACLId></WebACLId><PriceClass/><Aliases><Items></Items>"
                                        + "<Quantity>0</Quantity></Aliases><Enabled>")));

        assertThat(services.seen)
                .singleElement()
                .isInstanceOfSatisfying(
                        CreateDistributionRequest.class,
                        request -> {
                            var config = request.distributionConfig();
                            assertThat(config.webACLId()).isNull();
                            assertThat(config.priceClass()).isNull();
                            assertThat(config.aliases().hasItems()).isFalse();
                            assertThat(config.comment()).isEmpty();
                            assertThat(config.origins().items())
                                    .singleElement()
                                    .satisfies(origin ->
                                            assertThat(origin.s3OriginConfig()).isNotNull());
                        });
    }

    @Test
    void aPutWithoutBodyOrContentLengthIsServed() {
        assertThat(endpoint.handle(alias("%2A.example.com")).status()).isEqualTo(200);
    }

    @Test
    void labelsAndHeadersArriveDecoded() {
        endpoint.handle(
                CLOUDFRONT.request(
                        "DELETE",
                        "/2020-05-31/distribution/D%2F1",
                        Headers.of("If-Match", "E1"),
                        ""));

        assertThat(services.seen)
                .singleElement()
                .isInstanceOfSatisfying(
                        DeleteDistributionRequest.class,
                        request -> {
                            assertThat(request.id()).isEqualTo("D/1");
                            assertThat(request.ifMatch()).isEqualTo("E1");
                        });
    }

    // Which requests are AWS calls at all

    @Test
    void otherRequestsAreLeftToOtherDoors() {
        assertThat(endpoint.accepts(plain("POST", "/ssl_for_saas", "", Headers.none()))).isFalse();
        assertThat(endpoint.accepts(plain("GET", "/", "", Headers.none()))).isFalse();
        assertThat(endpoint.accepts(plain("GET", "/2020-05-31/distribution", "", Headers.none())))
                .isTrue();
        assertThat(endpoint.accepts(working(LIGHTSAIL))).isTrue();
        assertThat(endpoint.accepts(working(STS))).isTrue();
        assertThat(endpoint.accepts(plain("GET", "/", "Action=GetCallerIdentity", Headers.none())))
                .isTrue();
    }

    private static final String CONFIG =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
              <Enabled>false</Enabled><Comment/>
              <Origins><Items><Origin>
                <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>
                <DomainName>origin.example.com</DomainName><Id>o</Id>
              </Origin></Items><Quantity>1</Quantity></Origins>
              <DefaultCacheBehavior>
                <ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy>
                <TargetOriginId>o</TargetOriginId>
              </DefaultCacheBehavior>
              <CallerReference>ref</CallerReference>
            </DistributionConfig>
            """;

    private static final String WITH_TAGS =
            "<DistributionConfigWithTags>"
                    + CONFIG.substring(CONFIG.indexOf("<DistributionConfig"))
                    + "<Tags><Items><Tag><Key>team</Key></Tag></Items></Tags>"
                    + "</DistributionConfigWithTags>";

    private static String certificate() {
        return "{\"CertificateArn\":\"arn:aws:acm:us-east-1:111122223333:certificate/"
                + "12345678-1234-1234-1234-123456789012\"}";
    }

    private static HttpRequest cloudFront(String method, String target, String body) {
        return CLOUDFRONT.request(method, "/2020-05-31" + target, Headers.none(), body);
    }

    private static HttpRequest alias(String alias) {
        return cloudFront("PUT", "/distribution/D1/associate-alias?Alias=" + alias, "");
    }

    /// One call of each API that its fake service answers.
    private static HttpRequest working(SignedCalls calls) {
        return switch (calls.api()) {
            case LIGHTSAIL ->
                    calls.target(
                            "Lightsail_20161128.TagResource",
                            "{\"resourceName\":\"site\",\"tags\":[]}");
            case ACM -> calls.target("CertificateManager.ListCertificates", "{}");
            case CLOUDFRONT ->
                    calls.request("GET", "/2020-05-31/distribution/D1/config", Headers.none(), "");
            case STS -> calls.form("Action=GetCallerIdentity&Version=2011-06-15");
        };
    }

    private static HttpRequest unsigned(HttpRequest request) {
        Headers.Builder headers = Headers.builder();
        request.headers()
                .forEach((name, value) -> {
                    if (!name.equalsIgnoreCase("Authorization")) {
                        headers.add(name, value);
                    }
                });
        return headers(request, headers.build());
    }

    private static HttpRequest headers(HttpRequest request, Headers headers) {
        return new HttpRequest(
                request.method(), request.rawPath(), request.rawQuery(), headers, request.body());
    }

    private static HttpRequest plain(String method, String path, String query, Headers headers) {
        return new HttpRequest(method, path, query, headers, new byte[0]);
    }

    private HttpResponse assertError(
            HttpRequest request, int status, String code, String messagePart) {
        HttpResponse answer = endpoint.handle(request);
        String body = text(answer);
        assertThat(answer.status()).as(body).isEqualTo(status);
        if (answer.headers().first("Content-Type").orElse("").equals("text/xml")) {
            assertThat(body)
                    .startsWith("<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http")
                    .contains("<Type>" + (status < 500 ? "Sender" : "Receiver") + "</Type>")
                    .contains("<Code>" + code + "</Code>")
                    .endsWith(
                            "<RequestId>7d1f0000-0000-4000-8000-000000000000</RequestId>"
                                    + "</ErrorResponse>");
        } else {
            assertThat(body).startsWith("{\"__type\":\"" + code + "\",");
            assertThat(answer.headers().first("x-amzn-ErrorType")).contains(code);
        }
        assertThat(body.replace("\\n", "\n")).contains(messagePart);
        return answer;
    }

    private static String text(HttpResponse answer) {
        return new String(answer.body(), UTF_8);
    }
}
