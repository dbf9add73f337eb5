package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.names.DomainName;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.Progress;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.cloudfront.model.Aliases;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What of the original's behaviour is kept and what is put right, topic by topic.
class SaasContractTest {

    @TestFactory
    Stream<DynamicTest> keptOrPutRight() {
        Map<String, Consumer<ApiScene>> topics =
                Map.ofEntries(
                        Map.entry("wire shape: kept", SaasContractTest::wireShape),
                        Map.entry(
                                "get_ssl_job, list_cloudfront_arn_with_jobId: as documented",
                                SaasContractTest::brokenQueries),
                        Map.entry(
                                "cert_list: the documented array",
                                SaasContractTest::certificateList),
                        Map.entry(
                                "JSON tolerance: samples as written, else the position",
                                SaasContractTest::tolerance),
                        Map.entry(
                                "errors: 400 with field errors, and no job",
                                SaasContractTest::errors),
                        Map.entry("unknown acm_op: refused", SaasContractTest::unknownOperation),
                        Map.entry("limit of entries: enforced", SaasContractTest::limit),
                        Map.entry(
                                "order: sources first, then clones, then certificates",
                                SaasContractTest::order),
                        Map.entry(
                                "template aliases: left behind", SaasContractTest::templateAliases),
                        Map.entry(
                                "enable_cname_check: names, aliases and DNS",
                                SaasContractTest::nameCheck),
                        Map.entry(
                                "aggregation: one label, any order, not the apex",
                                SaasContractTest::aggregation),
                        Map.entry(
                                "batch coupling: entries are independent",
                                SaasContractTest::coupling),
                        Map.entry(
                                "roll-back: what the job made, when asked",
                                SaasContractTest::rollBack),
                        Map.entry(
                                "counters: computed, also of imports", SaasContractTest::counters),
                        Map.entry(
                                "status: SUCCESS, NONEED counts as done, an overall status",
                                SaasContractTest::status),
                        Map.entry("secrets: never shown", SaasContractTest::secrets),
                        Map.entry(
                                "apex, upper case, EC imports: supported",
                                SaasContractTest::formerlyDropped));
        return topics.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(topic ->
                        DynamicTest.dynamicTest(
                                topic.getKey(),
                                () -> {
                                    try (ApiScene scene = new ApiScene()) {
                                        topic.getValue().accept(scene);
                                    }
                                }));
    }

    private static String entry(ApiScene scene, String... names) {
        return "{\"domainName\":\"%s\",\"sanList\":[\"%s\"],\"existing_cf_info\":{\"distribution_id\":\"%s\"}}"
                .formatted(names[0], String.join("\",\"", names), scene.saas.template);
    }

    private static String create(String flags, String... entries) {
        return "{\"acm_op\":\"create\",\"auto_creation\":\"true\",%s\"cnameList\":[%s]}"
                .formatted(flags, String.join(",", entries));
    }

    private static JsonNode refused(ApiScene scene, String body, String field) {
        int jobs = scene.jobs();
        HttpResponse answer = scene.post(body);
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(400);
        JsonNode json = ApiScene.json(answer);
        assertThat(json.get("errors"))
                .extracting(error -> error.get("field").textValue())
                .contains(field);
        assertThat(scene.jobs()).as("no job is made").isEqualTo(jobs);
        assertThat(scene.saas.cloudFront.clones()).isEmpty();
        assertThat(scene.saas.acm.certificates()).isEmpty();
        return json;
    }

    private static void wireShape(ApiScene scene) {
        HttpResponse posted = scene.post(create("", entry(scene, "a.example.com")));
        assertThat(posted.status()).isEqualTo(200);
        assertThat(ApiScene.text(posted))
                .matches("\\{\"statusCode\":200,\"body\":\"[0-9a-f-]{36}\"}");
        HttpResponse unknown = scene.get("/get_ssl_job", "jobId=nope");
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(ApiScene.json(unknown).get("statusCode").intValue()).isEqualTo(500);
        JsonNode job = scene.job(ApiScene.json(posted).get("body").textValue());
        assertThat(job.propertyStream().filter(member -> member.getKey().endsWith("_number")))
                .hasSize(4)
                .allMatch(member -> member.getValue().textValue().matches("\\d+"));
        HttpResponse forbidden =
                scene.api.handle(
                        new HttpRequest("POST", "/ssl_for_saas", "", Headers.none(), new byte[0]));
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(ApiScene.text(forbidden)).isEqualTo("{\"message\":\"Forbidden\"}");
        HttpResponse missing = scene.get("/get_ssl_job", "");
        assertThat(missing.status()).isEqualTo(400);
        assertThat(ApiScene.text(missing))
                .isEqualTo("{\"message\":\"Missing required request parameters: [jobId]\"}");
    }

