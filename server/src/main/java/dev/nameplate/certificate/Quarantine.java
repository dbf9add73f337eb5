package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Stored certificates that cannot be loaded. Each is left out alone wherever certificates are read, and said here; an entry
/// leaves when the certificate loads again. In memory: a start finds them anew.
public final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final InstantSource clock;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    Quarantine(InstantSource clock) {
        this.clock = clock;
    }

    /// @param id as it is in the store, which may be what is wrong with it
    /// @param reason what does not load, in words
    /// @param since when it was noticed
    public record Entry(String id, String reason, Instant since) {}

    void report(String id, String reason) {
        entries.computeIfAbsent(
                id,
                _ -> {
                    LOG.warn(
                            "certificate {} is left out, because {}; it is back once what is stored"
                                    + " of it is restored",
                            id,
                            reason);
                    return new Entry(id, reason, clock.instant());
                });
    }

    void loads(String id) {
        if (entries.remove(id) != null) {
            LOG.info("certificate {} can be loaded again", id);
        }
    }

    /// Oldest first.
    public List<Entry> entries() {
        return entries.values().stream()
                .sorted(Comparator.comparing(Entry::since).thenComparing(Entry::id))
                .toList();
    }

    /// Those whose row says that they are the account's.
    public List<Entry> entries(Handle handle, AccountId account) {
        return entries().stream()
                .filter(entry ->
                        handle.createQuery("SELECT account FROM certificate WHERE id = :id")
                                .bind("id", entry.id())
                                .mapTo(String.class)
                                .findOne()
                                .equals(Optional.of(account.value())))
                .toList();
    }

    /// It is deleted.
    void forget(String id) {
        entries.remove(id);
    }

    public int size() {
        return entries.size();
    }
}
