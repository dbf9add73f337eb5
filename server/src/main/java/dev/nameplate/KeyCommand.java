package dev.nameplate;

import dev.nameplate.client.CommandFailed;
import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;
import dev.nameplate.identity.AccessKeys;
import dev.nameplate.names.AccountId;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.BiConsumer;

@Command(
        name = "key",
        description = "Access keys for the AWS doors; works beside a running server.",
        mixinStandardHelpOptions = true)
final class KeyCommand {
    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    KeyCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Command(
            name = "create",
            description = "Makes an access key and prints it with its secret, once.",
            mixinStandardHelpOptions = true)
    int create() {
        withKeys((keys, account) -> {
            AccessKeys.Created created = keys.create(account);
            out().println("AWS_ACCESS_KEY_ID=" + created.key().id());
            out().println("AWS_SECRET_ACCESS_KEY=" + created.secret());
        });
        return ExitCode.OK;
    }

    @Command(
            name = "list",
            description = "Lists the access keys, without secrets.",
            mixinStandardHelpOptions = true)
    int list() {
        withKeys((keys, account) ->
                keys.list(account)
                        .forEach(key -> out().println(key.id() + "  " + key.createdAt())));
        return ExitCode.OK;
    }

    @Command(
            name = "delete",
            description = "Deletes an access key; running servers refuse it within seconds.",
            mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "ID", description = "the access key's id") String id) {
        withKeys((keys, _) -> {
            if (!keys.delete(id)) {
                throw new CommandFailed("there is no access key " + id);
            }
            out().println("deleted " + id);
        });
        return ExitCode.OK;
    }

    private void withKeys(BiConsumer<AccessKeys, AccountId> work) {
        Settings settings = config.read();
        Logging.configure(settings.log());
        try (Store store = Store.existing(settings)) {
            work.accept(store.accessKeys(), store.account());
        }
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
