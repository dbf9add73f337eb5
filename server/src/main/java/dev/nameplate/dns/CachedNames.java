package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import dev.nameplate.db.Database;

import org.xbill.DNS.Name;

import java.time.Duration;

/// Keeps hot names in memory.
///
/// A change committed on this node is answered at once: each view remembers the epoch of the zones above its name from
/// *before* it was read, so a read that raced with a commit is not used again. What may change without this node's doing
/// shows when the view expires.
final class CachedNames {
    /// Other nodes' changes, and distributions, are to be served within a second; half of it is left to the store.
    static final Duration SHARED_LIFETIME = Duration.ofMillis(500);

    /// SQLite has no other node: the epochs tell of every change, and this only bounds what is kept of names not asked again.
    private static final Duration SOLE_LIFETIME = Duration.ofMinutes(1);

    private static final long MAX_NAMES = 50_000;

    private final NameView.Source stored;
    private final SuffixZone suffixZone;
    private final String suffix;
    private final ZoneEpochs epochs;
    private final Cache<Name, Held> storedViews;
    private final Cache<Name, NameView> suffixViews;

    CachedNames(
            NameView.Source stored,
            SuffixZone suffixZone,
            Zones zones,
            Database.Dialect dialect,
            Ticker ticker) {
        this.stored = stored;
        this.suffixZone = suffixZone;
        this.suffix = zones.settings().suffix().ascii();
        this.epochs = zones.epochs();
        this.storedViews =
                cache(
                        switch (dialect) {
                            case SQLITE -> SOLE_LIFETIME;
                            case POSTGRESQL -> SHARED_LIFETIME;
                        },
                        ticker);
        this.suffixViews = cache(SHARED_LIFETIME, ticker);
    }

    private static <V> Cache<Name, V> cache(Duration lifetime, Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_NAMES)
                .expireAfterWrite(lifetime)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    private record Held(NameView view, int[] counters, long epoch) {}

    NameView view(Name asked) {
        Held held = storedViews.getIfPresent(asked);
        if (held != null && epochs.epoch(held.counters()) == held.epoch()) {
            return held.view();
        }
        NameView ours = suffixViews.getIfPresent(asked);
        if (ours != null) {
            return ours;
        }
        OwnerName name = OwnerName.of(asked);
        return name.isWithin(suffix) ? readSuffix(name, asked) : readStored(name, asked);
    }

    private NameView readSuffix(OwnerName name, Name asked) {
        NameView view = suffixZone.view(name, asked);
        suffixViews.put(asked, view);
        return view;
    }

    private NameView readStored(OwnerName name, Name asked) {
        int[] counters = epochs.countersAbove(name);
        long epoch = epochs.epoch(counters);
        NameView view = stored.view(name, asked);
        storedViews.put(asked, new Held(view, counters, epoch));
        return view;
    }
}
