package dev.nameplate.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.edge.config.TicketKey;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

final class TicketKeysTest {
    private static final Duration ROTATION = Duration.ofHours(12);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Vault vault = TestVault.open();

    private TicketKeys keys(Database database) {
        return new TicketKeys(database, vault, new SecureRandom(), ROTATION);
    }

    private static List<String> names(TicketKeys keys) {
        return keys.keys().stream().map(key -> HexFormat.of().formatHex(key.name())).toList();
    }

    @StoreTest
    void theFirstStartMakesOneForNowAndOneForLater(Database database) {
        TicketKeys keys = keys(database);
        assertThat(keys.keys()).isEmpty();
        assertThat(keys.advance(0, START)).contains(START.plus(ROTATION));
        assertThat(keys.keys())
                .extracting(TicketKey::from)
                .containsExactly(START, START.plus(ROTATION));
    }

    @StoreTest
    void everyNodeHasTheSame(Database database) {
        TicketKeys here = keys(database);
        TicketKeys there = keys(database);
        here.advance(0, START);
        assertThat(there.advance(0, START.plusSeconds(1))).contains(START.plus(ROTATION));
        assertThat(names(there)).isEqualTo(names(here));
        assertThat(there.keys().getFirst().aes()).isEqualTo(here.keys().getFirst().aes());
        assertThat(there.keys().getFirst().hmac()).isEqualTo(here.keys().getFirst().hmac());
    }

    @StoreTest
    void aRotationKeepsThePreviousOneAndMakesTheNext(Database database) {
        TicketKeys keys = keys(database);
        keys.advance(0, START);
        List<String> first = names(keys);

        Instant due = START.plus(ROTATION);
        assertThat(keys.advance(0, due)).contains(due.plus(ROTATION));
        List<String> second = names(keys);
        assertThat(second).hasSize(3).startsWith(first.toArray(String[]::new));
        assertThat(keys.advance(0, due)).as("again").contains(due.plus(ROTATION));
        assertThat(names(keys)).isEqualTo(second);

        assertThat(keys.advance(0, due.plus(ROTATION)))
                .contains(due.plus(ROTATION.multipliedBy(2)));
        assertThat(names(keys)).hasSize(3).doesNotContain(first.getFirst());
        assertThat(names(keys).subList(0, 2)).isEqualTo(second.subList(1, 3));
    }

    @StoreTest
    void afterALongSilenceTheNextIsKnownBeforeItSeals(Database database) {
        TicketKeys keys = keys(database);
        keys.advance(0, START);
        Instant late = START.plus(Duration.ofDays(30));
        Instant next = keys.advance(0, late).orElseThrow();
        assertThat(next).isAfter(late.plusSeconds(60)).isBefore(late.plus(ROTATION));
        assertThat(keys.keys()).extracting(TicketKey::from).last().isEqualTo(next);
    }
}
