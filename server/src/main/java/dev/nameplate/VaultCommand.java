package dev.nameplate;

import dev.nameplate.client.CommandFailed;
import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.DataFolder;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;
import dev.nameplate.vault.KeyId;
import dev.nameplate.vault.MasterKeyRotation;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

@Command(
        name = "vault",
        description = "The master key under the sealed secrets; works beside a running server.",
        mixinStandardHelpOptions = true)
final class VaultCommand {
    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    VaultCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Command(
            name = "status",
            description = "Shows the master keys and how many values are sealed under each.",
            mixinStandardHelpOptions = true)
    int status() {
        with(
                config.read(),
                rotation -> rotation.status().forEach(line -> out().println(words(line))));
        return ExitCode.OK;
    }

    @Command(
            name = "rotate",
            description =
                    "Makes a new master key and brings every sealed value under it; goes on with a run that was stopped.",
            mixinStandardHelpOptions = true)
    int rotate() {
        with(
                config.read(),
                rotation -> {
                    MasterKeyRotation.Rotated rotated = rotation.rotate();
                    out().printf(
                                    "%s master key %s; %d values wrapped anew%n",
                                    rotated.resumed() ? "went on to" : "made",
                                    rotated.key(),
                                    rotated.values());
                    out().println(
                                    "The older keys still open; './nameplate vault retire' drops them.");
                });
        return ExitCode.OK;
    }

    @Command(
            name = "retire",
            description = "Drops the older master keys once nothing is sealed under them.",
            mixinStandardHelpOptions = true)
    int retire() {
        Settings settings = config.read();
        try {
            try (DataFolder _ = DataFolder.take(settings.dataDir())) {
                // Other nodes of a PostgreSQL store have folders of their own.
                retire(settings, settings.store().url().isEmpty());
            } catch (DataFolder.InUse _) {
                retire(settings, false);
            }
        } catch (MasterKeyRotation.StillNeeded needed) {
            throw new CommandFailed(String.valueOf(needed.getMessage()));
        }
        return ExitCode.OK;
    }

    private void retire(Settings settings, boolean quiet) {
        with(
                settings,
                rotation -> {
                    List<KeyId> dropped = rotation.retire(quiet);
                    if (dropped.isEmpty()) {
                        out().println("there is no older master key");
                    }
                    dropped.forEach(id -> out().println("dropped master key " + id));
                });
    }

    private static String words(MasterKeyRotation.Line line) {
        String what =
                line.id()
                        .map(id -> "master key " + id)
                        .orElse("sealed before keys had names: under the oldest key");
        return "%s  %d values%s%s"
                .formatted(
                        what,
                        line.values(),
                        line.seals() ? "  seals" : "",
                        line.known() || line.id().isEmpty() ? "" : "  NOT AT HAND");
    }

    private void with(Settings settings, Consumer<MasterKeyRotation> work) {
        Logging.configure(settings.log());
        try (Store store = Store.existing(settings)) {
            work.accept(
                    new MasterKeyRotation(
                            store.masterKeys(), store.vault(), store.sealed(), store.clock()));
        }
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
