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

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

@Command(
        name = "domain",
        description =
                "Customers' domains of the running server, one at a time. The API key is taken from SSL_FOR_SAAS_KEY or"
                        + " NAMEPLATE_API_KEY.",
        mixinStandardHelpOptions = true)
final class DomainCommand {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int PAGE = 100;

    @Mixin private final ConfigOption config;

    private final Runnable pause;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    DomainCommand(Map<String, String> environment) {
        this(environment, () -> LockSupport.parkNanos(LOOK.toNanos()));
    }

    /// @param pause between two looks of a watch
    DomainCommand(Map<String, String> environment, Runnable pause) {
        config = new ConfigOption(environment);
        this.pause = pause;
    }

    /// What a domain is made of.
    static final class Making {
        @Option(names = "--template", description = "the distribution that is copied")
        private Optional<String> template = Optional.empty();

        @Option(names = "--template-version", description = "one of its stored configurations")
        private Optional<Long> version = Optional.empty();

        @Option(
                names = "--tenant-of",
                description =
                        "instead of a template: the multi-tenant distribution that gets a tenant")
        private Optional<String> tenantOf = Optional.empty();

        @Option(
                names = "--connection-group",
                description = "of the tenant; the account's default one if none is given")
        private Optional<String> group = Optional.empty();

        @Option(names = "--tenant-name", description = "of the tenant")
        private Optional<String> tenantName = Optional.empty();

        @Option(
                names = "--parameter",
                paramLabel = "NAME=VALUE",
                description = "of the tenant; may be given again")
        private Map<String, String> parameters = new LinkedHashMap<>();

        @Option(names = "--certificate", description = "imported instead of requested: PEM file")
        private Optional<Path> certificate = Optional.empty();

        @Option(names = "--private-key", description = "of the imported certificate: PEM file")
        private Optional<Path> privateKey = Optional.empty();

        @Option(names = "--chain", description = "of the imported certificate: PEM file")
        private Optional<Path> chain = Optional.empty();

        @Option(
                names = "--idempotency-key",
                defaultValue = "",
                description = "makes a repeated command find the domain it made before")
        private String key = "";

        @Option(names = "--watch", description = "stays until the names are served")
        private boolean watch;

        private String body(List<String> names) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            if (certificate.isPresent() || privateKey.isPresent()) {
                ObjectNode pem = body.putObject("import");
                pem.put("certificate", read(certificate, "--certificate"))
                        .put("privateKey", read(privateKey, "--private-key"));
                chain.ifPresent(file -> pem.put("chain", read(Optional.of(file), "--chain")));
            } else if (names.isEmpty()) {
                throw new CommandFailed(
                        "give the names, or --certificate and --private-key to import them");
            } else {
                names.forEach(body.putArray("names")::add);
            }
            if (template.isPresent() == tenantOf.isPresent()) {
                throw new CommandFailed("give --template or --tenant-of");
            }
            fits();
            template.ifPresent(id -> {
                ObjectNode from = body.putObject("template").put("distribution", id);
                version.ifPresent(number -> from.put("version", number));
            });
            tenantOf.ifPresent(id -> {
                ObjectNode tenant = body.putObject("tenant").put("distribution", id);
                group.ifPresent(text -> tenant.put("connectionGroup", text));
                tenantName.ifPresent(text -> tenant.put("name", text));
                if (!parameters.isEmpty()) {
                    ObjectNode values = tenant.putObject("parameters");
                    parameters.forEach(values::put);
                }
            });
            return body.toString();
        }

        /// What would be left out of the request is a mistake.
        private void fits() {
            Map<String, Boolean> ofTenants = new LinkedHashMap<>();
            ofTenants.put("--tenant-name", tenantName.isPresent());
            ofTenants.put("--connection-group", group.isPresent());
            ofTenants.put("--parameter", !parameters.isEmpty());
            ofTenants.forEach((option, given) -> {
                if (given && tenantOf.isEmpty()) {
                    throw new CommandFailed(
                            option
                                    + " is of a tenant: give --tenant-of, its multi-tenant distribution, in place of --template");
                }
            });
            if (version.isPresent() && template.isEmpty()) {
                throw new CommandFailed(
                        "--template-version is of a template; a tenant follows its distribution");
            }
            if (chain.isPresent() && certificate.isEmpty()) {
                throw new CommandFailed("--chain is of an import, which wants --certificate");
            }
        }

