package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import org.xbill.DNS.Name;

import java.time.Duration;

/// Keeps hot names in memory for a moment.
///
/// A change committed on this node is answered at once: each view remembers the epoch of the zones above its name from
/// *before* it was read, so a read that raced with a commit is not used again. A change committed on another node shows
/// when the view expires.
final class CachedNames {
    /// Other nodes' changes are to be served within a second; half of it is left to the store and the network.
    static final Duration LIFETIME = Duration.ofMillis(500);

    private static final long MAX_NAMES = 100_000;

    private final NameView.Source stored;
    private final SuffixZone suffixZone;
    private final String suffix;
    private final ZoneEpochs epochs;
    private final Cache<Name, Held> views;

    CachedNames(NameView.Source stored, SuffixZone suffixZone, Zones zones, Ticker ticker) {
        this.stored = stored;
        this.suffixZone = suffixZone;
        this.suffix = zones.settings().suffix().ascii();
        this.epochs = zones.epochs();
        this.views =
                Caffeine.newBuilder()
                        .maximumSize(MAX_NAMES)
                        .expireAfterWrite(LIFETIME)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .build();
    }

    private record Held(NameView view, int[] counters, long epoch) {}

    NameView view(Name asked) {
        Held held = views.getIfPresent(asked);
        if (held != null && epochs.epoch(held.counters()) == held.epoch()) {
            return held.view();
        }
        OwnerName name = OwnerName.of(asked);
        int[] counters = epochs.countersAbove(name);
        long epoch = epochs.epoch(counters);
        NameView view =
                name.isWithin(suffix) ? suffixZone.view(name, asked) : stored.view(name, asked);
        views.put(asked, new Held(view, counters, epoch));
        return view;
    }
}
