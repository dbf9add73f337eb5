package dev.nameplate.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

@Command(
        name = "certificate",
        description =
                "Certificates of the running server, and the issuers they come from. The API key is taken from SSL_FOR_SAAS_KEY or"
                        + " NAMEPLATE_API_KEY.",
        mixinStandardHelpOptions = true)
final class CertificateCommand {
    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    CertificateCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Command(
            name = "show",
            description =
                    "Shows a certificate, its issuers and why a name waits; exit code 1 if it is not issued.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID", description = "of the certificate") String id) {
        JsonNode certificate = client().get(JobClient.path(id));
        print(certificate);
        return certificate.path("state").asText().equals("ISSUED")
                ? ExitCode.OK
                : ExitCode.SOFTWARE;
    }

    @Command(
            name = "move",
            description =
                    "Has a certificate come from other issuers, at once; what it has is served until the new one is seen. Prints"
                            + " the records that are missing for that; exit code 1 if there are any.",
            mixinStandardHelpOptions = true)
    int move(
            @Parameters(paramLabel = "ID", description = "of the certificate") String id,
            @Parameters(
                            paramLabel = "ISSUER",
                            arity = "1..*",
                            description = "names of the settings, the first choice first")
                    List<String> issuers,
            @Option(names = "--dry-run", description = "judges, and changes nothing")
                    boolean dryRun,
            @Option(
                            names = "--idempotency-key",
                            defaultValue = "",
                            description = "keeps a repeated command from being carried out again")
                    String key) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        issuers.forEach(body.putArray("issuer")::add);
        JsonNode moved =
                client().put(
                                JobClient.path(id) + "/issuer" + (dryRun ? "?dryRun=true" : ""),
                                body.toString(),
                                key);
        print(moved.path("certificate"));
        out().println(
                        dryRun
                                ? "nothing was changed"
                                : moved.path("reissued").booleanValue()
                                        ? "it is ordered now"
                                        : moved.path("changed").booleanValue()
                                                ? "the order of issuers was changed; nothing has to be issued for that"
                                                : "it came from these already");
        for (JsonNode name : moved.path("names")) {
            if (!name.path("proven").booleanValue()) {
                out().println(
                                "  "
                                        + name.path("name").asText()
                                        + ": "
                                        + name.path("seen").asText());
            }
        }
        JsonNode records = moved.path("records");
        if (!records.isEmpty()) {
            out().println("to be set:");
            records.forEach(record -> out().println("  " + line(record)));
        }
        out().flush();
        return records.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(JsonNode certificate) {
        out().println(
                        certificate.path("names").path(0).asText()
                                + "  "
                                + certificate.path("state").asText());
        out().println("  id: " + certificate.path("id").asText());
        if (certificate.has("notAfter")) {
            out().println("  until: " + certificate.path("notAfter").asText());
        }
        JsonNode issuance = certificate.path("issuance");
        if (issuance.isMissingNode()) {
            out().println("  imported");
        } else {
            print(issuance, certificate);
        }
        for (JsonNode proof : certificate.path("proofs")) {
            out().println(
                            "  %s: %s, next step: %s%s"
                                    .formatted(
                                            proof.path("name").asText(),
                                            proof.path("status").asText(),
                                            proof.path("diagnosis").path("actor").asText("SERVER"),
                                            after(proof.path("seen"), "; ")));
            if (!proof.path("status").asText().equals("SUCCESS") && proof.has("record")) {
                out().println("    " + line(proof.path("record")));
            }
        }
        out().flush();
    }

    private void print(JsonNode issuance, JsonNode certificate) {
        out().println(
                        "  issuers: "
                                + issuance.path("issuer")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .collect(Collectors.joining(", "))
                                + "; turn: "
                                + issuance.path("turn").asText());
        if (issuance.has("servedBy")) {
            out().println(
                            "  signed by: "
                                    + issuance.path("servedBy").asText()
                                    + after(certificate.path("issuer"), ", "));
        }
        for (JsonNode said : issuance.path("answers")) {
            out().println(
                            "  %s (%s) %s at %s, next step: %s%s"
                                    .formatted(
                                            said.path("issuer").asText(),
                                            said.path("for").asText(),
                                            said.path("said").asText(),
                                            said.path("at").asText(),
                                            said.path("actor").asText(),
                                            after(said.path("message"), "; ")));
        }
        if (issuance.has("heldUntil")) {
            out().println("  held by a rate limit until " + issuance.path("heldUntil").asText());
        }
        if (issuance.has("nextLook")) {
            out().println("  next look: " + issuance.path("nextLook").asText());
        }
    }

    private static String after(JsonNode text, String before) {
        return text.asText().isEmpty() ? "" : before + text.asText();
    }

    private static String line(JsonNode record) {
        return "%s 300 IN %s %s"
                .formatted(
                        record.path("name").asText(),
                        record.path("type").asText(),
                        record.path("value").asText());
    }

    private JobClient client() {
        return JobClient.of(config, "/v1/certificates");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
