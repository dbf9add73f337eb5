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
import java.util.Map;
import java.util.Optional;

@Command(
        name = "revoke",
        description = {
            "Replaces and revokes every certificate in a scope, by the running server: each one's replacement is served first.",
            "Only counts them, unless --yes is given. The API key is taken from SSL_FOR_SAAS_KEY or NAMEPLATE_API_KEY."
        },
        mixinStandardHelpOptions = true)
final class RevokeCommand implements Runnable {
    @Mixin private final ConfigOption config;

    @Option(
            names = "--key",
            description = "with this key: SHA-256 of its SubjectPublicKeyInfo, in hex")
    private Optional<String> key = Optional.empty();

    @Option(names = "--issuer", description = "signed by this issuer, as the settings name it")
    private Optional<String> issuer = Optional.empty();

    @Option(names = "--from", description = "issued then or later, such as 2026-01-31T12:00:00Z")
    private Optional<String> from = Optional.empty();

    @Option(names = "--to", description = "issued before")
    private Optional<String> to = Optional.empty();

    @Option(
            names = "--reason",
            description = "as in RFC 5280; key-compromise where a key is given, else superseded")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--yes", description = "begins")
    private boolean yes;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    RevokeCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Override
    public void run() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        key.ifPresent(text -> body.put("key", text));
        issuer.ifPresent(text -> body.put("issuer", text));
        from.ifPresent(text -> body.put("issuedFrom", text));
        to.ifPresent(text -> body.put("issuedTo", text));
        reason.ifPresent(text -> body.put("reason", text));
        if (yes) {
            print(client().post("", body.put("start", true).toString()));
            return;
        }
        JsonNode preview = client().post("", body.toString());
        out().printf(
                        "%d certificates would be replaced and then revoked (%s)%n",
                        preview.path("certificates").asLong(), preview.path("reason").asText());
        preview.path("issuers")
                .properties()
                .forEach(each ->
                        out().printf("  %s  %d%n", each.getKey(), each.getValue().asLong()));
        if (preview.path("imported").asLong() > 0) {
            out().printf(
                            "%d more were imported: whoever manages them must replace them and have them revoked%n",
                            preview.path("imported").asLong());
        }
        out().println("nothing was changed; add --yes to begin");
        out().flush();
    }

    @Command(
            name = "list",
            description = "Lists revocations, newest first.",
            mixinStandardHelpOptions = true)
    int list() {
        client().get("")
                .path("revocations")
                .forEach(run ->
                        out().printf(
                                        "%s  %-10s %s%n",
                                        run.path("id").asText(),
                                        run.path("status").asText(),
                                        run.path("scope")));
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Shows how far a revocation is, and what it waits for.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID") String id) {
        print(client().get("/" + id));
        return ExitCode.OK;
    }

    @Command(
            name = "cancel",
            description = "Revokes nothing more; what was revoked stays so.",
            mixinStandardHelpOptions = true)
    int cancel(@Parameters(paramLabel = "ID") String id) {
        print(client().post("/" + id + "/cancel", ""));
        return ExitCode.OK;
    }

    private void print(JsonNode run) {
        out().println(run.path("id").asText() + "  " + run.path("status").asText());
        out().println("  scope: " + run.path("scope") + "  " + run.path("reason").asText());
        run.path("certificates")
                .properties()
                .forEach(each -> {
                    if (each.getValue().asLong() > 0) {
                        out().printf("  %-10s %d%n", each.getKey(), each.getValue().asLong());
                    }
                });
        run.path("open")
                .forEach(each ->
                        out().println(
                                        "  "
                                                + each.path("certificate").asText()
                                                + "  "
                                                + each.path("state").asText()
                                                + "  "
                                                + each.path("message").asText()));
        out().flush();
    }

    private JobClient client() {
        return JobClient.of(config, "/v1/revocations");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
