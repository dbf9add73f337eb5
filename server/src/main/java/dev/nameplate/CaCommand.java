package dev.nameplate;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Command(
        name = "ca",
        description = "The embedded certificate authority.",
        mixinStandardHelpOptions = true)
final class CaCommand {
    @Mixin private final ConfigOption config = new ConfigOption();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Command(
            name = "root",
            description = "Prints the root certificate (PEM): what a client must trust.",
            mixinStandardHelpOptions = true)
    int root() throws IOException {
        Path file = config.read().dataDir().resolve(Server.CA_ROOT_FILE);
        if (!Files.exists(file)) {
            throw new CommandFailed(
                    "there is no CA in %s yet; './nameplate serve' makes it at its first start"
                            .formatted(file.getParent()));
        }
        spec.commandLine().getOut().print(Files.readString(file));
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }
}
