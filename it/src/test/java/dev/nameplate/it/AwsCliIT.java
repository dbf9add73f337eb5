package dev.nameplate.it;

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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/// Each operation once by the real AWS CLI. A call costs seconds, so each service is one story, told in the order a user lives it.
@Tag("slow")
final class AwsCliIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
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
        zone("shop.example");
        regions();
        certificate("shop.example");
        distribution("shop.example");
        tags();
        operations();
        dismantle("shop.example");
    }

    private static void zone(String zone) {
        JsonNode made = aws.call("lightsail", "create-domain", "--domain-name", zone);
        assertThat(made.at("/operation/operationType").asText()).isEqualTo("CreateDomain");
        assertThat(made.at("/operation/status").asText()).isEqualTo("Succeeded");

        String address = "name=mail." + zone + ",type=A,target=";
        aws.call(
                "lightsail",
                "create-domain-entry",
                "--domain-name",
                zone,
                "--domain-entry",
                address + "192.0.2.1");
        JsonNode entry = entry(zone, "mail." + zone);
        assertThat(entry.path("target").asText()).isEqualTo("192.0.2.1");

        JsonNode updated =
                aws.call(
                        "lightsail",
                        "update-domain-entry",
                        "--domain-name",
                        zone,
                        "--domain-entry",
                        address + "192.0.2.2,id=" + entry.path("id").asText());
        assertThat(updated.at("/operations/0/status").asText()).isEqualTo("Succeeded");
        assertThat(entry(zone, "mail." + zone).path("target").asText()).isEqualTo("192.0.2.2");

        aws.call(
                "lightsail",
                "delete-domain-entry",
                "--domain-name",
                zone,
                "--domain-entry",
                address + "192.0.2.2");
        JsonNode listed = aws.call("lightsail", "get-domains").path("domains");
        JsonNode domain = one(listed, each -> each.path("name").asText().equals(zone));
        assertThat(domain.path("domainEntries"))
                .noneMatch(each -> each.path("name").asText().equals("mail." + zone))
                .anyMatch(each -> each.path("type").asText().equals("SOA"));
    }

    private static JsonNode entry(String zone, String name) {
        JsonNode domain = aws.call("lightsail", "get-domain", "--domain-name", zone).path("domain");
        assertThat(domain.path("arn").asText())
                .matches("arn:aws:lightsail:global:" + RunningServer.ACCOUNT + ":Domain/" + UUID);
        return one(domain.path("domainEntries"), each -> each.path("name").asText().equals(name));
    }

    private static void regions() {
        JsonNode regions =
                aws.call("lightsail", "get-regions", "--include-availability-zones")
                        .path("regions");
        JsonNode home = one(regions, each -> each.path("name").asText().equals("us-east-1"));
        assertThat(home.path("displayName").asText()).isEqualTo("Virginia");
        assertThat(home.at("/availabilityZones/0/zoneName").asText()).isEqualTo("us-east-1a");
    }

    private static void certificate(String zone) {
        JsonNode made =
                aws.call(
                                "lightsail",
                                "create-certificate",
                                "--certificate-name",
                                "shop-cert",
                                "--domain-name",
                                "www." + zone,
                                "--subject-alternative-names",
                                zone,
                                "--tags",
                                "key=team,value=web")
                        .path("certificate");
        assertThat(made.path("certificateArn").asText())
                .matches(
                        "arn:aws:lightsail:us-east-1:"
                                + RunningServer.ACCOUNT
                                + ":Certificate/"
                                + UUID);
        assertThat(made.at("/certificateDetail/status").asText()).isEqualTo("PENDING_VALIDATION");
        assertThat(made.at("/certificateDetail/domainValidationRecords"))
                .hasSize(2)
                .allMatch(record ->
                        record.at("/dnsRecordCreationState/code").asText().equals("SUCCEEDED"));

        JsonNode issued =
                await(
                        "the certificate to be issued",
                        () ->
                                aws.call(
                                                "lightsail",
                                                "get-certificates",
                                                "--certificate-name",
                                                "shop-cert")
                                        .at("/certificates/0/certificateDetail"),
                        detail -> detail.path("status").asText().equals("ISSUED"));
        assertThat(texts(issued.path("subjectAlternativeNames")))
                .containsExactly("www." + zone, zone);
        assertThat(issued.path("serialNumber").asText()).matches("([0-9a-f]{2}:)+[0-9a-f]{2}");
    }

    private static void distribution(String zone) {
        JsonNode made =
                aws.call(
                        "lightsail",
                        "create-distribution",
                        "--distribution-name",
                        "shop-front",
                        "--origin",
                        "name=127.0.0.1:%d,regionName=us-east-1,protocolPolicy=http-only"
                                .formatted(origin.port()),
                        "--default-cache-behavior",
                        "behavior=cache",
                        "--bundle-id",
                        "small_1_0");
        assertThat(made.at("/operation/operationType").asText()).isEqualTo("CreateDistribution");
        awaitLightsailDeployed();

        JsonNode attached =
                aws.call(
                        "lightsail",
                        "attach-certificate-to-distribution",
                        "--distribution-name",
                        "shop-front",
                        "--certificate-name",
                        "shop-cert");
        assertThat(attached.at("/operation/operationDetails").asText()).isEqualTo("shop-cert");
        JsonNode deployed = awaitLightsailDeployed();
        assertThat(texts(deployed.path("alternativeDomainNames")))
                .containsExactlyInAnyOrder("www." + zone, zone);

        visitor.fetchWhenServed("www." + zone, "/a");
        int reached = origin.requests();
        Visitor.Page again = visitor.fetch("www." + zone, "/a");
        assertThat(again.body()).isEqualTo(OriginServer.page("/a"));
        assertThat(again.headers().get("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(origin.requests()).isEqualTo(reached);
        assertThat(visitor.fetch(zone, "/b").body()).isEqualTo(OriginServer.page("/b"));

        assertThat(
                        aws.refusal(
                                "lightsail",
                                "delete-certificate",
                                "--certificate-name",
                                "shop-cert"))
                .contains("InvalidInputException", "shop-front");
    }

    private static JsonNode awaitLightsailDeployed() {
        return await(
                "the distribution to be deployed",
                () ->
                        aws.call(
                                        "lightsail",
                                        "get-distributions",
                                        "--distribution-name",
                                        "shop-front")
                                .at("/distributions/0"),
                distribution -> distribution.path("status").asText().equals("Deployed"));
    }

    private static void tags() {
        aws.call(
                "lightsail",
                "tag-resource",
                "--resource-name",
                "shop-cert",
                "--tags",
                "key=stage,value=test");
        JsonNode untagged =
                aws.call(
                        "lightsail",
                        "untag-resource",
                        "--resource-name",
                        "shop-cert",
                        "--tag-keys",
                        "team");
        assertThat(untagged.at("/operations/0/resourceType").asText()).isEqualTo("Certificate");
        JsonNode tags =
                aws.call("lightsail", "get-certificates", "--certificate-name", "shop-cert")
                        .at("/certificates/0/tags");
        assertThat(tags).hasSize(1);
        assertThat(tags.at("/0/key").asText()).isEqualTo("stage");
        assertThat(tags.at("/0/value").asText()).isEqualTo("test");
    }

    private static void operations() {
        JsonNode ofCertificate =
                aws.call("lightsail", "get-operations-for-resource", "--resource-name", "shop-cert")
                        .path("operations");
        JsonNode created =
                one(
                        ofCertificate,
                        each -> each.path("operationType").asText().equals("CreateCertificate"));
        JsonNode again =
                aws.call(
                                "lightsail",
                                "get-operation",
                                "--operation-id",
                                created.path("id").asText())
                        .path("operation");
        assertThat(again).isEqualTo(created);
        assertThat(aws.call("lightsail", "get-operations").path("operations"))
                .anyMatch(each ->
                        each.path("operationType").asText().equals("CreateDomain")
                                && each.path("isTerminal").asBoolean())
                .anyMatch(each -> each.path("resourceName").asText().equals("shop-front"));
    }

    private static void dismantle(String zone) {
        aws.call(
                "lightsail",
                "detach-certificate-from-distribution",
                "--distribution-name",
                "shop-front");
        JsonNode detached = awaitLightsailDeployed();
        assertThat(detached.path("alternativeDomainNames")).isEmpty();
        Await.until(LIMIT, "the edge to forget the name", () -> visitor.refuses("www." + zone));

        aws.call("lightsail", "delete-distribution", "--distribution-name", "shop-front");
        assertThat(
                        aws.refusal(
                                "lightsail",
                                "get-distributions",
                                "--distribution-name",
                                "shop-front"))
                .contains("NotFoundException");
        aws.call("lightsail", "delete-certificate", "--certificate-name", "shop-cert");
        assertThat(aws.call("lightsail", "get-certificates").path("certificates"))
                .noneMatch(each -> each.path("certificateName").asText().equals("shop-cert"));
        aws.call("lightsail", "delete-domain", "--domain-name", zone);
        assertThat(aws.refusal("lightsail", "get-domain", "--domain-name", zone))
                .contains("NotFoundException");
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

    @FunctionalInterface
    private interface Look {
        JsonNode look();
    }

    private static JsonNode await(String what, Look look, Predicate<JsonNode> wanted) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        Await.until(
                LIMIT,
                what,
                () -> {
                    last.set(look.look());
                    return wanted.test(last.get());
                });
        return last.get();
    }

    private static JsonNode one(JsonNode list, Predicate<JsonNode> wanted) {
        List<JsonNode> found =
                StreamSupport.stream(list.spliterator(), false).filter(wanted).toList();
        assertThat(found).as("of %s", list).hasSize(1);
        return found.getFirst();
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static List<String> texts(JsonNode list, String member) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(member).asText())
                .toList();
    }
}
