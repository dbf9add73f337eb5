package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// An exportable ACM certificate by the AWS CLI: exported and opened by OpenSSL, renewed by hand, found by a search, revoked.
final class AcmExportStory {
    private static final String ZONE = "export.example";
    private static final String PASSPHRASE = "correct horse 8!";

    private final AwsCli aws;
    private final Path folder;

    AcmExportStory(AwsCli aws, Path folder) {
        this.aws = aws;
        this.folder = folder;
    }

    void tell() throws IOException {
        aws.call("lightsail", "create-domain", "--domain-name", ZONE);
        String arn =
                aws.call(
                                "acm",
                                "request-certificate",
                                "--domain-name",
                                ZONE,
                                "--validation-method",
                                "DNS",
                                "--key-algorithm",
                                "EC_prime256v1",
                                "--options",
                                "Export=ENABLED")
                        .path("CertificateArn")
                        .asText();
        Await.until(
                Duration.ofSeconds(60),
                "the exportable certificate to be issued",
                () -> describe(arn).path("Status").asText().equals("ISSUED"));
        exportOpens(arn);
        changes(arn);
        isFound(arn);
        configures();
        aws.call("acm", "revoke-certificate", on(arn), "--revocation-reason", "KEY_COMPROMISE");
        assertThat(describe(arn).path("Status").asText()).isEqualTo("REVOKED");
        assertThat(describe(arn).path("RevocationReason").asText()).isEqualTo("KEY_COMPROMISE");
        aws.call("acm", "delete-certificate", on(arn));
    }

    private void exportOpens(String arn) throws IOException {
        Path passphrase = Files.writeString(folder.resolve("passphrase"), PASSPHRASE);
        JsonNode exported =
                aws.call(
                        "acm", "export-certificate", on(arn), "--passphrase=fileb://" + passphrase);
        Path key =
                Files.writeString(
                        folder.resolve("exported-key.pem"), exported.path("PrivateKey").asText());
        Path leaf =
                Files.writeString(
                        folder.resolve("exported.pem"), exported.path("Certificate").asText());
        assertThat(exported.path("CertificateChain").asText()).contains("BEGIN CERTIFICATE");
        assertThat(
                        Commands.output(
                                "openssl",
                                "pkey",
                                "-in",
                                key.toString(),
                                "-passin",
                                "pass:" + PASSPHRASE,
                                "-pubout"))
                .isEqualTo(
                        Commands.output(
                                "openssl", "x509", "-in", leaf.toString(), "-noout", "-pubkey"));
        assertThat(Files.readString(key)).contains("BEGIN ENCRYPTED PRIVATE KEY");
        assertThat(describe(arn).path("RenewalEligibility").asText()).isEqualTo("ELIGIBLE");
    }

    private void changes(String arn) {
        String serial = describe(arn).path("Serial").asText();
        aws.call("acm", "renew-certificate", on(arn));
        Await.until(
                Duration.ofSeconds(60),
                "the certificate to be renewed",
                () -> describe(arn).at("/RenewalSummary/RenewalStatus").asText().equals("SUCCESS"));
        assertThat(describe(arn).path("Serial").asText()).isNotEqualTo(serial);
        aws.call(
                "acm",
                "update-certificate-options",
                on(arn),
                "--options",
                "CertificateTransparencyLoggingPreference=DISABLED");
        assertThat(describe(arn).at("/Options/CertificateTransparencyLoggingPreference").asText())
                .isEqualTo("DISABLED");
        assertThat(
                        aws.refusal(
                                "acm",
                                "resend-validation-email",
                                on(arn),
                                "--domain",
                                ZONE,
                                "--validation-domain",
                                ZONE))
                .contains("InvalidStateException", "is validated by DNS");
    }

    private void isFound(String arn) {
        JsonNode results =
                aws.call(
                                "acm",
                                "search-certificates",
                                "--filter-statement",
                                """
                                {"And":[
                                  {"Filter":{"AcmCertificateMetadataFilter":{"Exported":true}}},
                                  {"Filter":{"X509AttributeFilter":{"SubjectAlternativeName":{
                                    "DnsName":{"Value":"export","ComparisonOperator":"CONTAINS"}}}}}]}
                                """,
                                "--sort-by",
                                "NOT_AFTER",
                                "--sort-order",
                                "DESCENDING")
                        .path("Results");
        assertThat(results).hasSize(1);
        assertThat(results.at("/0/CertificateArn").asText()).isEqualTo(arn);
        assertThat(results.at("/0/X509Attributes/Subject/CommonName").asText()).isEqualTo(ZONE);
    }

    private void configures() {
        aws.call(
                "acm",
                "put-account-configuration",
                "--idempotency-token",
                "once",
                "--expiry-events",
                "DaysBeforeExpiry=30");
        assertThat(
                        aws.call("acm", "get-account-configuration")
                                .at("/ExpiryEvents/DaysBeforeExpiry")
                                .asInt())
                .isEqualTo(30);
    }

    private JsonNode describe(String arn) {
        return aws.call("acm", "describe-certificate", on(arn)).path("Certificate");
    }

    private static String on(String arn) {
        return "--certificate-arn=" + arn;
    }
}
