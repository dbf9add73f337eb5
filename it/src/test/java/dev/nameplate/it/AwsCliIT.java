package dev.nameplate.it;

import static dev.nameplate.it.Answers.await;
import static dev.nameplate.it.Answers.texts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Each operation once by the real AWS CLI. A call costs seconds, so each service is one story, told in the order a user lives it.
@Tag("slow")
final class AwsCliIT {
    private static final String UUID =
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    @TempDir private static Path folder;

    private static RunningServer server;
    private static OriginServer origin;
    private static AwsCli aws;
    private static Visitor visitor;

    @BeforeAll
    static void start() throws IOException {
        Parts.need("curl", "curl", "--version");
        origin = OriginServer.start();
        server = RunningServer.start(folder.resolve("data"));
        aws = AwsCli.of(server, "us-east-1", folder.resolve("aws.config"));
        visitor = new Visitor(server, server.caRoot());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (origin != null) {
            origin.close();
        }
    }

    @Test
    void stsTellsWhoTheCallerIs() {
        JsonNode identity = aws.call("sts", "get-caller-identity");

        assertThat(identity.path("Account").asText()).isEqualTo(RunningServer.ACCOUNT);
        assertThat(identity.path("Arn").asText()).startsWith("arn:aws:");
        assertThat(identity.path("UserId").asText()).isNotEmpty();
    }

    @Test
    void lightsailLeadsFromAZoneToAVerifiedPageAndBack() {
        new LightsailStory(aws, visitor, origin).tell();
    }

    @Test
    void acmIssuesImportsTagsAndDeletes() throws IOException {
        String zone = "acm.example";
        aws.call("lightsail", "create-domain", "--domain-name", zone);
        String arn =
                aws.call(
                                "acm",
                                "request-certificate",
                                "--domain-name",
                                zone,
                                "--subject-alternative-names",
                                "*." + zone,
                                "--validation-method",
                                "DNS",
                                "--idempotency-token",
                                "once",
                                "--tags",
                                "Key=team,Value=web")
                        .path("CertificateArn")
                        .asText();
        assertThat(arn)
                .matches("arn:aws:acm:us-east-1:" + RunningServer.ACCOUNT + ":certificate/" + UUID);
        JsonNode issued =
                await(
                        "ACM's certificate to be issued",
                        () -> describe(arn),
                        detail -> detail.path("Status").asText().equals("ISSUED"));
        assertThat(issued.path("KeyAlgorithm").asText()).isEqualTo("RSA_2048");
        assertThat(texts(issued.path("SubjectAlternativeNames")))
                .containsExactly(zone, "*." + zone);
        assertThat(issued.at("/DomainValidationOptions/0/ResourceRecord"))
                .isEqualTo(issued.at("/DomainValidationOptions/1/ResourceRecord"));
        aws.call("acm", "wait", "certificate-validated", "--certificate-arn", arn);

        JsonNode pem = aws.call("acm", "get-certificate", "--certificate-arn", arn);
        Path leaf = Files.writeString(folder.resolve("acm.pem"), pem.path("Certificate").asText());
        Path chain =
                Files.writeString(
                        folder.resolve("acm-chain.pem"), pem.path("CertificateChain").asText());
        assertThat(
                        Commands.output(
                                "openssl",
                                "verify",
                                "-x509_strict",
                                "-CAfile",
                                server.caRoot().toString(),
                                "-untrusted",
                                chain.toString(),
                                leaf.toString()))
                .contains("OK");

        aws.call(
                "acm",
                "add-tags-to-certificate",
                "--certificate-arn",
                arn,
                "--tags",
                "Key=stage,Value=test");
        aws.call(
                "acm",
                "remove-tags-from-certificate",
                "--certificate-arn",
                arn,
                "--tags",
                "Key=team");
        JsonNode tags =
                aws.call("acm", "list-tags-for-certificate", "--certificate-arn", arn).path("Tags");
        assertThat(tags).hasSize(1);
        assertThat(tags.at("/0/Key").asText()).isEqualTo("stage");

        String imported = importForeign();
        JsonNode listed =
                aws.call(
                                "acm",
                                "list-certificates",
                                "--includes",
                                "keyTypes=RSA_2048,EC_prime256v1",
                                "--certificate-statuses",
                                "ISSUED")
                        .path("CertificateSummaryList");
        assertThat(texts(listed, "CertificateArn")).contains(arn, imported);

        for (String each : List.of(arn, imported)) {
            aws.call("acm", "delete-certificate", "--certificate-arn", each);
        }
        assertThat(aws.refusal("acm", "describe-certificate", "--certificate-arn", arn))
                .contains("ResourceNotFoundException", "Could not find certificate " + arn);
    }