    private static void brokenQueries(ApiScene scene) {
        String id = scene.start(create("", entry(scene, "a.example.com")));
        scene.saas.tick();
        JsonNode job = scene.job(id);
        assertThat(job.get("jobId").textValue()).isEqualTo(id);
        JsonNode arns = ApiScene.json(scene.get("/list_cloudfront_arn_with_jobId", "jobId=" + id));
        assertThat(arns).hasSize(1).isEqualTo(job.get("distList"));
        assertThat(arns.get(0).textValue())
                .isEqualTo(scene.saas.cloudFront.clones().getFirst().arn());
        assertThat(ApiScene.json(scene.get("/list_ssl_certification_with_jobId", "jobId=" + id)))
                .hasSize(1)
                .isEqualTo(job.get("certList"));
        assertThat(ApiScene.json(scene.get("/list_ssl_jobs", ""))).hasSize(1);
    }

    private static void certificateList(ApiScene scene) {
        scene.start(create("", entry(scene, "a.example.com", "b.example.com")));
        scene.saas.tick();
        JsonNode list = ApiScene.json(scene.get("/cert_list", ""));
        assertThat(list.isArray()).isTrue();
        assertThat(list.get(0)).allMatch(JsonNode::isTextual);
        assertThat(list.get(0).get("SubjectAlternativeNames").textValue())
                .isEqualTo("a.example.com,b.example.com");
        assertThat(list.get(0).get("CreatedAt").textValue()).doesNotContain("\"").isNotEmpty();
        assertThat(list.get(0).get("Issuer").textValue()).isNotEmpty();
    }

    private static void tolerance(ApiScene scene) {
        String sample = scene.sample("create-two");
        assertThat(sample).as("a trailing comma").containsPattern(",\\s*}");
        assertThat(scene.namesInJob(scene.start(sample)))
                .as("lower case, each once")
                .contains(List.of("yourdomainname2.com", "yourdomainname2alias1.com"));
        HttpResponse broken = scene.post("{\n\"acm_op\": \"create\",\n\"auto_creation\" true}");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(ApiScene.text(broken)).contains("line 3");
        String flags =
                create(
                        "\"dist_aggregate\":false,\"enable_cname_check\":\"FALSE\",",
                        entry(scene, "flags.example.com"));
        assertThat(scene.post(flags.replace("\"true\"", "true")).status()).isEqualTo(200);
    }

    private static void errors(ApiScene scene) {
        refused(scene, create("", entry(scene, "ccc")), "cnameList[0].domainName");
        refused(
                scene,
                create("", entry(scene, "a.example.com"), entry(scene, "b.example.com", "-")),
                "cnameList[1].sanList[1]");
        refused(scene, create(""), "cnameList");
        refused(
                scene,
                "{\"acm_op\":\"import\",\"auto_creation\":\"true\",\"cnameList\":[],\"pemList\":[]}",
                "pemList");
        refused(
                scene,
                create("", entry(scene, "a.example.com"))
                        .replace(scene.saas.template, "E0NONE0001"),
                "cnameList[0].existing_cf_info.distribution_id");
        refused(
                scene,
                create(
                        "",
                        entry(scene, "a.example.com")
                                .replace("\"}", "\",\"config_version_id\":\"9\"}")),
                "cnameList[0].existing_cf_info.config_version_id");
        JsonNode card = refused(scene, scene.sample("import-one"), "pemList[0].CertPem");
        assertThat(card.get("errors"))
                .as("the whole report card")
                .extracting(error -> error.get("field").textValue())
                .contains("pemList[0].PrivateKeyPem");
        refused(
                scene,
                create("", entry(scene, "a.example.com"), entry(scene, "A.example.com")),
                "cnameList[1]");
    }

    private static void unknownOperation(ApiScene scene) {
        for (String auto : List.of("true", "false")) {
            refused(
                    scene,
                    create("", entry(scene, "a.example.com"))
                            .replace("\"create\"", "\"renew\"")
                            .replace("\"true\"", '"' + auto + '"'),
                    "acm_op");
        }
    }

