package dev.nameplate.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

@Command(
        name = "issuer",
        description =
                "The issuers of the running server, and its accounts at them. The API key is taken from SSL_FOR_SAAS_KEY or"
                        + " NAMEPLATE_API_KEY.",
        mixinStandardHelpOptions = true)
final class IssuerCommand {
    private static final String NAME = "as the settings call it";

    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    IssuerCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Command(
            name = "list",
            description =
                    "Lists the issuers: state of the account, certificates, open orders, what is in the way.",
            mixinStandardHelpOptions = true)
    int list() {
        for (JsonNode issuer : client().get("").path("issuers")) {
            out().printf(
                            "%-16s %-12s %d certificates, %d to come from it%s%n",
                            issuer.path("name").asText(),
                            state(issuer),
                            issuer.path("certificates").path("signed").asLong(),
                            issuer.path("certificates").path("named").asLong(),
                            issuer.has("orders")
                                    ? ", %d open orders"
                                            .formatted(issuer.path("orders").path("open").asLong())
                                    : "");
            problem(issuer.path("account").path("problem"), "  in the way: ");
        }
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description =
                    "Shows an issuer, its account and what the authority says of itself; exit code 1 if something is in the way of orders.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        JsonNode issuer = client().get(JobClient.path(name));
        print(issuer);
        return issuer.path("account").has("problem") || issuer.has("directoryProblem")
                ? ExitCode.SOFTWARE
                : ExitCode.OK;
    }

    @Command(
            name = "register",
            description =
                    "Has an account made where there is none, or tells the authority of changed contacts; whatever was in the way is tried again.",
            mixinStandardHelpOptions = true)
    int register(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        return ordered(name, "/register", "");
    }

    @Command(
            name = "rollover",
            description = "Has the authority take another key of the account.",
            mixinStandardHelpOptions = true)
    int rollover(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        return ordered(name, "/rollover", "");
    }

    @Command(
            name = "agree",
            description = {
                "Tells the authority that you agree to its terms of service as they are now.",
                "Only prints where they are, unless --terms says which you have read."
            },
            mixinStandardHelpOptions = true)
    int agree(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(names = "--terms", paramLabel = "URL", description = "the terms you have read")
                    Optional<String> terms) {
        if (terms.isPresent()) {
            return ordered(
                    name,
                    "/agree",
                    JsonNodeFactory.instance.objectNode().put("terms", terms.get()).toString());
        }
        JsonNode issuer = client().get(JobClient.path(name));
        JsonNode said = issuer.path("terms");
        if (!said.has("current")) {
            throw new CommandFailed("issuer " + name + " has no terms of service, or does not say");
        }
        printTerms(said);
        problem(issuer.path("account").path("problem"), "  in the way: ");
        out().printf(
                        "nothing was changed; read them, then add --terms %s%n",
                        said.path("current").asText());
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "deactivate",
            description = {
                "Deactivates the account for good: the authority refuses its key from then on.",
                "Only shows what depends on it, unless --yes is given."
            },
            mixinStandardHelpOptions = true)
    int deactivate(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(names = "--yes", description = "does it") boolean yes,
            @Option(
                            names = "--force",
                            description = "also where certificates are still to come from it")
                    boolean force) {
        if (yes) {
            return ordered(
                    name,
                    "/deactivate",
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("confirm", name)
                            .put("force", force)
                            .toString());
        }
        JsonNode issuer = client().get(JobClient.path(name));
        JsonNode certificates = issuer.path("certificates");
        out().printf(
                        "%d certificates are to come from %s now or when they are renewed, %d of them from nobody else; %d orders are open%n",
                        certificates.path("named").asLong(),
                        name,
                        certificates.path("namedAlone").asLong(),
                        issuer.path("orders").path("open").asLong());
        out().println("nothing was changed; add --yes to deactivate its account");
        out().flush();
        return ExitCode.OK;
    }

    private int ordered(String name, String what, String body) {
        print(client().post(JobClient.path(name) + what, body));
        return ExitCode.OK;
    }

    private static String state(JsonNode issuer) {
        return issuer.has("account")
                ? issuer.path("account").path("state").asText()
                : issuer.path("kind").asText();
    }

    private void print(JsonNode issuer) {
        out().println(issuer.path("name").asText() + "  " + state(issuer));
        line("directory", issuer.path("directory"));
        line("authority", issuer.path("authority").path("name"));
        JsonNode account = issuer.path("account");
        line("account", account.path("url"));
        line("key", account.path("thumbprint"));
        line("key since", account.path("keySince"));
        if (account.path("rollover").asText().equals("UNDER_WAY")) {
            out().println("  a change of keys is under way");
        }
        problem(account.path("rolloverRefused"), "  the last change of keys was refused: ");
        words("contacts", account.path("contacts"));
        if (issuer.has("terms")) {
            printTerms(issuer.path("terms"));
        }
        line("key type", issuer.path("keyType"));
        line("profile", issuer.path("profile"));
        issuer.path("profiles")
                .properties()
                .forEach(each ->
                        out().println(
                                        "  offers profile "
                                                + each.getKey()
                                                + ": "
                                                + each.getValue().asText()));
        line("preferred chain", issuer.path("preferredChain"));
        words("challenges", issuer.path("challenges"));
        words("CAA", issuer.path("caaNames"));
        words("asked by", issuer.path("doors"));
        out().printf(
                        "  certificates: %d, to come from it %d, from nobody else %d%n",
                        issuer.path("certificates").path("signed").asLong(),
                        issuer.path("certificates").path("named").asLong(),
                        issuer.path("certificates").path("namedAlone").asLong());
        line("open orders", issuer.path("orders").path("open"));
        line("last success", issuer.path("lastSuccess").path("at"));
        line("last failure", issuer.path("lastFailure").path("at"));
        problem(issuer.path("lastFailure"), "    ");
        problem(account.path("problem"), "  in the way: ");
        line("tried again", account.path("problem").path("retryAt"));
        problem(issuer.path("directoryProblem"), "  its directory cannot be read: ");
        out().flush();
    }

    private void printTerms(JsonNode terms) {
        line("terms agreed to", terms.path("agreed"));
        line("agreed at", terms.path("agreedAt"));
        line("terms now", terms.path("current"));
        if (terms.path("changed").booleanValue()) {
            out().println("  the terms have changed; see './nameplate issuer agree'");
        }
    }

    private void line(String what, JsonNode value) {
        if (!value.isMissingNode()) {
            out().println("  " + what + ": " + value.asText());
        }
    }

    private void words(String what, JsonNode list) {
        if (!list.isEmpty()) {
            out().println(
                            "  "
                                    + what
                                    + ": "
                                    + list.valueStream()
                                            .map(JsonNode::asText)
                                            .collect(Collectors.joining(", ")));
        }
    }

    private void problem(JsonNode problem, String before) {
        if (problem.has("detail")) {
            out().println(
                            before
                                    + problem.path("detail").asText()
                                    + " Next step: "
                                    + problem.path("nextStepBy").asText());
        }
    }

    private JobClient client() {
        return JobClient.of(config, "/v1/issuers");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
