package dev.nameplate.it;

import static dev.nameplate.it.Answers.LIMIT;
import static dev.nameplate.it.Answers.await;
import static dev.nameplate.it.Answers.one;
import static dev.nameplate.it.Answers.texts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/// All of Lightsail by the AWS CLI: a name goes from its zone to a verified page, and everything is taken down again.
record LightsailStory(AwsCli aws, Visitor visitor, OriginServer origin) {
    private static final String UUID =
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    void tell() {
        zone("shop.example");
        regions();
        certificate("shop.example");
        distribution("shop.example");
        tags();
        operations();
        dismantle("shop.example");
    }

    private void zone(String zone) {
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

    private JsonNode entry(String zone, String name) {
        JsonNode domain = aws.call("lightsail", "get-domain", "--domain-name", zone).path("domain");
        assertThat(domain.path("arn").asText())
                .matches("arn:aws:lightsail:global:" + RunningServer.ACCOUNT + ":Domain/" + UUID);
        return one(domain.path("domainEntries"), each -> each.path("name").asText().equals(name));
    }

    private void regions() {
        JsonNode regions =
                aws.call("lightsail", "get-regions", "--include-availability-zones")
                        .path("regions");
        JsonNode home = one(regions, each -> each.path("name").asText().equals("us-east-1"));
        assertThat(home.path("displayName").asText()).isEqualTo("Virginia");
        assertThat(home.at("/availabilityZones/0/zoneName").asText()).isEqualTo("us-east-1a");
    }

    private void certificate(String zone) {
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

    private void distribution(String zone) {
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

    private JsonNode awaitLightsailDeployed() {
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

    private void tags() {
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

    private void operations() {
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
        assertThat(aws.call("lightsail", "get-active-names").path("activeNames"))
                .extracting(JsonNode::asText)
                .contains("shop-cert");
        assertThat(aws.call("lightsail", "get-operations").path("operations"))
                .anyMatch(each ->
                        each.path("operationType").asText().equals("CreateDomain")
                                && each.path("isTerminal").asBoolean())
                .anyMatch(each -> each.path("resourceName").asText().equals("shop-front"));
    }

    private void dismantle(String zone) {
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
}
