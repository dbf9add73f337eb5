package dev.nameplate.it;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An access key as `./nameplate key create` prints it.
record NewKey(String id, String secret) {
    static NewKey create(Path dataDir) {
        Commands.Result result = nameplate(dataDir, "key", "create");
        if (result.exit() != 0) {
            throw new AssertionError("nameplate key create: " + result.errors());
        }
        Map<String, String> printed =
                result.output()
                        .lines()
                        .map(line -> line.split("=", 2))
                        .filter(pair -> pair.length == 2)
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new NewKey(
                printed.getOrDefault("AWS_ACCESS_KEY_ID", ""),
                printed.getOrDefault("AWS_SECRET_ACCESS_KEY", ""));
    }

    /// A subcommand of the launcher on a data folder.
    static Commands.Result nameplate(Path dataDir, String... arguments) {
        List<String> command =
                Stream.concat(
                                Stream.of(RunningServer.LAUNCHER.toString()),
                                Arrays.stream(arguments))
                        .toList();
        return Commands.run(command, Map.of("NAMEPLATE_DATA_DIR", dataDir.toString()));
    }
}
