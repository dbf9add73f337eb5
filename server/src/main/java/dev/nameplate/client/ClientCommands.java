package dev.nameplate.client;

import picocli.CommandLine;

import java.util.Map;

/// The subcommands of this package, in the order in which help lists them.
public final class ClientCommands {
    private ClientCommands() {}

    /// @param environment such as `System.getenv()`
    public static void addTo(CommandLine line, Map<String, String> environment) {
        line.addSubcommand(new JobCommand(environment))
                .addSubcommand(new DomainCommand(environment))
                .addSubcommand(new CertificateCommand(environment))
                .addSubcommand(new WebhookCommand(environment))
                .addSubcommand(new RevokeCommand(environment))
                .addSubcommand(new IssuerCommand(environment));
    }
}
