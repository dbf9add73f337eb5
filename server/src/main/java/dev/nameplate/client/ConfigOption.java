package dev.nameplate.client;

import dev.nameplate.config.Settings;
import dev.nameplate.config.SettingsReader;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// `--config FILE`, shared by the subcommands that open the data folder or ask the server on it.
public final class ConfigOption {
    private final Map<String, String> environment;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings; environment variables win over it.")
    private @Nullable Path file;

    /// @param environment such as `System.getenv()`
    public ConfigOption(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    public Settings read() {
        return read(Map.of());
    }

    /// @param stronger settings that win over file and environment, by variable name
    public Settings read(Map<String, String> stronger) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(stronger);
        return SettingsReader.read(Optional.ofNullable(file), all);
    }

    /// A variable of the environment that is no setting, or is to be known before the settings are read.
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name));
    }
}
