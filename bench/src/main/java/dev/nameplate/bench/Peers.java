package dev.nameplate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the programs of others are: on this system, or in another one below a folder (a newer release of the distribution),
/// in which they run by `chroot`.
record Peers(Optional<Path> chroot) {
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

    boolean has(String program) {
        return output("command -v " + program).isPresent();
    }

    /// Name and version, as in `nginx 1.30.6`.
    String version(String program) {
        String flag = program.equals("caddy") ? " version" : " -v";
        Matcher found = VERSION.matcher(output(program + flag + " 2>&1").orElse(""));
        return program + (found.find() ? " " + found.group() : "");
    }

    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        chroot.ifPresent(root -> command.addAll(List.of("chroot", root.toString())));
        command.add(program);
        command.addAll(arguments);
        return command;
    }

    /// How a program sees a folder.
    String inside(Path folder) {
        return chroot.map(root -> "/" + root.relativize(folder)).orElse(folder.toString());
    }

    private Optional<String> output(String script) {
        try {
            Process process =
                    new ProcessBuilder(command("sh", List.of("-c", script)))
                            .redirectErrorStream(true)
                            .start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
