package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;
import java.time.Instant;

class EdgeNodesTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");

    @StoreTest
    void theSlowestLiveNodeDecidesAndASilentOneDoesNot(Database database) {
        assertThat(others(database, "here")).isEqualTo(Long.MAX_VALUE);

        seen(database, "here", 3, NOW);
        seen(database, "slow", 5, NOW.minus(Duration.ofSeconds(9)));
        seen(database, "fast", 8, NOW);
        seen(database, "silent", 1, NOW.minus(Duration.ofSeconds(11)));
        assertThat(others(database, "here")).isEqualTo(5);

        seen(database, "slow", 9, NOW);
        assertThat(others(database, "here")).isEqualTo(8);

        database.write(write -> {
            EdgeNodes.gone(write, "fast");
            return true;
        });
        assertThat(others(database, "here")).isEqualTo(9);
    }

    private static void seen(Database database, String node, long applied, Instant at) {
        database.write(write -> {
            EdgeNodes.seen(write, node, applied, at);
            return true;
        });
    }

    private static long others(Database database, String node) {
        return database.<Long>read(handle -> EdgeNodes.appliedByOthers(handle, node, NOW));
    }
}
