package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.nameplate.db.Database;

import java.util.Optional;

/// Which zone hosted here holds a name: asked several times for each name that is looked at, so it is kept in memory, and is
/// as true as what [CachedNames] answers.
final class HostedZones {
    private final Database database;
    private final Zones zones;
    private final ZoneMemory<OwnerName, Optional<Zone>> memory;

    HostedZones(Database database, Zones zones, Ticker ticker) {
        this.database = database;
        this.zones = zones;
        this.memory = new ZoneMemory<>(zones.epochs(), database.dialect(), ticker);
    }

    Optional<Zone> closest(OwnerName asked) {
        // No zone's name has an underscore: a validation record lies where its host name does.
        OwnerName name = asked.withoutUnderscores();
        return memory.get(name)
                .orElseGet(() ->
                        memory.read(
                                name,
                                name,
                                () -> database.read(handle -> zones.closest(handle, name))));
    }
}
