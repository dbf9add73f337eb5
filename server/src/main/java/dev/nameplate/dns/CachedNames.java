package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import dev.nameplate.db.Database;

import org.xbill.DNS.Name;

import java.util.Optional;

/// Keeps hot names in memory: those of hosted zones as [ZoneMemory] does, those of our own suffix for a moment, since
/// distributions come and go without an epoch. Targets of validation records are never kept: an authority that was told to look
/// looks once.
final class CachedNames {
    private final NameView.Source stored;
    private final SuffixZone suffixZone;
    private final String suffix;
    private final String proof;
    private final ZoneMemory<Name, NameView> storedViews;
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
        this.proof = zones.settings().proof();
        this.storedViews = new ZoneMemory<>(zones.epochs(), dialect, ticker);
        this.suffixViews =
                Caffeine.newBuilder()
                        .maximumSize(ZoneMemory.MAX_NAMES)
                        .expireAfterWrite(ZoneMemory.SHARED_LIFETIME)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .build();
    }

    NameView view(Name asked) {
        return storedViews
                .get(asked)
                .or(() -> Optional.ofNullable(suffixViews.getIfPresent(asked)))
                .orElseGet(() -> read(asked));
    }

    private NameView read(Name asked) {
        OwnerName name = OwnerName.of(asked);
        return name.isWithin(suffix)
                ? readSuffix(name, asked)
                : storedViews.read(asked, name, () -> stored.view(name, asked));
    }

    private NameView readSuffix(OwnerName name, Name asked) {
        NameView view = suffixZone.view(name, asked);
        if (!name.isWithin(proof)) {
            suffixViews.put(asked, view);
        }
        return view;
    }
}
