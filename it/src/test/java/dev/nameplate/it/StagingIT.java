package dev.nameplate.it;

import static dev.nameplate.it.Answers.await;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// Continuous deployment by the real AWS CLI, seen by curl.
@Tag("slow")
final class StagingIT {
    private static final String TRY = "aws-cf-cd-try: yes";

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
    void aStagedChangeIsSeenByWhoAsksForItUntilItIsPromoted() {
        JsonNode primary =
                aws.call(
                        "cloudfront",
                        "create-distribution",
                        "--distribution-config",
                        config("p", "", "false", ""));
        String id = primary.at("/Distribution/Id").asText();
        String name = primary.at("/Distribution/DomainName").asText();
        JsonNode copy =
                aws.call(
                        "cloudfront",
                        "copy-distribution",
                        "--primary-distribution-id",
                        id,
                        "--staging",
                        "--enabled",
                        "--if-match",
                        primary.at("/ETag").asText(),
                        "--caller-reference",
                        "s");
        String stagingId = copy.at("/Distribution/Id").asText();
        assertThat(copy.at("/Distribution/DistributionConfig/Staging").asBoolean()).isTrue();
        JsonNode staged = update(stagingId, copy, config("s", "/new", "true", ""));
        String policy =
                aws.call(
                                "cloudfront",
                                "create-continuous-deployment-policy",
                                "--continuous-deployment-policy-config",
                                """
                                {"Enabled":true,"StagingDistributionDnsNames":{"Quantity":1,"Items":["%s"]},
                                 "TrafficConfig":{"Type":"SingleHeader",
                                   "SingleHeaderConfig":{"Header":"aws-cf-cd-try","Value":"yes"}}}
                                """
                                        .formatted(copy.at("/Distribution/DomainName").asText()))
                        .at("/ContinuousDeploymentPolicy/Id")
                        .asText();
        JsonNode attached = update(id, primary, config("p", "", "false", policy));
        awaitDeployed(id);
        awaitDeployed(stagingId);

        assertThat(visitor.fetch(name, "/a").body()).isEqualTo(OriginServer.page("/a"));
        assertThat(visitor.fetch(name, "/a", TRY).body()).isEqualTo(OriginServer.page("/new/a"));
        assertThat(visitor.fetch(copy.at("/Distribution/DomainName").asText(), "/a", TRY).status())
                .isEqualTo(403);

        JsonNode promoted =
                aws.call(
                        "cloudfront",
                        "update-distribution-with-staging-config",
                        "--id",
                        id,
                        "--staging-distribution-id",
                        stagingId,
                        "--if-match",
                        attached.at("/ETag").asText() + ", " + staged.at("/ETag").asText());
        assertThat(promoted.at("/Distribution/DistributionConfig/Staging").asBoolean()).isFalse();
        awaitDeployed(id);
        assertThat(visitor.fetch(name, "/b").body()).isEqualTo(OriginServer.page("/new/b"));
        assertThat(
                        aws.call("cloudfront", "get-continuous-deployment-policy", "--id", policy)
                                .at(
                                        "/ContinuousDeploymentPolicy/ContinuousDeploymentPolicyConfig/Enabled")
                                .asBoolean())
                .isFalse();
    }

    private static JsonNode update(String id, JsonNode current, String config) {
        return aws.call(
                "cloudfront",
                "update-distribution",
                "--id",
                id,
                "--if-match",
                current.at("/ETag").asText(),
                "--distribution-config",
                config);
    }

    private static void awaitDeployed(String id) {
        await(
                "distribution " + id + " to be deployed",
                () -> aws.call("cloudfront", "get-distribution", "--id", id),
                answer -> answer.at("/Distribution/Status").asText().equals("Deployed"));
    }

    private static String config(String reference, String path, String staging, String policy) {
        return """
        {
          "CallerReference": "%s",
          "Comment": "",
          "Enabled": true,
          "Staging": %s,
          "ContinuousDeploymentPolicyId": "%s",
          "Origins": {
            "Quantity": 1,
            "Items": [{
              "Id": "app",
              "DomainName": "127.0.0.1",
              "OriginPath": "%s",
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
                .formatted(reference, staging, policy, path, origin.port());
    }
}