        private static String read(Optional<Path> file, String option) {
            Path path =
                    file.orElseThrow(
                            () -> new CommandFailed("an import wants " + option + " FILE as well"));
            try {
                return Files.readString(path);
            } catch (IOException _) {
                throw new CommandFailed("there is no file " + path);
            }
        }
    }

    @Command(
            name = "add",
            description =
                    "On-boards one customer: NAMES share a certificate and a distribution, or a tenant of one; the first being the primary.",
            mixinStandardHelpOptions = true)
    int add(
            @Parameters(
                            paramLabel = "NAME",
                            arity = "0..*",
                            description = "none with an import, whose names are the certificate's")
                    List<String> names,
            @Mixin Making making) {
        String body = making.body(Optional.ofNullable(names).orElse(List.of()));
        JobClient client = client();
        return begun(client, client.post("", body, making.key), making.watch);
    }

    @Command(
            name = "take-over",
            description =
                    "On-boards a name that another distribution has, and prints the TXT record by which its owner lets it go.",
            mixinStandardHelpOptions = true)
    int takeOver(@Parameters(paramLabel = "NAME") String name, @Mixin Making making) {
        JobClient client = client();
        return begun(
                client,
                client.post(
                        JobClient.path(name) + "/take-over",
                        making.body(List.of(name)),
                        making.key),
                making.watch);
    }

    private int begun(JobClient client, JsonNode domain, boolean watch) {
        if (watch) {
            return watch(client, domain.path("id").asText());
        }
        print(domain);
        return ExitCode.OK;
    }

    @Command(
            name = "list",
            description = "Lists domains, newest first.",
            mixinStandardHelpOptions = true)
    int list() {
        JobClient client = client();
        String cursor = "";
        do {
            JsonNode page =
                    client.get("?limit=" + PAGE + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.path("domains")
                    .forEach(domain ->
                            out().printf(
                                            "%s  %-21s %s%n",
                                            domain.path("id").asText(),
                                            domain.path("state").asText(),
                                            domain.path("names")
                                                    .valueStream()
                                                    .map(JsonNode::asText)
                                                    .toList()));
            cursor = page.path("nextCursor").asText();
        } while (!cursor.isEmpty());
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description =
                    "Shows how a domain stands, and the records its owner sets; exit code 1 if it is not served.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "NAME", description = "one of its names, or its id")
                    String name,
            @Option(names = "--watch", description = "stays until it is served or has failed")
                    boolean watch) {
        JobClient client = client();
        if (watch) {
            return watch(client, name);
        }
        JsonNode domain = client.get(JobClient.path(name));
        print(domain);
        return exit(domain);
    }

    private int watch(JobClient client, String name) {
        String before = "";
        while (true) {
            JsonNode domain = client.get(JobClient.path(name));
            // What is merely looked at again is not worth a line.
            String shown =
                    domain.path("state").asText() + domain.path("reason") + domain.path("records");
            if (!shown.equals(before)) {
                print(domain);
                before = shown;
            }
            switch (domain.path("state").asText()) {
                case "SERVED", "FAILED", "CANCELLED", "LOST" -> {
                    return exit(domain);
                }
                default -> pause.run();
            }
        }
    }

    private static int exit(JsonNode domain) {
        return domain.path("state").asText().equals("SERVED") ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    @Command(
            name = "remove",
            description =
                    "Off-boards a domain: takes away what on-boarding made, and nothing else.",
            mixinStandardHelpOptions = true)
    int remove(
            @Parameters(paramLabel = "NAME", description = "one of its names, or its id")
                    String name) {
        print(client().delete(JobClient.path(name)));
        return ExitCode.OK;
    }

    @Command(
            name = "retry",
            description = "Begins again where a domain failed.",
            mixinStandardHelpOptions = true)
    int retry(@Parameters(paramLabel = "NAME") String name) {
        print(client().post(JobClient.path(name) + "/retry", ""));
        return ExitCode.OK;
    }

    @Command(
            name = "dns",
            description =
                    "Asks authoritative DNS for each record that the domain wants; exit code 1 if one is missing.",
            mixinStandardHelpOptions = true)
    int dns(@Parameters(paramLabel = "NAME") String name) {
        boolean all = true;
        for (JsonNode record : client().get(JobClient.path(name) + "/dns").path("records")) {
            boolean shown = record.path("shown").booleanValue();
            all &= shown;
            out().printf(
                            "%-7s %s%n        %s%n",
                            shown ? "ok" : "MISSING",
                            line(record),
                            (record.path("finding").asText() + " " + record.path("remedy").asText())
                                    .strip());
        }
        out().flush();
        return all ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(JsonNode domain) {
        out().println(domain.path("names").path(0).asText() + "  " + domain.path("state").asText());
        out().println("  id: " + domain.path("id").asText());
        if (domain.has("reason")) {
            out().println("  reason: " + domain.path("reason").asText());
        }
        out().println("  next step: " + domain.path("nextStepBy").asText());
        domain.path("records").forEach(record -> out().println("  " + line(record)));
        out().flush();
    }

    private static String line(JsonNode record) {
        return "%s 300 IN %s %s ; %s"
                .formatted(
                        record.path("name").asText(),
                        record.path("type").asText(),
                        record.path("value").asText(),
                        record.path("purpose").asText());
    }

    private JobClient client() {
        return JobClient.of(config, "/v1/domains");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
