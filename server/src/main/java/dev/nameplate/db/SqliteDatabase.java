package dev.nameplate.db;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import javax.sql.DataSource;

/// SQLite in WAL mode: one [GroupCommitter] writes, a few read-only connections read snapshots beside it.
final class SqliteDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    /// Reads are short and served from the page cache; more connections than cores only cost memory.
    private static final int READERS = 4;

    /// Only another process on the same file (a command line tool) can make us wait at all.
    private static final int BUSY_MILLIS = 10_000;

    /// How long a read waits for a reader.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final IdentityHashMap<Connection, KeptStatements> statements;
    private final Sessions sessions;
    private final GroupCommitter writer;
    private final DataSource leases;
    private final BlockingQueue<Connection> idle;
    private volatile boolean closed;

    private SqliteDatabase(Connection writing, List<Connection> readers, String name) {
        this.statements = new IdentityHashMap<>();
        statements.put(writing, new KeptStatements(writing));
        readers.forEach(reader -> statements.put(reader, new KeptStatements(reader)));
        // One writer: units commit in the order they run.
        this.sessions = new Sessions(_ -> {}, statements::get);
        this.idle = new LinkedBlockingQueue<>(readers);
        this.writer = new GroupCommitter(writing, statements.get(writing), "store-writer " + name);
        this.leases = new LeasingDataSource(this::lease, this::borrow, idle::add);
    }

    static SqliteDatabase open(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "a store is a file in a folder");
        String url = "jdbc:sqlite:" + absolute;
        List<Connection> opened = new ArrayList<>();
        try {
            keepToOwner(absolute);
            Connection writing = settings().createConnection(url);
            opened.add(writing);
            var migrating = new SQLiteDataSource(settings());
            migrating.setUrl(url);
            Migrations.run(migrating, Dialect.SQLITE);
            // SQLite syncs the file it creates, not the folder entry that leads to it.
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
            for (int i = 0; i < READERS; i++) {
                opened.add(reader(url));
            }
            return new SqliteDatabase(
                    writing, opened.subList(1, opened.size()), String.valueOf(file.getFileName()));
        } catch (SQLException | IOException | RuntimeException failed) {
            for (Connection connection : opened) {
                try {
                    connection.close();
                } catch (SQLException alsoFailed) {
                    failed.addSuppressed(alsoFailed);
                }
            }
            throw new IllegalStateException(
                    "cannot open the store " + file + ": " + failed.getMessage(), failed);
        }
    }

    /// Whatever the folder allows: SQLite gives the files beside it (-wal, -shm) the permissions of the store itself.
    private static void keepToOwner(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException _) {
            for (String suffix : List.of("", "-wal", "-shm")) {
                Path each = file.resolveSibling(file.getFileName() + suffix);
                if (Files.exists(each)) {
                    Files.setPosixFilePermissions(each, OWNER_ONLY);
                }
            }
        }
    }

    private static SQLiteConfig settings() {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // FULL: in WAL mode anything less leaves the last commits to the next checkpoint's fsync.
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS);
        // Nobody asks the driver for them, and it would run another statement after each insert.
        config.setGetGeneratedKeys(false);
        return config;
    }

    private static Connection reader(String url) throws SQLException {
        Connection connection = settings().createConnection(url);
        try (Statement sql = connection.createStatement()) {
            sql.execute("PRAGMA query_only = true");
        }
        return connection;
    }

    @Override
    public <T> T read(Function<Handle, T> work) {
        Optional<Handle> outer = sessions.current();
        if (outer.isPresent()) {
            return work.apply(outer.get());
        }
        Connection connection = borrow();
        try {
            KeptStatements sql = Objects.requireNonNull(statements.get(connection));
            // The snapshot is taken by the first statement and held until the end.
            sql.execute("BEGIN");
            try {
                return sessions.read(connection, work);
            } finally {
                sql.execute("COMMIT");
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "cannot read from the store: " + failed.getMessage(), failed);
        } finally {
            idle.add(connection);
        }
    }

    private Connection borrow() {
        try {
            Connection connection =
                    closed ? null : idle.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (closed) {
                if (connection != null) {
                    idle.add(connection);
                }
                throw new IllegalStateException("the store is closed");
            }
            if (connection == null) {
                throw new StoreBusyException(
                        "all "
                                + READERS
                                + " readers of the store were busy for "
                                + PATIENCE.toSeconds()
                                + " s; try again later");
            }
            return connection;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("interrupted while waiting to read");
        }
    }

    @Override
    public <T> T write(Function<Write, T> work) {
        sessions.refuseNestedWrite();
        var unit = new WorkUnit<T>(sessions, work);
        writer.submit(unit);
        return unit.await().acknowledge();
    }

    /// The scheduler's heartbeats must not wait behind the work whose life they tell of.
    private void lease(LeaseUnit unit) {
        sessions.refuseNestedWrite();
        writer.submitFirst(unit);
    }

    @Override
    public DataSource schedulerDataSource() {
        return leases;
    }

    @Override
    public Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    public Statistics statistics() {
        return writer.statistics();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        writer.close();
        closed = true;
        for (int i = 0; i < READERS; i++) {
            try {
                Connection connection = idle.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (connection != null) {
                    connection.close();
                }
            } catch (SQLException failed) {
                LOG.warn("closing a reader of the store failed", failed);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                LOG.warn("interrupted while closing the store: a reader stays open");
                return;
            }
        }
    }
}