    @Test
    void acmExportsRenewsFindsAndRevokes() throws IOException {
        new AcmExportStory(aws, folder).tell();
    }

    private static String importForeign() throws IOException {
        ForeignCa.Triple triple =
                ForeignCa.make(folder.resolve("foreign")).issue("brought.example");
        String arn =
                aws.call(
                                "acm", "import-certificate",
                                "--certificate", "fileb://" + triple.certificate(),
                                "--private-key", "fileb://" + triple.privateKey(),
                                "--certificate-chain", "fileb://" + triple.chain())
                        .path("CertificateArn")
                        .asText();
        JsonNode imported = describe(arn);
        assertThat(imported.path("Type").asText()).isEqualTo("IMPORTED");
        assertThat(imported.path("DomainName").asText()).isEqualTo("brought.example");
        assertThat(imported.path("Issuer").asText()).contains("Foreign Issuing");
        return arn;
    }

    private static JsonNode describe(String arn) {
        return aws.call("acm", "describe-certificate", "--certificate-arn", arn)
                .path("Certificate");
    }

    @Test
    void cloudFrontServesUpdatesTagsAndDeletes() throws IOException {
        String name = "www.front.example";
        aws.call("lightsail", "create-domain", "--domain-name", "front.example");
        String certificate =
                aws.call(
                                "acm",
                                "request-certificate",
                                "--domain-name",
                                name,
                                "--validation-method",
                                "DNS",
                                "--key-algorithm",
                                "EC_prime256v1")
                        .path("CertificateArn")
                        .asText();
        await(
                "the certificate to be issued",
                () -> describe(certificate),
                detail -> detail.path("Status").asText().equals("ISSUED"));

        JsonNode made =
                aws.call(
                        "cloudfront",
                        "create-distribution",
                        "--distribution-config",
                        config("first", name, certificate));
        String id = made.at("/Distribution/Id").asText();
        assertThat(id).matches("E[A-Z0-9]{12,13}");
        assertThat(made.path("ETag").asText()).matches("E[A-Z0-9]{13}");
        assertThat(made.path("Location").asText()).endsWith("/2020-05-31/distribution/" + id);
        awaitDeployed(id);
        aws.call("cloudfront", "wait", "distribution-deployed", "--id", id);
        assertThat(visitor.fetchWhenServed(name, "/front").body())
                .isEqualTo(OriginServer.page("/front"));
        assertThat(describe(certificate).path("InUseBy")).hasSize(1);

        JsonNode tagged =
                aws.call(
                        "cloudfront",
                        "create-distribution-with-tags",
                        "--distribution-config-with-tags",
                        "{\"DistributionConfig\":%s,\"Tags\":{\"Items\":[{\"Key\":\"team\",\"Value\":\"web\"}]}}"
                                .formatted(config("second", "", "")));
        String second = tagged.at("/Distribution/Id").asText();
        tags(tagged.at("/Distribution/ARN").asText());
        assertThat(
                        texts(
                                aws.call("cloudfront", "list-distributions")
                                        .at("/DistributionList/Items"),
                                "Id"))
                .contains(id, second);

        update(id, name);
        for (String each : List.of(id, second)) {
            disableAndDelete(each);
        }
        assertThat(aws.refusal("cloudfront", "get-distribution", "--id", id))
                .contains("NoSuchDistribution");
        aws.call("acm", "delete-certificate", "--certificate-arn", certificate);
    }

    /// What the CLI makes of these options is older than most members of a configuration.
    @Test
    void cloudFrontMakesADistributionOfAnOriginsNameAlone() {
        JsonNode made =
                aws.call(
                        "cloudfront",
                        "create-distribution",
                        "--origin-domain-name",
                        "origin.legacy.example",
                        "--default-root-object",
                        "index.html");
        String id = made.at("/Distribution/Id").asText();
        JsonNode config = made.at("/Distribution/DistributionConfig");
        assertThat(config.at("/Origins/Items/0/DomainName").asText())
                .isEqualTo("origin.legacy.example");
        assertThat(config.path("DefaultRootObject").asText()).isEqualTo("index.html");
        assertThat(config.path("Enabled").asBoolean()).isTrue();

        JsonNode changed =
                aws.call(
                        "cloudfront",
                        "update-distribution",
                        "--id",
                        id,
                        "--default-root-object",
                        "start.html");
        assertThat(changed.at("/Distribution/DistributionConfig/DefaultRootObject").asText())
                .isEqualTo("start.html");
        disableAndDelete(id);
    }

