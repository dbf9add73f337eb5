package dev.nameplate.testkit;

import dev.nameplate.db.Database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A store of one test's own.
public final class TestStore implements AutoCloseable {
    private final Database.Dialect dialect;
    private final Path folder;
    private Database database;

    private TestStore(Database.Dialect dialect, Path folder) {
        this.dialect = dialect;
        this.folder = folder;
        this.database = open();
    }

    static TestStore fresh(Database.Dialect dialect) {
        if (dialect == Database.Dialect.POSTGRESQL) {
            Parts.absent("PostgreSQL");
        }
        try {
            return new TestStore(dialect, Files.createTempDirectory("nameplate-store"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A fresh SQLite store, for tests of things that are the same on both.
    public static TestStore sqlite() {
        return fresh(Database.Dialect.SQLITE);
    }

    public Database database() {
        return database;
    }

    /// A second connection to the same store, as another process would have it. The caller closes it.
    public Database open() {
        return Database.sqlite(folder.resolve("store.db"));
    }

    /// Closes the store and opens it again, as a restart does.
    public Database reopen() {
        database.close();
        database = open();
        return database;
    }

    @Override
    public void close() {
        database.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public String toString() {
        return dialect.name();
    }
}
