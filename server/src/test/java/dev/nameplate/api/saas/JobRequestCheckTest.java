package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.names.DomainName;
import dev.nameplate.saas.SaasScene;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Bad input is an HTTP 400 that names the field, and makes nothing.
class JobRequestCheckTest {
    private final ApiScene scene = new ApiScene();

    @AfterEach
    void close() {
        assertThat(scene.saas.cloudFront.clones()).isEmpty();
        assertThat(scene.saas.acm.certificates()).isEmpty();
        scene.close();
    }

    private String entry(String domainName, String sanList) {
        return "{\"domainName\":%s,\"sanList\":%s,\"existing_cf_info\":{\"distribution_id\":\"%s\"}}"
                .formatted(domainName, sanList, scene.saas.template);
    }

    private String entry(String name) {
        return entry('"' + name + '"', "[\"" + name + "\"]");
    }

    private static String create(String flags, String... entries) {
        return "{\"acm_op\":\"create\",\"auto_creation\":\"true\",%s\"cnameList\":[%s]}"
                .formatted(flags, String.join(",", entries));
    }

    private void assertRefused(String body, String field, String message) {
        HttpResponse answer = scene.post(body);
        assertThat(answer.status()).as(ApiScene.text(answer)).isEqualTo(400);
        JsonNode json = ApiScene.json(answer);
        assertThat(json.get("statusCode").intValue()).isEqualTo(400);
        assertThat(json.get("body").textValue()).startsWith("Invalid input parameters: ");
        assertThat(json.get("errors"))
                .as(json.toPrettyString())
                .anySatisfy(error -> {
                    assertThat(error.get("field").textValue()).isEqualTo(field);
                    assertThat(error.get("message").textValue()).contains(message);
                });
        assertThat(scene.jobs()).isZero();
    }

