package dev.nameplate.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The real AWS CLI, one process a call, pointed at a running server and kept from this machine's own AWS settings.
final class AwsCli {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunningServer server;
    private final String region;
    private final Path config;
    private final List<String> wrapper;

    private AwsCli(RunningServer server, String region, Path config, List<String> wrapper) {
        this.server = server;
        this.region = region;
        this.config = config;
        this.wrapper = wrapper;
    }

    /// @param config a file to make, with what versions 1 and 2 otherwise do differently
    static AwsCli of(RunningServer server, String region, Path config) throws IOException {
        return of(server, region, config, List.of());
    }

    /// @param wrapper command put before each call; empty for none
    static AwsCli of(RunningServer server, String region, Path config, List<String> wrapper)
            throws IOException {
        Parts.need("the AWS CLI", "aws", "--version");
        Files.writeString(
                config,
                """
                [default]
                output = json
                cli_pager =
                cli_timestamp_format = iso8601
                max_attempts = 1
                """);
        return new AwsCli(server, region, config, wrapper);
    }

    /// The answer of a call that must succeed; a missing node where it has no body.
    JsonNode call(String... arguments) {
        Commands.Result result = run(arguments);
        if (result.exit() != 0) {
            throw new AssertionError(
                    "aws %s: exit %d%n%s"
                            .formatted(
                                    String.join(" ", arguments), result.exit(), result.errors()));
        }
        try {
            return JSON.readTree(result.output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a call that must succeed prints where that is no JSON.
    String text(String... arguments) {
        Commands.Result result = run(arguments);
        if (result.exit() != 0) {
            throw new AssertionError(
                    "aws %s: exit %d%n%s"
                            .formatted(
                                    String.join(" ", arguments), result.exit(), result.errors()));
        }
        return result.output().strip();
    }

    /// What the CLI tells its user when the server refuses.
    String refusal(String... arguments) {
        Commands.Result result = run(arguments);
        if (result.exit() == 0) {
            throw new AssertionError(
                    "aws %s succeeded: %s".formatted(String.join(" ", arguments), result.output()));
        }
        return result.errors();
    }

    private Commands.Result run(String... arguments) {
        List<String> command = new ArrayList<>(wrapper);
        command.add("aws");
        command.addAll(List.of(arguments));
        command.addAll(List.of("--endpoint-url", server.api().toString(), "--region", region));
        return Commands.run(
                command,
                Map.of(
                        "AWS_CONFIG_FILE",
                        config.toString(),
                        "AWS_SHARED_CREDENTIALS_FILE",
                        config + ".none",
                        "AWS_ACCESS_KEY_ID",
                        RunningServer.ACCESS_KEY,
                        "AWS_SECRET_ACCESS_KEY",
                        RunningServer.SECRET_KEY,
                        "AWS_EC2_METADATA_DISABLED",
                        "true"));
    }
}