    private static void limit(ApiScene scene) {
        String[] entries =
                IntStream.rangeClosed(0, ApiScene.MAX_ENTRIES)
                        .mapToObj(i -> entry(scene, "n" + i + ".example.com"))
                        .toArray(String[]::new);
        JsonNode answer = refused(scene, create("", entries), "cnameList");
        assertThat(answer.get("body").textValue())
                .contains("has 21 entries; a job takes at most 20");
    }

    private static void order(ApiScene scene) {
        refused(
                scene,
                create(
                        "",
                        entry(scene, "a.example.com"),
                        entry(scene, "b.example.com").replace(scene.saas.template, "E0NONE0001")),
                "cnameList[1].existing_cf_info.distribution_id");
        scene.saas.acm.holdBack("a.example.com");
        String id = scene.start(create("", entry(scene, "a.example.com")));
        scene.saas.tick();
        assertThat(scene.job(id).get("dcv_validation_msg").textValue())
                .as("target and proof are told together")
                .contains(".cdn.example")
                .contains("_proof.a.example.com.");
    }

    private static void templateAliases(ApiScene scene) {
        String template =
                scene.saas.cloudFront.template(
                        SaasScene.config("with aliases")
                                .aliases(
                                        Aliases.builder()
                                                .quantity(1)
                                                .items("template.example.com")
                                                .build())
                                .viewerCertificate(
                                        viewer -> viewer.acmCertificateArn("arn:its-own"))
                                .build());
        String id =
                scene.start(
                        create("", entry(scene, "a.example.com"))
                                .replace(scene.saas.template, template));
        scene.saas.tick();
        assertThat(scene.job(id).get("distStageStatus").textValue()).isEqualTo("SUCCESS");
        assertThat(scene.saas.cloudFront.clones().getFirst().aliases())
                .containsExactly("a.example.com");
    }

    private static void nameCheck(ApiScene scene) {
        String check = "\"enable_cname_check\":\"true\",";
        scene.saas.cloudFront.template(
                SaasScene.config("other")
                        .aliases(Aliases.builder().quantity(1).items("taken.example.com").build())
                        .build());
        refused(scene, create(check, entry(scene, "taken.example.com")), "cnameList[0]");
        scene.dnsRefuses.put(new DomainName("caa.example.com"), "CAA forbids it");
        refused(scene, create(check, entry(scene, "caa.example.com")), "cnameList[0]");
        String sample =
                scene.sample("import-one", "own.example.com").replaceFirst("\\{", "{" + check);
        refused(
                scene,
                sample.replace(
                        "\"cnameList\": []", "\"cnameList\": [{\"domainName\":\"else.com\"}]"),
                "cnameList[0].domainName");
        // Without the check the name fails in its own entry, before anything is made.
        String id = scene.start(create("", entry(scene, "taken.example.com")));
        scene.saas.tick();
        assertThat(scene.job(id).get("promptInfo").textValue())
                .contains("taken.example.com is an alias of distribution");
        assertThat(scene.saas.cloudFront.clones()).isEmpty();
        assertThat(scene.saas.acm.certificates()).isEmpty();
    }

    private static void aggregation(ApiScene scene) {
        String id =
                scene.start(
                        create(
                                "\"dist_aggregate\":\"true\",",
                                entry(scene, "a.example.com"),
                                entry(scene, "*.example.com"),
                                entry(scene, "a.b.example.com"),
                                entry(scene, "example.com"),
                                entry(scene, "notexample.com")));
        scene.saas.run(Duration.ofMinutes(1));
        JsonNode job = scene.job(id);
        assertThat(job.get("distStageStatus").textValue()).isEqualTo("SUCCESS");
        assertThat(scene.saas.acm.certificates())
                .extracting(each -> each.detail().domainName())
                .containsExactlyInAnyOrder(
                        "*.example.com", "a.b.example.com", "example.com", "notexample.com");
        assertThat(job.get("distList")).as("a distribution each").hasSize(5);
        assertThat(job.get("cert_completed_number").textValue()).isEqualTo("5");
    }

    private static void coupling(ApiScene scene) {
        scene.saas.acm.holdBack("slow.example.com");
        scene.saas.acm.holdBack("bad.example.com");
        String id =
                scene.start(
                        create(
                                "",
                                entry(scene, "slow.example.com"),
                                entry(scene, "bad.example.com"),
                                entry(scene, "good.example.com")));
        scene.saas.tick();
        scene.saas.acm.change("bad.example.com", CertificateStatus.VALIDATION_TIMED_OUT);
        scene.saas.run(Duration.ofHours(1));
        assertThat(states(scene, id))
                .containsExactly(EntryState.PROOF, EntryState.FAILED, EntryState.DONE);
        assertThat(scene.job(id).get("cloudfront_distribution_created_number").textValue())
                .isEqualTo("1");
    }

