package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

/// The main job on the other store: the whole demo over PostgreSQL.
final class PostgresDemoIT {
    @Test
    void demoIsVerifiedOnPostgresql() throws IOException {
        try (PrivatePostgres postgres = PrivatePostgres.start()) {
            Commands.Result demo =
                    Commands.run(List.of("../nameplate", "demo"), postgres.settings());

            assertThat(demo.output()).contains("Every step was verified.");
            assertThat(demo.exit()).as(demo.errors()).isZero();
        }
    }
}
