package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// An endpoint over [FakeServices], at a fixed time, with small limits; and calls to try on it.
abstract class EndpointFixture {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final SignedCalls LIGHTSAIL = SignedCalls.of(AwsApi.LIGHTSAIL, NOW);
    static final SignedCalls ACM = SignedCalls.of(AwsApi.ACM, NOW);
    static final SignedCalls CLOUDFRONT = SignedCalls.of(AwsApi.CLOUDFRONT, NOW);
    static final SignedCalls STS = SignedCalls.of(AwsApi.STS, NOW);

    final FakeServices services = new FakeServices();
    final AwsEndpoint endpoint =
            new AwsEndpoint(
                    services.all(),
                    key ->
                            key.equals(Clients.CREDENTIAL.accessKeyId())
                                    ? Optional.of(Clients.CREDENTIAL)
                                    : Optional.empty(),
                    () -> NOW,
                    () -> "7d1f0000-0000-4000-8000-000000000000",
                    new AwsEndpoint.Settings(Duration.ofMinutes(5), 10_000, 20));

    static final String CONFIG =
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

    static final String WITH_TAGS =
            "<DistributionConfigWithTags>"
                    + CONFIG.substring(CONFIG.indexOf("<DistributionConfig"))
                    + "<Tags><Items><Tag><Key>team</Key></Tag></Items></Tags>"
                    + "</DistributionConfigWithTags>";

    static String certificate() {
        return "{\"CertificateArn\":\"arn:aws:acm:us-east-1:111122223333:certificate/"
                + "12345678-1234-1234-1234-123456789012\"}";
    }

    static HttpRequest cloudFront(String method, String target, String body) {
        return CLOUDFRONT.request(method, "/2020-05-31" + target, Headers.none(), body);
    }

    static HttpRequest alias(String alias) {
        return cloudFront("PUT", "/distribution/D1/associate-alias?Alias=" + alias, "");
    }

    /// One call of each API that its fake service answers.
    static HttpRequest working(SignedCalls calls) {
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

    static HttpRequest unsigned(HttpRequest request) {
        Headers.Builder headers = Headers.builder();
        request.headers()
                .forEach((name, value) -> {
                    if (!name.equalsIgnoreCase("Authorization")) {
                        headers.add(name, value);
                    }
                });
        return headers(request, headers.build());
    }

    static HttpRequest headers(HttpRequest request, Headers headers) {
        return new HttpRequest(
                request.method(), request.rawPath(), request.rawQuery(), headers, request.body());
    }

    HttpResponse assertError(HttpRequest request, int status, String code, String messagePart) {
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

    static String text(HttpResponse answer) {
        return new String(answer.body(), UTF_8);
    }
}