    private static void tags(String arn) {
        aws.call(
                "cloudfront",
                "tag-resource",
                "--resource",
                arn,
                "--tags",
                "Items=[{Key=stage,Value=test}]");
        aws.call("cloudfront", "untag-resource", "--resource", arn, "--tag-keys", "Items=team");
        JsonNode tags =
                aws.call("cloudfront", "list-tags-for-resource", "--resource", arn)
                        .at("/Tags/Items");
        assertThat(tags).hasSize(1);
        assertThat(tags.at("/0/Key").asText()).isEqualTo("stage");
    }

    private static void update(String id, String name) {
        JsonNode before = aws.call("cloudfront", "get-distribution-config", "--id", id);
        String changed =
                before.path("DistributionConfig")
                        .toString()
                        .replace("\"Comment\":\"first\"", "\"Comment\":\"changed\"");
        JsonNode after =
                aws.call(
                        "cloudfront",
                        "update-distribution",
                        "--id",
                        id,
                        "--if-match",
                        before.path("ETag").asText(),
                        "--distribution-config",
                        changed);
        assertThat(after.at("/Distribution/DistributionConfig/Comment").asText())
                .isEqualTo("changed");
        assertThat(after.path("ETag").asText()).isNotEqualTo(before.path("ETag").asText());
        assertThat(
                        aws.refusal(
                                "cloudfront",
                                "update-distribution",
                                "--id",
                                id,
                                "--if-match",
                                before.path("ETag").asText(),
                                "--distribution-config",
                                changed))
                .contains("PreconditionFailed");
        assertThat(visitor.fetch(name, "/front").status()).isEqualTo(200);
    }

    private static void disableAndDelete(String id) {
        JsonNode before = aws.call("cloudfront", "get-distribution-config", "--id", id);
        assertThat(
                        aws.refusal(
                                "cloudfront",
                                "delete-distribution",
                                "--id",
                                id,
                                "--if-match",
                                before.path("ETag").asText()))
                .contains("DistributionNotDisabled");
        aws.call(
                "cloudfront",
                "update-distribution",
                "--id",
                id,
                "--if-match",
                before.path("ETag").asText(),
                "--distribution-config",
                before.path("DistributionConfig")
                        .toString()
                        .replace("\"Enabled\":true", "\"Enabled\":false"));
        JsonNode disabled = awaitDeployed(id);
        aws.call(
                "cloudfront",
                "delete-distribution",
                "--id",
                id,
                "--if-match",
                disabled.path("ETag").asText());
    }

    private static JsonNode awaitDeployed(String id) {
        return await(
                "distribution " + id + " to be deployed",
                () -> aws.call("cloudfront", "get-distribution", "--id", id),
                answer -> answer.at("/Distribution/Status").asText().equals("Deployed"));
    }

    /// @param alias none when empty
    private static String config(String reference, String alias, String certificate) {
        String named =
                alias.isEmpty()
                        ? ""
                        : """
                        "Aliases": {"Quantity": 1, "Items": ["%s"]},
                        "ViewerCertificate": {
                          "ACMCertificateArn": "%s",
                          "SSLSupportMethod": "sni-only",
                          "MinimumProtocolVersion": "TLSv1.2_2021"
                        },
                        """
                                .formatted(alias, certificate);
        return """
        {
          "CallerReference": "%s",
          "Comment": "%s",
          "Enabled": true,
          %s
          "Origins": {
            "Quantity": 1,
            "Items": [{
              "Id": "app",
              "DomainName": "127.0.0.1",
              "CustomOriginConfig": {
                "HTTPPort": %d,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "http-only"
              }
            }]
          },
          "DefaultCacheBehavior": {
            "TargetOriginId": "app",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"
          }
        }
        """
                .formatted(reference, reference, named, origin.port());
    }
}
