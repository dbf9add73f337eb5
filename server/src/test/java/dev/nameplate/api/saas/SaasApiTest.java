package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;

import java.util.List;

class SaasApiTest {
    private final ApiScene scene = new ApiScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aJobIsAnsweredWithItsIdInsideATwoHundred() {
        HttpResponse answer = scene.post(scene.sample("create-one"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("Content-Type")).contains("application/json");
        JsonNode json = ApiScene.json(answer);
        assertThat(json.fieldNames()).toIterable().containsExactly("statusCode", "body");
        assertThat(json.get("statusCode").isInt()).isTrue();
        assertThat(json.get("body").textValue())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void aJobHasTheDocumentedShape() {
        String id = scene.start(scene.sample("create-two"));
        JsonNode job = scene.job(id);

        assertThat(job.fieldNames())
                .toIterable()
                .containsExactly(
                        "jobId",
                        "jobType",
                        "creationDate",
                        "cert_total_number",
                        "cert_completed_number",
                        "cloudfront_distribution_total_number",
                        "cloudfront_distribution_created_number",
                        "certCreateStageStatus",
                        "certValidationStageStatus",
                        "distStageStatus",
                        "job_input",
                        "dcv_validation_msg",
                        "promptInfo",
                        "certList",
                        "distList");
        assertThat(job.get("jobType").textValue()).isEqualTo("create");
        assertThat(job.get("creationDate").textValue()).isEqualTo("2026-01-15 12:00:00.000000");
        assertThat(job.get("cert_total_number").textValue()).isEqualTo("2");
        assertThat(job.get("cert_completed_number").textValue()).isEqualTo("0");
        assertThat(job.get("certCreateStageStatus").textValue()).isEqualTo("INPROGRESS");
        assertThat(job.get("certValidationStageStatus").textValue()).isEqualTo("NOTSTART");
        assertThat(job.get("distStageStatus").textValue()).isEqualTo("NOTSTART");
        assertThat(job.get("job_input").textValue())
                .contains("\n    \"acm_op\" : \"create\"")
                .contains("YOURDOMAINNAME2ALIAS1.COM");
    }

    @Test
    void aJobTellsTheRecordsWantedAndWhereTheNamesArePointed() {
        scene.saas.acm.holdBack("yourdomainname.com");
        String id = scene.start(scene.sample("create-one"));
        scene.saas.tick();

        String message = scene.job(id).get("dcv_validation_msg").textValue();
        assertThat(message)
                .contains("\"CloudFront Details\"", ".cdn.example", "\"Acm Certificate Dcv\"")
                .contains(
                        "_proof.yourdomainname.com.", "_proof.yourdomainnamealias1.com.", "CNAME");
    }

    @Test
    void aFailureIsToldWithItsEntryAndWhoActs() {
        scene.saas.acm.holdBack("yourdomainname.com");
        String id = scene.start(scene.sample("create-one"));
        scene.saas.tick();
        scene.saas.acm.change("yourdomainname.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.saas.run(java.time.Duration.ofMinutes(10));

        assertThat(scene.job(id).get("promptInfo").textValue())
                .startsWith("cnameList[0] yourdomainname.com: ")
                .endsWith("(next step: the owner of the domain)");
    }

    @Test
    void detailsShowEachEntry() {
        String id = scene.start(scene.sample("create-two"));
        scene.saas.tick();
        JsonNode job = ApiScene.json(scene.get("/get_ssl_job", "jobId=" + id + "&details=true"));

        assertThat(job.get("overallStatus").textValue()).isEqualTo("SUCCESS");
        assertThat(job.get("entries")).hasSize(2);
        assertThat(job.get("entries").get(1).get("state").textValue()).isEqualTo("DONE");
    }

    @Test
    void theJobsInputOfAnImportHasNoKey() {
        String misspelt =
                scene.sample("import-one", "own.example.com")
                        .replaceFirst(
                                "\\{", "{\"pemlist\":[{\"PrivateKeyPem\":\"-----BEGIN leak\"}],");
        String input = scene.job(scene.start(misspelt)).get("job_input").textValue();

        assertThat(input).contains("import").doesNotContain("BEGIN").doesNotContain("pem");
    }

    @Test
    void anUnknownJobIsAnsweredAsTheOriginalDid() {
        HttpResponse answer = scene.get("/get_ssl_job", "jobId=nope");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(ApiScene.text(answer))
                .isEqualTo("{\"statusCode\":500,\"body\":\"Can not found job info with id:nope\"}");
        assertThat(ApiScene.text(scene.get("/get_ssl_job", "jobId=")))
                .isEqualTo(
                        "{\"statusCode\":400,\"body\":\"error: get_ssl_job need none empty parameter jobId\"}");
        assertThat(ApiScene.text(scene.get("/list_ssl_certification_with_jobId", "jobId=nope")))
                .isEqualTo("[]");
        assertThat(ApiScene.text(scene.get("/list_cloudfront_arn_with_jobId", "jobId=nope")))
                .isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/get_ssl_job",
                "/list_ssl_certification_with_jobId",
                "/list_cloudfront_arn_with_jobId"
            })
    void aMissingJobIdIsRefusedInTheGatewaysWords(String path) {
        HttpResponse answer = scene.get(path, "other=1");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(ApiScene.text(answer))
                .isEqualTo("{\"message\":\"Missing required request parameters: [jobId]\"}");
    }

    @Test
    void jobsAreListedNewestFirst() {
        String first = scene.start(scene.sample("create-one"));
        scene.saas.clock.advance(java.time.Duration.ofSeconds(1));
        String second = scene.start(scene.sample("import-one", "own.example.com"));

        assertThat(ApiScene.json(scene.get("/list_ssl_jobs", "")))
                .extracting(job -> job.get("jobId").textValue())
                .containsExactly(second, first);
    }

    @Test
    void certificatesAreListedInTheDocumentedShapeWhateverTheirKeyType() {
        // Not among those that ListCertificates shows unasked.
        scene.saas.acm.standardKey = KeyAlgorithm.EC_PRIME256_V1;
        scene.start(scene.sample("create-two"));
        scene.saas.tick();
        JsonNode list = ApiScene.json(scene.get("/cert_list", ""));

        assertThat(list).hasSize(2);
        JsonNode first = list.get(0);
        assertThat(first.fieldNames())
                .toIterable()
                .containsExactly(
                        "CertificateArn",
                        "DomainName",
                        "SubjectAlternativeNames",
                        "Issuer",
                        "CreatedAt",
                        "IssuedAt",
                        "Status",
                        "NotBefore",
                        "NotAfter",
                        "KeyAlgorithm");
        assertThat(first).allSatisfy(value -> assertThat(value.isTextual()).isTrue());
        assertThat(first.get("CreatedAt").textValue())
                .isEqualTo("2026-01-15 12:00:00.000000+00:00");
        assertThat(list)
                .extracting(each -> each.get("SubjectAlternativeNames").textValue())
                .contains("yourdomainname2.com,yourdomainname2alias1.com");
        assertThat(first.get("KeyAlgorithm").textValue()).isEqualTo("EC_prime256v1");
    }

    @Test
    void withoutAValidKeyNothingIsTold() {
        for (Headers headers : List.of(Headers.none(), Headers.of("x-api-key", "wrong"))) {
            HttpResponse answer =
                    scene.api.handle(
                            new HttpRequest(
                                    "GET",
                                    "/ssl_for_saas/list_ssl_jobs",
                                    "",
                                    headers,
                                    new byte[0]));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(ApiScene.text(answer)).isEqualTo("{\"message\":\"Forbidden\"}");
        }
    }

    @Test
    void anUnknownRouteIsNotFound() {
        HttpResponse answer = scene.get("/nothing", "");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(ApiScene.text(answer))
                .isEqualTo("{\"statusCode\":404,\"message\":\"Not found\"}");
        assertThat(scene.get("", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ssl_for_saas/list_ssl_jobs", "/prod/ssl_for_saas/list_ssl_jobs/"})
    void theStageInFrontIsOptional(String path) {
        HttpRequest request =
                new HttpRequest(
                        "GET", path, "", Headers.of("x-api-key", ApiScene.KEY), new byte[0]);
        assertThat(SaasApi.accepts(request)).isTrue();
        assertThat(scene.api.handle(request).status()).isEqualTo(200);
    }

    @Test
    void otherPathsAreLeftToOthers() {
        assertThat(
                        SaasApi.accepts(
                                new HttpRequest(
                                        "GET", "/ssl_for_saas2", "", Headers.none(), new byte[0])))
                .isFalse();
    }
}
