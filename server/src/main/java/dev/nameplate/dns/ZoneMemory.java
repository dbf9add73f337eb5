package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import dev.nameplate.db.Database;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Keeps what was read of the hosted zones.
///
/// A change committed on this node counts at once: each value remembers the epoch of the zones above its name from *before*
/// it was read, so a read that raced with a commit is not used again. What may change without this node's doing shows when
/// the value expires.
final class ZoneMemory<K, V> {
    /// Other nodes' changes are to be served within a second; half of it is left to the store.
    static final Duration SHARED_LIFETIME = Duration.ofMillis(500);

    /// SQLite has no other node: the epochs tell of every change, and this only bounds what is kept of names not asked again.
    private static final Duration SOLE_LIFETIME = Duration.ofMinutes(1);

    static final long MAX_NAMES = 50_000;

    private final ZoneEpochs epochs;
    private final Cache<K, Held<V>> held;

    ZoneMemory(ZoneEpochs epochs, Database.Dialect dialect, Ticker ticker) {
        this.epochs = epochs;
        this.held =
                Caffeine.newBuilder()
                        .maximumSize(MAX_NAMES)
                        .expireAfterWrite(
                                switch (dialect) {
                                    case SQLITE -> SOLE_LIFETIME;
                                    case POSTGRESQL -> SHARED_LIFETIME;
                                })
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .build();
    }

    private record Held<V>(V value, int[] counters, long epoch) {}

    /// What is still true.
    Optional<V> get(K key) {
        return Optional.ofNullable(held.getIfPresent(key))
                .filter(found -> epochs.epoch(found.counters()) == found.epoch())
                .map(Held::value);
    }

    /// @param name what `key` stands for
    V read(K key, OwnerName name, Supplier<V> reading) {
        int[] counters = epochs.countersAbove(name);
        long epoch = epochs.epoch(counters);
        V value = reading.get();
        held.put(key, new Held<>(value, counters, epoch));
        return value;
    }
}
