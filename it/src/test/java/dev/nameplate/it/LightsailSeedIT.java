package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/// The documented request of CreateCertificate as written, and every member of its documented response. curl signs the calls:
/// one more client of SigV4 that is not ours.
@Tag("slow")
final class LightsailSeedIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// What a certificate has once it is issued.
    private static final Set<String> ISSUED =
            Set.of("issuedAt", "issuerCA", "notAfter", "notBefore", "serialNumber");

    /// What it has only after a renewal, a failure or a revocation, and an operation after a failure or with a second resource.
    private static final Set<String> NOT_YET =
            Set.of(
                    "renewalSummary",
                    "requestFailureReason",
                    "revocationReason",
                    "revokedAt",
                    "errorCode",
                    "errorDetails",
                    "operationDetails");

    @TempDir private Path folder;

    private OriginServer origin;
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        Parts.need("curl", "curl", "--version");
        Parts.need("OpenSSL 3", "openssl", "version");
        origin = OriginServer.start();
        server = RunningServer.start(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        if (origin != null) {
            origin.close();
        }
    }

    @Test
    void everyDocumentedMemberIsThereInTheStateItBelongsTo() throws IOException {
        call("CreateDomain", "{\"domainName\": \"example.com\"}");
        JsonNode documented = documentedResponse();

        JsonNode created =
                call("CreateCertificate", request("seed", "example.com", "blog.example.com"));
        Set<String> absent = new TreeSet<>();
        compare("", documented, created, absent);
        assertThat(absent).containsExactlyInAnyOrderElementsOf(union(ISSUED, NOT_YET));
        pendingTellsTheTruth(created);

        JsonNode issued = awaitIssued("seed");
        absent.clear();
        compare("", documented.path("certificate"), issued, absent);
        assertThat(absent)
                .containsExactlyInAnyOrderElementsOf(
                        NOT_YET.stream()
                                .filter(name -> !name.startsWith("error"))
                                .filter(name -> !name.equals("operationDetails"))
                                .toList());
        issuedTellsTheTruth(issued);
        servedCertificateIs(issued.path("certificateDetail"));
    }

    private void pendingTellsTheTruth(JsonNode created) {
        JsonNode certificate = created.path("certificate");
        JsonNode detail = certificate.path("certificateDetail");
        assertThat(certificate.path("certificateName").asText()).isEqualTo("seed");
        assertThat(certificate.path("domainName").asText()).isEqualTo("example.com");
        assertThat(certificate.path("certificateArn")).isEqualTo(detail.path("arn"));
        assertThat(detail.path("name").asText()).isEqualTo("seed");
        assertThat(detail.path("domainName").asText()).isEqualTo("example.com");
        assertThat(detail.path("status").asText()).isEqualTo("PENDING_VALIDATION");
        assertThat(detail.path("subjectAlternativeNames").toString())
                .isEqualTo("[\"example.com\",\"blog.example.com\"]");
        assertThat(detail.path("inUseResourceCount").asInt()).isZero();
        assertThat(detail.path("eligibleToRenew").asText()).isEqualTo("INELIGIBLE");
        assertThat(detail.path("keyAlgorithm").asText()).isEqualTo("EC-prime256v1");
        assertThat(detail.path("supportCode").asText()).contains("/arn:aws:acm:us-east-1:");
        assertThat(detail.path("tags").toString())
                .isEqualTo("[{\"key\":\"team\",\"value\":\"web\"}]");
        assertThat(certificate.path("tags")).isEqualTo(detail.path("tags"));
        assertThat(detail.path("createdAt").asLong())
                .isCloseTo(Instant.now().getEpochSecond(), within(120L));
        for (JsonNode record : detail.path("domainValidationRecords")) {
            String name = record.path("domainName").asText();
            assertThat(record.at("/dnsRecordCreationState/code").asText()).isEqualTo("SUCCEEDED");
            assertThat(record.path("validationStatus").asText()).isEqualTo("PENDING_VALIDATION");
            assertThat(record.at("/resourceRecord/type").asText()).isEqualTo("CNAME");
            assertThat(record.at("/resourceRecord/name").asText())
                    .matches("_[0-9a-f]{32}\\." + name.replace(".", "\\.") + "\\.");
            assertThat(record.at("/resourceRecord/value").asText())
                    .matches("_[0-9a-f]{32}\\..+\\.");
        }
        JsonNode operation = created.at("/operations/0");
        assertThat(operation.path("operationType").asText()).isEqualTo("CreateCertificate");
        assertThat(operation.path("resourceName").asText()).isEqualTo("seed");
        assertThat(operation.path("resourceType").asText()).isEqualTo("Certificate");
        assertThat(operation.path("status").asText()).isEqualTo("Succeeded");
        assertThat(operation.path("isTerminal").asBoolean()).isTrue();
        assertThat(operation.at("/location/regionName").asText()).isEqualTo("us-east-1");
        assertThat(operation.at("/location/availabilityZone").asText()).isEqualTo("all");
    }

    private static void issuedTellsTheTruth(JsonNode issued) {
        JsonNode detail = issued.path("certificateDetail");
        assertThat(detail.path("domainValidationRecords"))
                .hasSize(2)
                .allMatch(record -> record.path("validationStatus").asText().equals("SUCCESS"));
        assertThat(detail.path("issuedAt").asDouble())
                .isGreaterThanOrEqualTo(detail.path("createdAt").asDouble());
        assertThat(detail.path("notAfter").asLong()).isGreaterThan(Instant.now().getEpochSecond());
    }

    /// The dates, the serial number and the issuer told by the API are those of what visitors get.
    private void servedCertificateIs(JsonNode detail) throws IOException {
        call(
                "CreateDistribution",
                """
                {"distributionName": "seed-front", "bundleId": "small_1_0", "certificateName": "seed",
                 "origin": {"name": "127.0.0.1:%d", "regionName": "us-east-1", "protocolPolicy": "http-only"},
                 "defaultCacheBehavior": {"behavior": "cache"}}
                """
                        .formatted(origin.port()));
        new Visitor(server, server.caRoot()).fetchWhenServed("blog.example.com", "/");
        String shown =
                Commands.output(
                        "openssl",
                        "s_client",
                        "-connect",
                        server.edgeHttps().getAuthority(),
                        "-servername",
                        "blog.example.com",
                        "-verify_return_error",
                        "-CAfile",
                        server.caRoot().toString());
        Path leaf = Files.writeString(folder.resolve("leaf.pem"), shown);
        String served =
                Commands.output(
                        "openssl",
                        "x509",
                        "-in",
                        leaf.toString(),
                        "-noout",
                        "-serial",
                        "-dates",
                        "-dateopt",
                        "iso_8601",
                        "-issuer",
                        "-nameopt",
                        "multiline");
        assertThat(served)
                .contains(
                        "serial="
                                + detail.path("serialNumber")
                                        .asText()
                                        .replace(":", "")
                                        .toUpperCase(Locale.ROOT),
                        "notBefore=" + date(detail.path("notBefore")),
                        "notAfter=" + date(detail.path("notAfter")),
                        detail.path("issuerCA").asText());
    }

    private static String date(JsonNode seconds) {
        return Instant.ofEpochSecond(seconds.asLong()).toString().replace('T', ' ');
    }

    private JsonNode awaitIssued(String name) {
        AtomicReference<JsonNode> last = new AtomicReference<>();
        Await.until(
                LIMIT,
                "the certificate to be issued",
                () -> {
                    last.set(
                            call("GetCertificates", "{\"certificateName\": \"%s\"}".formatted(name))
                                    .at("/certificates/0"));
                    return last.get().at("/certificateDetail/status").asText().equals("ISSUED");
                });
        return last.get();
    }

    /// Every member of `actual` is documented, with its type; those documented and missing are added to `absent`.
    private static void compare(
            String path, JsonNode documented, JsonNode actual, Set<String> absent) {
        switch (documented.getNodeType()) {
            case OBJECT -> {
                assertThat(actual.isObject()).as("%s is an object: %s", path, actual).isTrue();
                assertThat(documented.propertyStream().map(Map.Entry::getKey))
                        .as("documented in %s", path)
                        .containsAll(actual.propertyStream().map(Map.Entry::getKey).toList());
                documented
                        .properties()
                        .forEach(member -> {
                            JsonNode value = actual.path(member.getKey());
                            if (value.isMissingNode()) {
                                absent.add(member.getKey());
                            } else {
                                compare(
                                        path + "." + member.getKey(),
                                        member.getValue(),
                                        value,
                                        absent);
                            }
                        });
            }
            case ARRAY -> {
                assertThat(actual).as("%s has elements", path).isNotEmpty();
                actual.forEach(element -> compare(path + "[]", documented.get(0), element, absent));
            }
            default -> {
                boolean typed =
                        switch (documented.asText()) {
                            case "string" -> actual.isTextual();
                            case "number" -> actual.isNumber();
                            case "boolean" -> actual.isBoolean();
                            default -> false;
                        };
                assertThat(typed).as("%s is a %s: %s", path, documented.asText(), actual).isTrue();
            }
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new TreeSet<>(one);
        union.addAll(other);
        return union;
    }

    /// The response syntax with its unquoted type names quoted.
    private static JsonNode documentedResponse() throws IOException {
        return JSON.readTree(
                Fixtures.text("seeds/create-certificate-response.txt")
                        .replaceAll(": (number|boolean)", ": \"$1\""));
    }

    /// The request syntax with its `"string"`s replaced in order.
    private static String request(String name, String domain, String alternate) {
        String request = Fixtures.text("seeds/create-certificate-request.txt");
        for (String value : List.of(name, domain, alternate, "team", "web")) {
            request = request.replaceFirst("\"string\"", "\"" + value + "\"");
        }
        return request;
    }

    private JsonNode call(String operation, String body) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("curl", "--silent", "--show-error", "--fail-with-body"));
        command.addAll(List.of("--max-time", "60", "--aws-sigv4", "aws:amz:us-east-1:lightsail"));
        command.addAll(
                List.of("--user", RunningServer.ACCESS_KEY + ":" + RunningServer.SECRET_KEY));
        command.addAll(List.of("-H", "Content-Type: application/x-amz-json-1.1"));
        command.addAll(List.of("-H", "X-Amz-Target: Lightsail_20161128." + operation));
        command.addAll(List.of("--data-binary", body, server.api() + "/"));
        Commands.Result result = Commands.run(command, Map.of());
        assertThat(result.exit())
                .as("%s: %s%s", operation, result.output(), result.errors())
                .isZero();
        try {
            return JSON.readTree(result.output());
        } catch (IOException e) {
            throw new AssertionError(result.output(), e);
        }
    }
}
