package dev.nameplate;

import dev.nameplate.client.ClientCommands;
import dev.nameplate.client.CommandFailed;
import dev.nameplate.config.InvalidSettings;
import dev.nameplate.config.SettingsReader;
import dev.nameplate.issuer.ca.CaProblem;
import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.UnsealException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;

import java.util.Map;

/// The program's entry. Every subcommand is a class of its own: here, if it opens the store or starts a server, or in
/// [dev.nameplate.client], if it only asks a running server.
@Command(
        name = "nameplate",
        description = "Give every customer of your SaaS their own domain, with TLS.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading =
                "%nSettings (environment variable, key in the YAML file, meaning, [default]):%n")
public final class Main implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    Main() {
        this.spec = CommandLine.Model.CommandSpec.create();
    }

    public static void main(String[] args) {
        System.exit(commandLine(System.getenv()).execute(args));
    }

    /// @param environment of the program, such as `System.getenv()`
    public static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line =
                new CommandLine(new Main())
                        .addSubcommand(new ServeCommand(environment))
                        .addSubcommand(new DemoCommand(environment))
                        .addSubcommand(new CaCommand(environment))
                        .addSubcommand(new KeyCommand(environment))
                        .addSubcommand(new VaultCommand(environment))
                        .addSubcommand(new VersionsCommand(environment))
                        .addSubcommand(new AuditCommand(environment));
        ClientCommands.addTo(line, environment);
        line.addSubcommand(AcmeCommand.line(environment))
                .addSubcommand(new CommandLine.HelpCommand());
        line.getCommandSpec()
                .usageMessage()
                .width(140)
                .footer(
                        SettingsReader.describe().stream()
                                .map(text -> "  " + text)
                                .toArray(String[]::new));
        line.setExecutionExceptionHandler((failure, command, _) -> {
            if (isForTheOperator(failure)) {
                command.getErr().println("nameplate: " + failure.getMessage());
            } else {
                failure.printStackTrace(command.getErr());
            }
            return ExitCode.SOFTWARE;
        });
        return line;
    }

    /// Failures whose message says what to do; a stack trace would only hide it.
    private static boolean isForTheOperator(Exception failure) {
        return failure instanceof InvalidSettings
                || failure instanceof Server.CannotStart
                || failure instanceof MasterKeySource.Refused
                || failure instanceof UnsealException
                || failure instanceof CaProblem
                || failure instanceof CommandFailed;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"nameplate " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
