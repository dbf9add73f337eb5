package dev.nameplate.testkit;

import dev.nameplate.db.Database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;

/// A store of one test's own, fresh and migrated. Ask for it as a parameter of a [StoreTest].
public final class TestStore implements AutoCloseable {
    private final Place place;
    private Database database;

    private TestStore(Place place) {
        this.place = place;
        this.database = place.open();
    }

    static TestStore fresh(Database.Dialect dialect) {
        return new TestStore(
                switch (dialect) {
                    case SQLITE -> new Folder();
                    case POSTGRESQL -> new Schema(PostgresCluster.get());
                });
    }

    /// A fresh SQLite store, for tests of what is the same on both.
    public static TestStore sqlite() {
        return fresh(Database.Dialect.SQLITE);
    }

    public Database database() {
        return database;
    }

    /// A second door to the same store, as another process would have it. The caller closes it.
    public Database open() {
        return place.open();
    }

    /// Closes the store and opens it again, as a restart does.
    public Database reopen() {
        database.close();
        database = place.open();
        return database;
    }

    /// What another process needs to open this store by [#open(String)].
    public String address() {
        return place.address();
    }

    public static Database open(String address) {
        return address.startsWith("jdbc:")
                ? Database.postgresql(address, PostgresCluster.USER, "", new Random(1))
                : Database.sqlite(Path.of(address));
    }

    @Override
    public void close() {
        database.close();
        place.remove();
    }

    /// A migrated, empty SQLite store that others are copies of: migrating each anew would cost more than most tests.
    private static final class Template {
        static final Path FILE = make();

        private Template() {}

        private static Path make() {
            try {
                Path file = Files.createTempFile("nameplate-store", ".db");
                file.toFile().deleteOnExit();
                // Closing it moves all of its journal into the one file.
                Database.sqlite(file).close();
                return file;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// Where the rows are.
    private interface Place {
        String address();

        void remove();

        default Database open() {
            return TestStore.open(address());
        }
    }

    private record Folder(Path path) implements Place {
        private static final String FILE = "store.db";

        Folder() {
            this(create());
        }

        private static Path create() {
            try {
                Path folder = Scratch.folder("nameplate-store");
                Files.copy(Template.FILE, folder.resolve(FILE));
                return folder;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public String address() {
            return path.resolve(FILE).toString();
        }

        @Override
        public void remove() {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private record Schema(PostgresCluster cluster, String name) implements Place {
        Schema(PostgresCluster cluster) {
            this(cluster, cluster.createDatabase());
        }

        @Override
        public String address() {
            return cluster.url(name);
        }

        @Override
        public void remove() {
            cluster.dropDatabase(name);
        }
    }
}
