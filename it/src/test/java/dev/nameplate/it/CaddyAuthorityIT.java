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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// Caddy's ACME authority (Smallstep's) as issuer, with each kind of challenge. It looks at ports 80 and 443, and at the names that the
/// machine's resolver knows, so all of it runs in a namespace: BIND as resolver and as the owner's name server, the server at port 443.
///
/// The server's port for HTTP is 8080, where it also looks whether traffic arrives. At 127.0.0.2, ports 80 and 8080, Caddy passes on
/// what comes; at port 80 of 127.0.0.1 there is nobody, so that a name there can be proven by `tls-alpn-01` alone.
@Tag("conformance")
final class CaddyAuthorityIT {
    /// The owner's name server has all that is above it, because CAA is looked for up to there.
    private static final String ABOVE = "example";

    private static final String ZONE = "caddy-shop." + ABOVE;
    private static final int OWN_DNS = 5353;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration BOTH_KINDS = Duration.ofMinutes(8);

    @TempDir private static Path folder;

    private static Namespace inside;
    private static OwnersDns dns;
    private static Process caddy;
    private static RunningServer server;
    private static AwsCli aws;
    private static Path root;

    @BeforeAll
    static void start() throws IOException {
        Parts.need("Caddy (Debian: caddy)", "caddy", "version");
        inside = Namespace.make(Files.createDirectories(folder.resolve("ns")));
        dns =
                OwnersDns.start(
                        Files.createDirectories(folder.resolve("bind")),
                        53,
                        inside.wrapper(),
                        OWN_DNS,
                        ABOVE,
                        List.of(
                                "$ORIGIN " + ZONE + ".",
                                "www A 127.0.0.2",
                                "alpn A 127.0.0.1",
                                "delegated A 127.0.0.1",
                                "*.delegated A 127.0.0.1"));
        Path own = Files.createDirectories(folder.resolve("caddy"));
        caddy = startCaddy(own);
        root = own.resolve("store/pki/authorities/local/root.crt");
        Await.until(
                LIMIT,
                "Caddy's root; " + own.resolve("log"),
                () -> Files.exists(root) || !caddy.isAlive());
        assertThat(caddy.isAlive()).as(own.resolve("log").toString()).isTrue();
        Path issuers =
                Files.writeString(
                        folder.resolve("issuers.yaml"),
                        """
                        issuers:
                          caddy:
                            directory: https://localhost:14443/acme/local/directory
                            trustFile: %s
                            contact: ops@example.com
                        """
                                .formatted(root));
        server =
                RunningServer.start(
                        folder.resolve("data"),
                        Map.of(
                                "NAMEPLATE_ISSUERS_FILE", issuers.toString(),
                                "NAMEPLATE_ISSUER_ACM", "caddy",
                                "NAMEPLATE_RESOLVERS", dns.address(),
                                "NAMEPLATE_DNS_AUTHORITATIVE_PORT", "53",
                                "NAMEPLATE_DNS_PORT", Integer.toString(OWN_DNS),
                                "NAMEPLATE_EDGE_HTTP_PORT", "8080",
                                "NAMEPLATE_PROOF_HTTP_PORT", "8080",
                                "NAMEPLATE_EDGE_HTTPS_PORT", "443"),
                        inside.wrapper());
        aws = AwsCli.of(server, "us-east-1", folder.resolve("aws.config"), inside.wrapper());
    }

    private static Process startCaddy(Path own) throws IOException {
        Path file =
                Files.writeString(
                        own.resolve("Caddyfile"),
                        """
                        {
                            admin off
                            skip_install_trust
                            storage file_system %s
                            auto_https disable_redirects
                        }
                        https://localhost:14443 {
                            bind 127.0.0.1
                            tls internal
                            acme_server {
                                ca local
                            }
                        }
                        http://:80, http://:8080 {
                            bind 127.0.0.2
                            reverse_proxy 127.0.0.1:8080
                        }
                        http://:8081 {
                            bind 127.0.0.1
                            respond "the origin's page"
                        }
                        """
                                .formatted(own.resolve("store")));
        return inside.start(
                own.resolve("log"),
                "env",
                "HOME=" + own,
                "XDG_CONFIG_HOME=" + own,
                "caddy",
                "run",
                "--config",
                file.toString(),
                "--adapter",
                "caddyfile");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (caddy != null) {
            caddy.destroyForcibly();
            caddy.onExit().join();
        }
        if (dns != null) {
            dns.close();
        }
        if (inside != null) {
            inside.close();
        }
    }

