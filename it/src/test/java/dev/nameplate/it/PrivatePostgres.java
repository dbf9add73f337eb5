package dev.nameplate.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A PostgreSQL of one test's own on a free loopback port, with fsync on, gone when closed.
final class PrivatePostgres implements AutoCloseable {
    private final Path binaries;
    private final Path folder;
    private final int port;

    private PrivatePostgres(Path binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    static PrivatePostgres start() throws IOException {
        Parts.need("PostgreSQL", "sh", "-c", "ls /usr/lib/postgresql/*/bin/initdb");
        Path binaries =
                Path.of(
                        Commands.output("sh", "-c", "ls -d /usr/lib/postgresql/*/bin | tail -1")
                                .strip());
        Path folder = Files.createTempDirectory("nameplate-it-postgres");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        int port = FreePort.find();
        PrivatePostgres postgres = new PrivatePostgres(binaries, folder, port);
        if (isRoot()) {
            Commands.output("chown", "postgres", folder.toString());
        }
        postgres.program(
                "initdb", "-D", postgres.data(), "-U", "postgres", "-A", "trust", "--no-sync");
        postgres.program(
                "pg_ctl",
                "-D",
                postgres.data(),
                "-w",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s"
                        .formatted(port, folder),
                "start");
        postgres.program(
                "createdb",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-U",
                "postgres",
                "nameplate");
        return postgres;
    }

    /// What makes a server use it.
    Map<String, String> settings() {
        return Map.of(
                "NAMEPLATE_STORE_URL",
                "jdbc:postgresql://127.0.0.1:" + port + "/nameplate",
                "NAMEPLATE_STORE_USER",
                "postgres");
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /// PostgreSQL refuses to run as root.
    private void program(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(name).toString());
        command.addAll(List.of(arguments));
        Commands.output(command.toArray(String[]::new));
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    @Override
    public void close() {
        program("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
        Commands.output("rm", "-rf", folder.toString());
    }
}
