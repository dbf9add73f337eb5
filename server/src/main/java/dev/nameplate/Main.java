package dev.nameplate;

import dev.nameplate.config.InvalidSettings;
import dev.nameplate.config.SettingsReader;
import dev.nameplate.issuer.ca.CaProblem;
import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.UnsealException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;

/// The program's entry. Every subcommand is a class of its own beside this one.
@Command(
        name = "nameplate",
        description = "Give every customer of your SaaS their own domain, with TLS.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading =
                "%nSettings (environment variable, key in the YAML file, meaning, [default]):%n",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            CaCommand.class,
            KeyCommand.class,
            VaultCommand.class,
            VersionsCommand.class,
            AuditCommand.class,
            JobCommand.class,
            DomainCommand.class,
            RevokeCommand.class,
            AcmeCommand.class,
            CommandLine.HelpCommand.class
        })
final class Main implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    Main() {
        this.spec = CommandLine.Model.CommandSpec.create();
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
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
