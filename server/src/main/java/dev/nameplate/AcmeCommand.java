package dev.nameplate;

import dev.nameplate.client.CommandFailed;
import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;
import dev.nameplate.enrolment.Credential;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.Credentials.Wanted;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainSuffix;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

@Command(
        name = "acme",
        description = "Lets customers' own servers get certificates over ACME.",
        mixinStandardHelpOptions = true)
final class AcmeCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /// @param environment such as `System.getenv()`
    static CommandLine line(Map<String, String> environment) {
        return new CommandLine(new AcmeCommand()).addSubcommand(new CredentialCommand(environment));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "credential",
            description =
                    "Credentials that bind ACME accounts (external account binding); works beside a running server.",
            mixinStandardHelpOptions = true)
    static final class CredentialCommand {
        @Mixin private final ConfigOption config;

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        CredentialCommand(Map<String, String> environment) {
            config = new ConfigOption(environment);
        }

        @Command(
                name = "create",
                description = "Makes a credential and prints its key id and key, once.",
                mixinStandardHelpOptions = true)
        int create(
                @Parameters(
                                paramLabel = "NAME",
                                arity = "1..*",
                                description = "domains it is for, with all names below")
                        List<String> names,
                @Option(names = "--label", description = "whose it is") @Nullable String label,
                @Option(names = "--wildcards", description = "also for wildcards")
                        boolean wildcards,
                @Option(
                                names = "--proven",
                                description =
                                        "names hosted or proven here by the account need no challenge")
                        boolean proven,
                @Option(
                                names = "--accounts",
                                paramLabel = "N",
                                defaultValue = "10",
                                description = "ACME accounts it binds [${DEFAULT-VALUE}]")
                        int accounts,
                @Option(
                                names = "--orders-per-day",
                                paramLabel = "N",
                                defaultValue = "300",
                                description = "orders within 24 hours [${DEFAULT-VALUE}]")
                        int orders,
                @Option(
                                names = "--expires",
                                paramLabel = "TIME",
                                description = "when it ends, such as 2030-01-31T00:00:00Z")
                        @Nullable String expires) {
            Wanted wanted =
                    wanted(
                            Optional.ofNullable(label).orElse(""),
                            names,
                            wildcards,
                            proven,
                            accounts,
                            orders,
                            Optional.ofNullable(expires));
            with((credentials, account) -> {
                Credentials.Created created = credentials.create(account, wanted);
                out().println("ACME_EAB_KID=" + created.credential().id());
                out().println("ACME_EAB_HMAC_KEY=" + created.key());
            });
            return ExitCode.OK;
        }

        private static Wanted wanted(
                String label,
                List<String> names,
                boolean wildcards,
                boolean proven,
                int accounts,
                int orders,
                Optional<String> expires) {
            try {
                return new Wanted(
                        label,
                        names.stream().map(DomainSuffix::parse).toList(),
                        wildcards,
                        proven,
                        accounts,
                        orders,
                        expires.map(Instant::parse));
            } catch (DateTimeException e) {
                throw new CommandFailed("--expires takes a time such as 2030-01-31T00:00:00Z");
            } catch (IllegalArgumentException e) {
                throw new CommandFailed(String.valueOf(e.getMessage()));
            }
        }

        @Command(
                name = "list",
                description = "Lists the credentials, without their keys.",
                mixinStandardHelpOptions = true)
        int list() {
            with((credentials, account) ->
                    credentials
                            .list(account)
                            .forEach(each ->
                                    out().println(line(each, credentials.bound(each.id())))));
            return ExitCode.OK;
        }

        private static String line(Credential credential, long accounts) {
            return "%s  %s  %d of %d accounts%s%s%s"
                    .formatted(
                            credential.id(),
                            credential.names().stream()
                                    .map(DomainSuffix::ascii)
                                    .collect(Collectors.joining(",")),
                            accounts,
                            credential.maxAccounts(),
                            credential.wildcards() ? "  wildcards" : "",
                            credential.expiresAt().map(end -> "  until " + end).orElse(""),
                            credential.label().isEmpty() ? "" : "  " + credential.label());
        }

        @Command(
                name = "delete",
                description =
                        "Deletes a credential; the accounts it bound can do nothing more. Their certificates stay good.",
                mixinStandardHelpOptions = true)
        int delete(@Parameters(paramLabel = "ID", description = "the key id") String id) {
            with((credentials, account) -> {
                if (!credentials.delete(account, id)) {
                    throw new CommandFailed("there is no credential " + id);
                }
                out().println("deleted " + id);
            });
            return ExitCode.OK;
        }

        private void with(BiConsumer<Credentials, AccountId> work) {
            Settings settings = config.read();
            Logging.configure(settings.log());
            try (Store store = Store.existing(settings)) {
                work.accept(Enrolment.credentials(store), store.account());
            }
            out().flush();
        }

        private PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }
}
