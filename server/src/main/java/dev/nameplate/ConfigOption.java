package dev.nameplate;

import dev.nameplate.config.Settings;
import dev.nameplate.config.SettingsReader;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// `--config FILE`, shared by the subcommands that open the data folder.
final class ConfigOption {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings; environment variables win over it.")
    private @Nullable Path file;

    Settings read() {
        return read(Map.of());
    }

    /// @param stronger settings that win over file and environment, by variable name
    Settings read(Map<String, String> stronger) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(stronger);
        return SettingsReader.read(Optional.ofNullable(file), environment);
    }
}