    private static void rollBack(ApiScene scene) {
        scene.saas.acm.holdBack("a.example.com");
        String id =
                scene.start(
                        create("", entry(scene, "a.example.com"), entry(scene, "b.example.com")));
        scene.saas.tick();
        scene.saas.acm.change("a.example.com", CertificateStatus.FAILED);
        scene.saas.run(Duration.ofHours(1));
        assertThat(scene.saas.cloudFront.clones()).as("not unasked").hasSize(2);
        scene.saas.jobs.rollBack(SaasScene.ACCOUNT, new JobId(id), false);
        scene.saas.run(Duration.ofMinutes(5));
        assertThat(scene.saas.cloudFront.clones())
                .extracting(each -> each.aliases().getFirst())
                .containsExactly("b.example.com");
        assertThat(scene.saas.acm.certificates()).hasSize(1);
    }

    private static void counters(ApiScene scene) {
        scene.saas.acm.namesOf = _ -> List.of("own.example.com");
        String id = scene.start(scene.sample("import-one", "own.example.com"));
        JsonNode before = scene.job(id);
        assertThat(before.get("cloudfront_distribution_total_number").textValue()).isEqualTo("1");
        assertThat(before.get("cert_completed_number").textValue()).isEqualTo("0");
        scene.saas.tick();
        JsonNode after = scene.job(id);
        assertThat(after.get("cert_completed_number").textValue()).isEqualTo("1");
        assertThat(after.get("cloudfront_distribution_created_number").textValue()).isEqualTo("1");
    }

    private static void status(ApiScene scene) {
        String id =
                scene.start(
                        create("", entry(scene, "a.example.com")).replace("\"true\"", "\"false\""));
        scene.saas.tick();
        JsonNode job = ApiScene.json(scene.get("/get_ssl_job", "details=true&jobId=" + id));
        assertThat(job.get("certCreateStageStatus").textValue()).isEqualTo("SUCCESS");
        assertThat(job.get("certValidationStageStatus").textValue()).isEqualTo("SUCCESS");
        assertThat(job.get("distStageStatus").textValue()).isEqualTo("NONEED");
        assertThat(job.get("overallStatus").textValue()).isEqualTo("SUCCESS");
    }

    private static void secrets(ApiScene scene) {
        PemFixtures.Leaf leaf = scene.pem.leaf("own.example.com");
        String body =
                scene.sample("import-one")
                        .replaceFirst("XXXXXXXXXXXX", leaf.certificate())
                        .replaceFirst("XXXXXXXXXXXX", leaf.key());
        String key = leaf.key().substring(40, 90);
        assertThat(body).contains(key);
        scene.saas.acm.namesOf = _ -> List.of("own.example.com");
        String id = scene.start(body);
        for (int look = 0; look < 2; look++) {
            for (String path : List.of("/get_ssl_job", "/list_ssl_jobs", "/cert_list")) {
                assertThat(ApiScene.text(scene.get(path, "details=true&jobId=" + id)))
                        .doesNotContain(key)
                        .doesNotContain("PRIVATE");
            }
            scene.saas.tick();
        }
        assertThat(scene.job(id).get("distStageStatus").textValue()).isEqualTo("SUCCESS");
    }

    private static void formerlyDropped(ApiScene scene) {
        scene.saas.acm.namesOf = _ -> List.of("example.org", "www.example.org");
        String id = scene.start(scene.sample("import-one", "example.org WWW.Example.ORG"));
        assertThat(scene.namesInJob(id)).containsExactly(List.of("example.org", "www.example.org"));
        scene.saas.tick();
        assertThat(scene.job(id).get("distStageStatus").textValue()).isEqualTo("SUCCESS");
        assertThat(
                        ApiScene.json(scene.get("/cert_list", ""))
                                .get(0)
                                .get("KeyAlgorithm")
                                .textValue())
                .isEqualTo("EC_prime256v1");
    }

    private static List<EntryState> states(ApiScene scene, String id) {
        return scene.saas.job(new JobId(id)).entries().stream()
                .map(each -> each.progress())
                .map(Progress::state)
                .toList();
    }
}