    @Test
    void namesThatAreNotCertifiedHereAreTold() {
        assertRefused(
                create("", entry("d111.cloudfront.net")),
                "cnameList[0].domainName",
                "belongs to Amazon");
        assertRefused(
                create("", entry("\"fine.example.com\"", "[\"fine.example.com\",\"*.co.uk\"]")),
                "cnameList[0].sanList[1]",
                "public suffix");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json | body | line 1",
                "[] | body | object",
                "{\"acm_op\":\"create\",\"acm_op\":\"import\"} | body | not JSON",
                "{\"acm_op\":\"create\",\"x\":[\"a\\u0000\"]} | body | U+0000",
                "{} | acm_op | required",
                "{} | auto_creation | required",
                "{\"acm_op\":\"renew\",\"auto_creation\":\"true\"} | acm_op | \"create\" or \"import\"",
                "{\"acm_op\":7,\"auto_creation\":\"true\"} | acm_op | string",
                "{\"acm_op\":\"create\",\"auto_creation\":\"yes\"} | auto_creation | \"true\" or",
                "{\"acm_op\":\"create\",\"auto_creation\":\"true\"} | cnameList | required",
                "{\"acm_op\":\"create\",\"auto_creation\":\"true\",\"cnameList\":[]} | cnameList | empty",
                "{\"acm_op\":\"create\",\"auto_creation\":\"true\",\"cnameList\":{}} | cnameList | list",
                "{\"acm_op\":\"import\",\"auto_creation\":\"true\"} | pemList | required",
                "{\"acm_op\":\"import\",\"auto_creation\":\"true\",\"pemList\":[]} | pemList | empty",
                "{\"acm_op\":\"create\",\"auto_creation\":\"true\",\"cnameList\":[7]} | cnameList[0] | object",
            })
    void theRequestAsAWhole(String body, String field, String message) {
        assertRefused(body, field, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ccc\" | [\"a.example.com\"] | .domainName | two labels",
                "\"a..example.com\" | [\"a.example.com\"] | .domainName | label",
                "\"*.*.example.com\" | [\"a.example.com\"] | .domainName | label",
                "\"10.0.0.1\" | [\"a.example.com\"] | .domainName | IP",
                "null | [\"a.example.com\"] | .domainName | required",
                "\"\" | [\"a.example.com\"] | .domainName | empty",
                "7 | [\"a.example.com\"] | .domainName | string",
                "\"a.example.com\" | null | .sanList | required",
                "\"a.example.com\" | [] | .sanList | empty",
                "\"a.example.com\" | \"b.example.com\" | .sanList | list",
                "\"a.example.com\" | [\"b.example.com\",\"-\"] | .sanList[1] | label",
                "\"a.example.com\" | [true] | .sanList[0] | string",
            })
    void theNamesOfAnEntry(String domainName, String sanList, String member, String message) {
        assertRefused(
                create("", entry("good.example.com"), entry(domainName, sanList)),
                "cnameList[1]" + member,
                message);
    }

    @Test
    void moreNamesThanADistributionHasAliases() {
        String names =
                IntStream.range(0, 101)
                        .mapToObj(i -> "\"n" + i + ".example.com\"")
                        .collect(Collectors.joining(",", "[", "]"));
        assertRefused(create("", entry("\"n0.example.com\"", names)), "cnameList[0]", "101");
    }

    @Test
    void everyProblemIsToldAtOnce() {
        HttpResponse answer =
                scene.post(
                        create(
                                "\"dist_aggregate\":\"maybe\",",
                                entry("\"ccc\"", "[\"ddd\"]"),
                                entry("\"ok.example.com\"", "[\"-\"]")));

        assertThat(ApiScene.json(answer).get("errors"))
                .extracting(error -> error.get("field").textValue())
                .containsExactly(
                        "dist_aggregate",
                        "cnameList[0].domainName",
                        "cnameList[0].sanList[0]",
                        "cnameList[1].sanList[0]");
    }

    @Test
    void theListOfProblemsIsBounded() {
        String names =
                IntStream.range(0, 150)
                        .mapToObj(_ -> "\"-\"")
                        .collect(Collectors.joining(",", "[", "]"));
        HttpResponse answer = scene.post(create("", entry("\"a.example.com\"", names)));

        assertThat(ApiScene.json(answer).get("errors")).hasSize(100);
        assertThat(ApiScene.json(answer).get("body").textValue()).endsWith("and 50 more problems");
    }

    @Test
    void aNameInTwoEntries() {
        assertRefused(
                create(
                        "",
                        entry("a.example.com"),
                        entry("\"b.example.com\"", "[\"A.Example.com\"]")),
                "cnameList[1]",
                "cnameList[0]");
    }

    @Test
    void moreEntriesThanAllowed() {
        String[] entries =
                IntStream.rangeClosed(0, ApiScene.MAX_ENTRIES)
                        .mapToObj(i -> entry("n" + i + ".example.com"))
                        .toArray(String[]::new);
        assertRefused(create("", entries), "cnameList", "at most " + ApiScene.MAX_ENTRIES);
    }

    @Test
    void aBodyLargerThanAllowed() {
        HttpResponse answer = scene.post("{" + " ".repeat(ApiScene.MAX_BODY) + "}");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void anUnknownTemplate() {
        assertRefused(
                create(
                        "",
                        entry("a.example.com"),
                        entry("b.example.com").replace(scene.saas.template, "E0UNKNOWN0001")),
                "cnameList[1].existing_cf_info.distribution_id",
                "E0UNKNOWN0001");
    }

    @Test
    void anUnknownVersionOfATemplate() {
        assertRefused(
                create(
                        "",
                        entry("a.example.com").replace("\"}", "\",\"config_version_id\":\"7\"}")),
                "cnameList[0].existing_cf_info.config_version_id",
                "version 7");
    }

    @Test
    void aVersionThatIsNoNumber() {
        assertRefused(
                create(
                        "",
                        entry("a.example.com").replace("\"}", "\",\"config_version_id\":\"new\"}")),
                "cnameList[0].existing_cf_info.config_version_id",
                "version number");
    }

    @Test
    void noTemplateWhereADistributionIsWanted() {
        assertRefused(
                create("", "{\"domainName\":\"a.example.com\",\"sanList\":[\"a.example.com\"]}"),
                "cnameList[0].existing_cf_info",
                "required");
    }

    @Test
    void aTemplateThatCannotBeCopied() {
        String staging =
                scene.saas.cloudFront.template(SaasScene.config("s").staging(true).build());
        String tenants =
                scene.saas.cloudFront.template(
                        SaasScene.config("t").connectionMode(ConnectionMode.TENANT_ONLY).build());
        assertRefused(
                create("", entry("a.example.com").replace(scene.saas.template, staging)),
                "cnameList[0].existing_cf_info.distribution_id",
                "staging");
        assertRefused(
                create("", entry("a.example.com").replace(scene.saas.template, tenants)),
                "cnameList[0].existing_cf_info.distribution_id",
                "multi-tenant");
    }

    @Test
    void bothLists() {
        String sample = scene.sample("import-one", "own.example.com");
        assertRefused(
                sample.replace(
                        "\"cnameList\": []", "\"cnameList\": [" + entry("a.example.com") + "]"),
                "cnameList",
                "acm_op create");
        assertRefused(
                create("\"pemList\":[{\"CertPem\":\"x\"}],", entry("a.example.com")),
                "pemList",
                "acm_op import");
    }

    @Test
    void theBlankElementOfTheOriginalConsoleIsNoEntry() {
        String id =
                scene.start(
                        create(
                                "\"pemList\":[{\"CertPem\":\"\",\"PrivateKeyPem\":\"\",\"ChainPem\":\"\","
                                        + "\"existing_cf_info\":{\"distribution_id\":\"\"}}],",
                                entry("a.example.com")));
        assertThat(scene.namesInJob(id)).hasSize(1);
    }

    @Test
    void aPemThatIsNone() {
        assertRefused(scene.sample("import-one"), "pemList[0].CertPem", "not an X.509 certificate");
        assertRefused(scene.sample("import-one"), "pemList[0].PrivateKeyPem", "private key");
    }

    @Test
    void aKeyOfAnotherCertificate() {
        PemFixtures.Leaf one = scene.pem.leaf("one.example.com");
        PemFixtures.Leaf two = scene.pem.leaf("two.example.com");
        String sample =
                scene.sample("import-one")
                        .replaceFirst("XXXXXXXXXXXX", one.certificate())
                        .replaceFirst("XXXXXXXXXXXX", two.key());
        assertRefused(sample, "pemList[0].PrivateKeyPem", "does not match");
    }

    @Test
    void aPemWithoutItsKey() {
        assertRefused(
                scene.sample("import-two", "one.example.com", "two.example.com")
                        .replaceFirst("\"PrivateKeyPem\"", "\"PrivateKey\""),
                "pemList[0].PrivateKeyPem",
                "required");
    }

    @Test
    void noAnswerQuotesAKey() {
        String sample = scene.sample("import-one", "own.example.com");
        String key = "MIGHAgEA";
        for (String broken :
                List.of(
                        sample.replaceFirst("\"-----BEGIN PRIVATE", "-----BEGIN PRIVATE"),
                        sample.replaceFirst("-----END CERTIFICATE", "-----END NOTHING"),
                        sample.replaceFirst("\"PrivateKeyPem\"", "\"PrivatKeyPem\""))) {
            HttpResponse answer = scene.post(broken);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(ApiScene.text(answer)).doesNotContain(key).doesNotContain("-BEGIN");
        }
    }

    @Test
    void aPemPastedWithItsLineBreaksIsAccepted() {
        String sample = scene.sample("import-one", "own.example.com").replace("\\n", "\n");
        assertThat(scene.start(sample)).isNotEmpty();
    }

    @Test
    void flagsMayBeBooleans() {
        String id =
                scene.start(
                        create("", entry("a.example.com"))
                                .replace("\"auto_creation\":\"true\"", "\"auto_creation\":false"));
        assertThat(scene.job(id).get("distStageStatus").textValue()).isEqualTo("NONEED");
    }

    @Test
    void aggregationIsForCreation() {
        assertRefused(
                scene.sample("import-one", "own.example.com")
                        .replaceFirst("\\{", "{\"dist_aggregate\":\"true\","),
                "dist_aggregate",
                "import");
    }

    @Test
    void aggregationSharesAWildcardWhateverTheOrder() {
        scene.saas.acm.holdBack("*.example.com");
        String id =
                scene.start(
                        create(
                                "\"dist_aggregate\":\"true\",",
                                entry("a.example.com"),
                                entry("*.example.com")));
        assertThat(
                        scene.saas
                                .job(new dev.nameplate.saas.JobId(id))
                                .entries()
                                .getFirst()
                                .progress()
                                .sharesWith())
                .contains(1);
    }

    @Test
    void theCnameCheckFindsAnAliasInUse() {
        scene.saas.cloudFront.template(
                SaasScene.config("other")
                        .aliases(Aliases.builder().quantity(1).items("taken.example.com").build())
                        .build());
        assertRefused(
                create("\"enable_cname_check\":\"true\",", entry("taken.example.com")),
                "cnameList[0]",
                "alias of distribution");
    }

    @Test
    void theCnameCheckComparesImportsWithTheirNames() {
        String sample =
                scene.sample("import-one", "own.example.com")
                        .replaceFirst("\\{", "{\"enable_cname_check\":\"true\",");
        assertRefused(
                sample.replace(
                        "\"cnameList\": []", "\"cnameList\": [{\"domainName\":\"other.com\"}]"),
                "cnameList[0].domainName",
                "own.example.com");
        assertThat(
                        scene.start(
                                sample.replace(
                                        "\"cnameList\": []",
                                        "\"cnameList\": [{\"domainName\":\"OWN.example.com\"}]")))
                .isNotEmpty();
    }

    @Test
    void theCnameCheckAsksTheDns() {
        scene.dnsRefuses.put(
                new DomainName("a.example.com"), "the CAA records at example.com forbid it");
        for (String distributions : List.of("\"true\"", "\"false\"")) {
            assertRefused(
                    create("\"enable_cname_check\":\"true\",", entry("a.example.com"))
                            .replace(
                                    "\"auto_creation\":\"true\"",
                                    "\"auto_creation\":" + distributions),
                    "cnameList[0]",
                    "a.example.com: the CAA records");
        }
    }

    @Test
    void theCnameCheckIsRefusedWhereThereIsNothingToCheck() {
        assertRefused(
                scene.sample("import-one", "own.example.com")
                        .replaceFirst("\\{", "{\"enable_cname_check\":\"true\",")
                        .replace("\"auto_creation\": \"true\"", "\"auto_creation\": \"false\"")
                        .replaceFirst("\"cnameList\": \\[],", ""),
                "enable_cname_check",
                "\"false\"");
    }
}
