package dev.nameplate;

import dev.nameplate.audit.Audit;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.client.CommandFailed;
import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "audit",
        description = {
            "Checks that job entries, certificates, keys, distributions, aliases and DNS records in the store fit together, and"
                    + " lists what is orphaned or missing. Changes nothing; works beside a running server.",
            "Exit status 1 if anything is found."
        },
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    AuditCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Override
    public Integer call() {
        Settings settings = config.read();
        Logging.configure(new Settings.Log(Settings.LogFormat.TEXT, "WARN"));
        Audit.Report report;
        try (Store store = Store.existing(settings)) {
            report =
                    new Audit(store.database(), store.vault(), store.random(), Certificates.SEALED)
                            .run();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()));
        }
        PrintWriter out = spec.commandLine().getOut();
        report.findings().forEach(finding -> out.println(finding));
        out.printf(
                "%d job entries, %d certificates, %d distributions: %s%n",
                report.entries(),
                report.certificates(),
                report.distributions(),
                report.findings().isEmpty()
                        ? "everything fits together"
                        : report.findings().size() + " found");
        out.flush();
        return report.findings().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
