package dev.nameplate.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs the programs that a user of the server would run.
final class Commands {
    private static final long LIMIT_SECONDS = 180;

    private Commands() {}

    record Result(int exit, String output, String errors) {}

    /// @param environment added to this process's own, less what would set up AWS clients or a server
    static Result run(List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile("nameplate-it", ".out");
            Path errors = Files.createTempFile("nameplate-it", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command);
                builder.environment()
                        .keySet()
                        .removeIf(name -> name.startsWith("AWS_") || name.startsWith("NAMEPLATE_"));
                builder.environment().putAll(environment);
                builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
                builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
                int exit = await(builder.start(), command);
                return new Result(exit, text(output), text(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Some programs print bytes that are no text; they do not matter here.
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /// The output of a command that must succeed.
    static String output(String... command) {
        Result result = run(List.of(command), Map.of());
        if (result.exit() != 0) {
            throw new AssertionError(
                    "%s: exit %d%n%s"
                            .formatted(String.join(" ", command), result.exit(), result.errors()));
        }
        return result.output();
    }

    private static int await(Process process, List<String> command) {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "%s did not end within %d s"
                                .formatted(String.join(" ", command), LIMIT_SECONDS));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
