package dev.nameplate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;

import java.time.Duration;

/// What a client gets when all is well.
class AwsEndpointTest extends EndpointFixture {

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

        assertThat(endpoint.handle(presigned).status()).isEqualTo(200);
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
}
