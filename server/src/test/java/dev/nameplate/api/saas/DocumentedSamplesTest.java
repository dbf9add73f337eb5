package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Every sample request of the documentation, byte for byte but for its placeholders.
class DocumentedSamplesTest {
    private final ApiScene scene = new ApiScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void createOneFromAStoredVersion() {
        scene.saas.versions.put(
                scene.saas.template + "/1",
                dev.nameplate.saas.SaasScene.config("template").comment("first").build());

        String id = scene.start(scene.sample("create-one-with-version"));
        scene.saas.tick();

        assertThat(scene.namesInJob(id))
                .containsExactly(List.of("yourdomainname.com", "yourdomainnamealias1.com"));
        assertThat(scene.saas.cloudFront.clones().getFirst().config().comment()).isEqualTo("first");
        assertServed(id, 1);
    }

    @Test
    void createOneFromTheLiveConfigDespiteItsTrailingComma() {
        String id = scene.start(scene.sample("create-one"));
        scene.saas.tick();

        assertThat(scene.namesInJob(id))
                .containsExactly(List.of("yourdomainname.com", "yourdomainnamealias1.com"));
        assertServed(id, 1);
    }

    @Test
    void createTwoWithAnAliasListedTwice() {
        String id = scene.start(scene.sample("create-two"));
        scene.saas.tick();

        assertThat(scene.namesInJob(id))
                .containsExactly(
                        List.of(
                                "yourdomainname1.com",
                                "yourdomainname1alias1.com",
                                "yourdomainname1alias2.com"),
                        List.of("yourdomainname2.com", "yourdomainname2alias1.com"));
        assertServed(id, 2);
    }

    @Test
    void importOne() {
        scene.saas.acm.namesOf = _ -> List.of("own.example.com", "www.own.example.com");
        String id = scene.start(scene.sample("import-one", "own.example.com www.own.example.com"));
        scene.saas.tick();

        assertThat(scene.namesInJob(id))
                .containsExactly(List.of("own.example.com", "www.own.example.com"));
        assertServed(id, 1);
    }

    @Test
    void importTwo() {
        PemNames names = new PemNames(scene);
        String id = scene.start(scene.sample("import-two", "one.example.com", "*.two.example.com"));
        names.install();
        scene.saas.tick();

        assertThat(scene.namesInJob(id))
                .containsExactly(List.of("one.example.com"), List.of("*.two.example.com"));
        assertServed(id, 2);
    }

    private void assertServed(String id, int entries) {
        JsonNode job = scene.job(id);
        String total = Integer.toString(entries);
        assertThat(job.get("cert_total_number").textValue()).isEqualTo(total);
        assertThat(job.get("cert_completed_number").textValue()).isEqualTo(total);
        assertThat(job.get("cloudfront_distribution_total_number").textValue()).isEqualTo(total);
        assertThat(job.get("cloudfront_distribution_created_number").textValue()).isEqualTo(total);
        assertThat(job.get("distStageStatus").textValue()).isEqualTo("SUCCESS");
        HttpResponse certificates = scene.get("/list_ssl_certification_with_jobId", "jobId=" + id);
        assertThat(ApiScene.json(certificates)).hasSize(entries).isEqualTo(job.get("certList"));
        HttpResponse distributions = scene.get("/list_cloudfront_arn_with_jobId", "jobId=" + id);
        assertThat(ApiScene.json(distributions)).hasSize(entries).isEqualTo(job.get("distList"));
    }

    /// Teaches the ACM in memory to read a leaf's names.
    private record PemNames(ApiScene scene) {
        void install() {
            scene.saas.acm.namesOf =
                    text -> {
                        try {
                            var leaf =
                                    (java.security.cert.X509Certificate)
                                            java.security.cert.CertificateFactory.getInstance(
                                                            "X.509")
                                                    .generateCertificate(
                                                            new java.io.ByteArrayInputStream(
                                                                    text.getBytes(
                                                                            java.nio.charset
                                                                                    .StandardCharsets
                                                                                    .UTF_8)));
                            return leaf.getSubjectAlternativeNames().stream()
                                    .map(name -> (String) name.get(1))
                                    .toList();
                        } catch (java.security.cert.CertificateException e) {
                            throw new IllegalArgumentException(e);
                        }
                    };
        }
    }
}
