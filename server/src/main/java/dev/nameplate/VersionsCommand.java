package dev.nameplate;

import dev.nameplate.client.CommandFailed;
import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.ConfigVersion;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Difference;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Provenance;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

@Command(
        name = "versions",
        description =
                "A distribution's accepted configurations. Works beside a running server, whose edge obeys a roll-back at once.",
        mixinStandardHelpOptions = true)
final class VersionsCommand {
    private static final String WHICH = "a distribution's id, or a host name it answers for";

    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    VersionsCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    private record Opened(Store store, ConfigVersions versions) {
        Distribution distribution(Handle handle, String which) {
            Optional<Distribution> found =
                    DistributionId.isWellFormed(which)
                            ? versions.distribution(
                                    handle, store.account(), new DistributionId(which))
                            : versions.serving(
                                    handle, store.account(), which.toLowerCase(Locale.ROOT));
            return found.orElseThrow(() ->
                    new CommandFailed("there is no distribution " + which + " in this account"));
        }

        ConfigVersion version(Handle handle, Distribution distribution, long number) {
            return versions.find(handle, distribution.id(), number)
                    .orElseThrow(() ->
                            new CommandFailed(
                                    "there is no version %d of %s; './nameplate versions list %s' shows those that are kept"
                                            .formatted(
                                                    number, distribution.id(), distribution.id())));
        }
    }

    @Command(
            name = "list",
            description = "Lists the versions, newest first; the current one has a star.",
            mixinStandardHelpOptions = true)
    int list(@Parameters(paramLabel = "DISTRIBUTION", description = WHICH) String which) {
        return with(opened ->
                opened.store()
                        .database()
                        .read(handle -> {
                            Distribution distribution = opened.distribution(handle, which);
                            opened.versions()
                                    .below(
                                            handle,
                                            distribution.id(),
                                            Long.MAX_VALUE,
                                            Integer.MAX_VALUE)
                                    .forEach(version ->
                                            out().printf(
                                                            "%s %6d  %s  %-10s  %s%n",
                                                            version.number()
                                                                            == distribution
                                                                                    .version()
                                                                    ? "*"
                                                                    : " ",
                                                            version.number(),
                                                            version.acceptedAt(),
                                                            version.door(),
                                                            version.note()));
                            return distribution;
                        }));
    }

    @Command(
            name = "show",
            description = "Prints a version's configuration (JSON).",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "DISTRIBUTION", description = WHICH) String which,
            @Parameters(paramLabel = "N") long number) {
        return with(opened -> {
            ConfigVersion version =
                    opened.store()
                            .database()
                            .read(handle ->
                                    opened.version(
                                            handle, opened.distribution(handle, which), number));
            out().println(version.document());
        });
    }

    @Command(
            name = "diff",
            description = "Prints what differs between two versions: path, before, after.",
            mixinStandardHelpOptions = true)
    int diff(
            @Parameters(paramLabel = "DISTRIBUTION", description = WHICH) String which,
            @Parameters(paramLabel = "FROM") long from,
            @Parameters(paramLabel = "TO") long to) {
        return with(opened ->
                opened.store()
                        .database()
                        .read(handle -> {
                            Distribution distribution = opened.distribution(handle, which);
                            return ConfigVersions.differences(
                                    opened.version(handle, distribution, from),
                                    opened.version(handle, distribution, to));
                        })
                        .forEach(this::print));
    }

    private void print(Difference difference) {
        out().println(difference.path());
        difference.before().ifPresent(before -> out().println("  - " + before));
        difference.after().ifPresent(after -> out().println("  + " + after));
    }

    @Command(
            name = "rollback",
            description =
                    "Accepts an old version's configuration as a new version, after the checks that an update passes.",
            mixinStandardHelpOptions = true)
    int rollBack(
            @Parameters(paramLabel = "DISTRIBUTION", description = WHICH) String which,
            @Parameters(paramLabel = "N") long number,
            @Option(
                            names = "--note",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "why; kept with the new version")
                    String note) {
        return with(opened -> {
            Distribution now =
                    opened.store()
                            .database()
                            .write(write -> {
                                Distribution existing = opened.distribution(write.handle(), which);
                                ConfigVersion version =
                                        opened.version(write.handle(), existing, number);
                                try {
                                    return opened.versions()
                                            .rollBack(
                                                    write,
                                                    existing,
                                                    version,
                                                    Provenance.ofRollBack(
                                                            "command", version, note));
                                } catch (ConfigDoor.Refused refused) {
                                    throw new CommandFailed(
                                            "version %d cannot be taken up again: %s"
                                                    .formatted(number, refused.getMessage()));
                                }
                            });
            out().printf(
                            "version %d of %s says what version %d said%n",
                            now.version(), now.id(), number);
        });
    }

    @Command(
            name = "note",
            description = "Writes a note on a version.",
            mixinStandardHelpOptions = true)
    int note(
            @Parameters(paramLabel = "DISTRIBUTION", description = WHICH) String which,
            @Parameters(paramLabel = "N") long number,
            @Parameters(paramLabel = "TEXT") String text) {
        return with(opened ->
                opened.store()
                        .database()
                        .write(write -> {
                            Distribution distribution = opened.distribution(write.handle(), which);
                            ConfigVersion version =
                                    opened.version(write.handle(), distribution, number);
                            return opened.versions()
                                    .annotate(write, distribution.id(), version.number(), text);
                        }));
    }

    private int with(Consumer<Opened> work) {
        Settings settings = config.read();
        Logging.configure(new Settings.Log(Settings.LogFormat.TEXT, "WARN"));
        try (Store store = Store.existing(settings)) {
            // A running server notices the change by itself; there is nobody to wake here.
            Features features = Features.over(store, settings, _ -> {});
            work.accept(
                    new Opened(
                            store,
                            new Doors(
                                            store,
                                            features,
                                            settings,
                                            new NoDns(),
                                            (_, _) -> false,
                                            _ -> {})
                                    .configVersions()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()));
        }
        out().flush();
        return ExitCode.OK;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /// No call that a version takes looks at the DNS.
    private record NoDns() implements ProofLookup {
        private static final Sighting NOBODY =
                new Sighting.Unreachable(
                        Finding.of(
                                Cause.LOOK_FAILED,
                                "This command does not ask the DNS.",
                                List.of()));

        @Override
        public Sighting look(CnameRecord wanted) {
            return NOBODY;
        }

        @Override
        public Sighting look(HttpRecord wanted) {
            return NOBODY;
        }

        @Override
        public CaaVerdict caa(DomainName name, List<String> issuerNames) {
            return new CaaVerdict.Unknown("This command does not ask the DNS.");
        }
    }
}
