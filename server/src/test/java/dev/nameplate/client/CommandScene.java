package dev.nameplate.client;

import dev.nameplate.Main;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Subcommands against a server that answers as it is told, with nothing in their environment, whatever is in that of the tests.
abstract class CommandScene {
    @TempDir Path folder;

    /// What the commands of one test have printed.
    final StringWriter out = new StringWriter();

    final StringWriter err = new StringWriter();

    @SuppressWarnings("NullAway.Init") // started before each test
    ToldServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ToldServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// By the program's command line.
    int run(String command, String... words) {
        return execute(
                Main.commandLine(Map.of()),
                Stream.concat(Stream.of(command), onServer(words)).toArray(String[]::new));
    }

    /// By a command that the test has made.
    int runAlone(Object command, String... words) {
        return execute(new CommandLine(command), onServer(words).toArray(String[]::new));
    }

    private Stream<String> onServer(String... words) {
        return Stream.concat(Stream.of("--config", server.config()), Stream.of(words));
    }

    private int execute(CommandLine line, String... words) {
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    }
}
