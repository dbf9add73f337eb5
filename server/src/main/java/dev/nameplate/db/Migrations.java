package dev.nameplate.db;

import org.flywaydb.core.Flyway;

import java.util.Map;

import javax.sql.DataSource;

/// Brings a store to this release's schema. One SQL file serves both engines; the types whose names differ are
/// placeholders.
final class Migrations {
    private Migrations() {}

    static void run(DataSource dataSource, Database.Dialect dialect) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .placeholders(
                        switch (dialect) {
                            case SQLITE ->
                                    Map.of(
                                            "timestamp", "timestamp",
                                            // AUTOINCREMENT never hands out a number twice, even
                                            // after the last row is deleted.
                                            "sequence", "INTEGER PRIMARY KEY AUTOINCREMENT");
                            case POSTGRESQL ->
                                    Map.of(
                                            "timestamp",
                                            "timestamp with time zone",
                                            "sequence",
                                            "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
                        })
                .load()
                .migrate();
    }
}
