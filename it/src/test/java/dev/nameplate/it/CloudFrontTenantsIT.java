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
import java.nio.file.Files;
import java.nio.file.Path;

/// Signed URLs as `aws cloudfront sign` makes them, and distribution tenants, by the real AWS CLI and curl.
@Tag("slow")
final class CloudFrontTenantsIT {
    @TempDir private static Path folder;

    private static RunningServer server;
    private static OriginServer origin;
    private static AwsCli aws;
    private static Visitor visitor;

    @BeforeAll
    static void start() throws IOException {
        Parts.need("curl", "curl", "--version");
        Parts.need("OpenSSL", "openssl", "version");
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
    void urlsSignedByTheAwsCliOpenWhatIsClosedToOthers() throws IOException {
        Path key = folder.resolve("signer.pem");
        Commands.output("openssl", "genrsa", "-traditional", "-out", key.toString(), "2048");
        String pem = Commands.output("openssl", "rsa", "-in", key.toString(), "-pubout");
        Path config =
                Files.writeString(
                        folder.resolve("key.json"),
                        "{\"CallerReference\":\"k\",\"Name\":\"k\",\"EncodedKey\":\"%s\"}"
                                .formatted(pem.strip().replace("\n", "\\n") + "\\n"));
        String keyId =
                aws.call(
                                "cloudfront",
                                "create-public-key",
                                "--public-key-config",
                                "file://" + config)
                        .at("/PublicKey/Id")
                        .asText();
        String group =
                aws.call(
                                "cloudfront",
                                "create-key-group",
                                "--key-group-config",
                                "Name=films,Items=" + keyId)
                        .at("/KeyGroup/Id")
                        .asText();
        JsonNode made =
                aws.call(
                        "cloudfront",
                        "create-distribution",
                        "--distribution-config",
                        config(
                                "signed",
                                "127.0.0.1",
                                "",
                                ",\"TrustedKeyGroups\":{\"Enabled\":true,\"Quantity\":1,\"Items\":[\"%s\"]}"
                                        .formatted(group)));
        String name = made.at("/Distribution/DomainName").asText();
        awaitDeployed(made.at("/Distribution/Id").asText());

        Visitor.Page closed = visitor.fetch(name, "/film/1");
        assertThat(closed.status()).isEqualTo(403);
        assertThat(closed.body()).contains("<Code>MissingKey</Code>");
        assertThat(visitor.fetch(name, signed(name, "/film/1", keyId, key)).body())
                .isEqualTo(OriginServer.page("/film/1"));
        assertThat(
                        visitor.fetch(
                                        name,
                                        signed(
                                                name,
                                                "/film/1",
                                                keyId,
                                                key,
                                                "--ip-address",
                                                "127.0.0.0/8",
                                                "--date-greater-than",
                                                "2020-01-01"))
                                .headers()
                                .get("x-cache"))
                .isEqualTo("Hit from cloudfront");
        assertThat(
                        visitor.fetch(
                                        name,
                                        signed(
                                                name,
                                                "/film/1",
                                                keyId,
                                                key,
                                                "--ip-address",
                                                "192.0.2.0/24"))
                                .body())
                .contains("<Code>AccessDenied</Code>");
        assertThat(
                        visitor.fetch(
                                        name,
                                        signed(name, "/film/1", keyId, key)
                                                .replace("/film/1", "/film/2"))
                                .body())
                .contains("<Code>AccessDenied</Code>");
    }

    private static String signed(String name, String path, String keyId, Path key, String... more) {
        String base = "https://" + name + ":" + server.edgeHttps().getPort();
        String[] arguments = new String[10 + more.length];
        String[] first = {
            "cloudfront",
            "sign",
            "--url",
            base + path,
            "--key-pair-id",
            keyId,
            "--private-key",
            "file://" + key,
            "--date-less-than",
            "2035-01-01"
        };
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        return aws.text(arguments).substring(base.length());
    }

    @Test
    void aTenantIsServedFromItsTemplateAndFollowsIt() {
        String zone = "tenants.example";
        aws.call("lightsail", "create-domain", "--domain-name", zone);
        String certificate =
                aws.call(
                                "acm",
                                "request-certificate",
                                "--domain-name",
                                "*." + zone,
                                "--validation-method",
                                "DNS")
                        .path("CertificateArn")
                        .asText();
        aws.call("acm", "wait", "certificate-validated", "--certificate-arn", certificate);
        String members =
                """
                "ConnectionMode": "tenant-only",
                "TenantConfig": {"ParameterDefinitions": [
                  {"Name": "host", "Definition": {"StringSchema": {"Required": true}}}]},
                "ViewerCertificate": {"ACMCertificateArn": "%s", "SSLSupportMethod": "sni-only",
                  "MinimumProtocolVersion": "TLSv1.2_2021"},
                """
                        .formatted(certificate);
        String template =
                aws.call(
                                "cloudfront",
                                "create-distribution",
                                "--distribution-config",
                                config("template", "127.0.0.{{host}}", members, ""))
                        .at("/Distribution/Id")
                        .asText();
        String id = "";
        for (String tenant : new String[] {"red", "blue"}) {
            id =
                    aws.call(
                                    "cloudfront",
                                    "create-distribution-tenant",
                                    "--distribution-id",
                                    template,
                                    "--name",
                                    tenant,
                                    "--domains",
                                    "Domain=" + tenant + "." + zone,
                                    "--parameters",
                                    "Name=host,Value=1")
                            .at("/DistributionTenant/Id")
                            .asText();
        }
        String blue = id;
        await(
                "the tenant to be deployed",
                () -> aws.call("cloudfront", "get-distribution-tenant", "--identifier", blue),
                answer -> answer.at("/DistributionTenant/Status").asText().equals("Deployed"));
        assertThat(visitor.fetch("red." + zone, "/a").body()).isEqualTo(OriginServer.page("/a"));
        assertThat(visitor.fetch("blue." + zone, "/a").headers().get("x-cache"))
                .as("each tenant has content of its own")
                .isEqualTo("Miss from cloudfront");
        assertThat(visitor.fetch("blue." + zone, "/a").headers().get("x-cache"))
                .isEqualTo("Hit from cloudfront");
        assertThat(visitor.refuses("green." + zone)).isTrue();

        JsonNode read = aws.call("cloudfront", "get-distribution-config", "--id", template);
        aws.call(
                "cloudfront",
                "update-distribution",
                "--id",
                template,
                "--if-match",
                read.path("ETag").asText(),
                "--distribution-config",
                read.path("DistributionConfig")
                        .toString()
                        .replace("\"Enabled\":true,", "\"Enabled\":false,"));
        awaitDeployed(template);
        assertThat(visitor.fetch("red." + zone, "/a").status()).isEqualTo(403);
        assertThat(visitor.fetch("blue." + zone, "/a").status()).isEqualTo(403);
    }

    private static void awaitDeployed(String id) {
        await(
                "distribution " + id + " to be deployed",
                () -> aws.call("cloudfront", "get-distribution", "--id", id),
                answer -> answer.at("/Distribution/Status").asText().equals("Deployed"));
    }

    /// @param members more of the configuration
    /// @param behavior more of the default behaviour
    private static String config(String reference, String host, String members, String behavior) {
        return """
        {
          "CallerReference": "%s",
          "Comment": "",
          "Enabled": true,
          %s
          "Origins": {
            "Quantity": 1,
            "Items": [{
              "Id": "app",
              "DomainName": "%s",
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
            %s
          }
        }
        """
                .formatted(reference, members, host, origin.port(), behavior);
    }
}
