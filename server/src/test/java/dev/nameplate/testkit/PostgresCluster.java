package dev.nameplate.testkit;

import dev.nameplate.db.Database;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A PostgreSQL of this JVM's own, on a free port of the loopback interface, with fsync on. Started at its first use;
/// it goes when the JVM goes, however that ends, because the shell that started it waits for its standard input to close.
final class PostgresCluster {
    static final String USER = "postgres";

    private static final String TEMPLATE = "nameplate_template";

    /// $0 binaries, $1 folder, $2 port
    private static final String LIFE =
            """
            "$0/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$1/initdb.log" 2>&1 &&
            "$0/pg_ctl" -D "$1/data" -w -l "$1/server.log" -o "-p $2 -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories=$1 -c max_connections=200 -c shared_buffers=32MB \
            -c max_wal_size=128MB" start >"$1/start.log" 2>&1 &&
            echo ready
            cat >/dev/null
            "$0/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1
            rm -rf "$1"
            """;

    private static @Nullable PostgresCluster running;

    private final int port;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresCluster(int port) {
        this.port = port;
    }

    /// Where the server's programs are, if this machine has them.
    static Optional<Path> binaries() {
        List<Path> candidates = new ArrayList<>();
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.sorted().map(version -> version.resolve("bin")).forEach(candidates::addFirst);
        } catch (IOException _) {
            // Not a Debian; the path may still have it.
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            candidates.add(Path.of(folder));
        }
        return candidates.stream()
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .findFirst();
    }

    /// The running cluster, started if need be.
    static synchronized PostgresCluster get() {
        if (running == null) {
            Path binaries =
                    binaries().orElseThrow(() -> new IllegalStateException("no PostgreSQL"));
            try {
                running = start(binaries);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return running;
    }

    private static PostgresCluster start(Path binaries) throws IOException {
        Path folder = Scratch.folder("nameplate-postgres");
        // A session of its own: what ends this JVM by a signal to its process group must not end
        // the shell before it has
        // stopped the server.
        List<String> command = new ArrayList<>(List.of("setsid"));
        if ("root".equals(System.getProperty("user.name"))) {
            // PostgreSQL refuses to run as root.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Files.setOwner(
                    folder,
                    folder.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("postgres"));
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        int port = FreePort.find();
        command.addAll(
                List.of("sh", "-c", LIFE, binaries.toString(), folder.toString(), "" + port));
        Process shell =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader answer = shell.inputReader(StandardCharsets.UTF_8);
        if (!"ready".equals(answer.readLine())) {
            throw new IllegalStateException("PostgreSQL did not start; its logs are in " + folder);
        }
        var cluster = new PostgresCluster(port);
        cluster.execute("postgres", "CREATE DATABASE " + TEMPLATE);
        cluster.open(TEMPLATE).close();
        return cluster;
    }

    /// Makes a migrated, empty database.
    String createDatabase() {
        String name = "test_" + databases.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        return name;
    }

    void dropDatabase(String name) {
        execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
    }

    Database open(String database) {
        return Database.postgresql(url(database), USER, "", new Random(1));
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private void execute(String database, String statement) {
        try (Connection connection = DriverManager.getConnection(url(database), USER, "");
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException(statement + ": " + failed.getMessage(), failed);
        }
    }
}