    private static String request(String... names) {
        return aws.call(
                        Stream.concat(
                                        Stream.of(
                                                "acm",
                                                "request-certificate",
                                                "--validation-method",
                                                "DNS",
                                                "--domain-name",
                                                names[0],
                                                "--subject-alternative-names"),
                                        Stream.of(names))
                                .toArray(String[]::new))
                .path("CertificateArn")
                .asText();
    }

    private static JsonNode describe(String arn) {
        return aws.call("acm", "describe-certificate", "--certificate-arn", arn)
                .path("Certificate");
    }

    private static void awaitIssued(String arn, Duration limit) {
        AtomicReference<JsonNode> seen = new AtomicReference<>();
        Await.until(
                limit,
                arn + " to be issued; the server's output: " + server.log(),
                () -> {
                    seen.set(describe(arn));
                    return !seen.get().path("Status").asText().equals("PENDING_VALIDATION");
                });
        assertThat(seen.get().path("Status").asText())
                .as(seen.get().toString())
                .isEqualTo("ISSUED");
    }

    /// Verified by a visitor who trusts Caddy's root and finds the name by its DNS.
    private static void served(String arn, String name) throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve(name + ".json"),
                        """
                        {"CallerReference": "%1$s", "Comment": "", "Enabled": true,
                         "Aliases": {"Quantity": 1, "Items": ["%1$s"]},
                         "Origins": {"Quantity": 1, "Items": [{"Id": "app", "DomainName": "127.0.0.1",
                          "CustomOriginConfig": {"HTTPPort": 8081, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}]},
                         "ViewerCertificate": {"ACMCertificateArn": "%2$s", "SSLSupportMethod": "sni-only",
                          "MinimumProtocolVersion": "TLSv1.2_2021"},
                         "DefaultCacheBehavior": {"TargetOriginId": "app", "ViewerProtocolPolicy": "allow-all",
                          "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}}
                        """
                                .formatted(name, arn));
        aws.call("cloudfront", "create-distribution", "--distribution-config", "file://" + config);
        String[] visit = {
            "curl",
            "--silent",
            "--show-error",
            "--max-time",
            "10",
            "--cacert",
            root.toString(),
            "--connect-to",
            "::127.0.0.1:443",
            "https://" + name + "/"
        };
        AtomicReference<String> page = new AtomicReference<>("");
        Await.until(
                LIMIT,
                "the page of " + name,
                () -> {
                    List<String> command = new ArrayList<>(inside.wrapper());
                    command.addAll(List.of(visit));
                    page.set(Commands.run(command, Map.of()).output());
                    return !page.get().isEmpty();
                });
        assertThat(page.get()).isEqualTo("the origin's page");
    }

    @Test
    void dns01ProvesApexAndWildcardByTheOwnersOneRecord() throws IOException {
        String name = "delegated." + ZONE;
        String arn = request(name, "*." + name);
        JsonNode record =
                Answers.await(
                                "the record that is wanted",
                                () -> describe(arn),
                                answer ->
                                        answer.at("/DomainValidationOptions/0")
                                                .has("ResourceRecord"))
                        .at("/DomainValidationOptions/0/ResourceRecord");
        assertThat(record.path("Name").asText()).isEqualTo("_acme-challenge." + name + ".");
        dns.add(record.path("Name").asText() + " 1 CNAME " + record.path("Value").asText());
        awaitIssued(arn, LIMIT);
        served(arn, name);
    }

    @Test
    void http01IsAnsweredByTheEdge() throws IOException {
        String arn = request("www." + ZONE);
        awaitIssued(arn, LIMIT);
        served(arn, "www." + ZONE);
    }

    /// Nobody answers at port 80; this authority leaves such a name pending, and waits to be told to look again.
    @Test
    void tlsAlpn01IsTriedWhenHttp01GotNowhere() throws IOException {
        String arn = request("alpn." + ZONE);
        awaitIssued(arn, BOTH_KINDS);
        served(arn, "alpn." + ZONE);
    }
}
