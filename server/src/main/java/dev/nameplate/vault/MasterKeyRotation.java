package dev.nameplate.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Changes the master key under a store in use. [#rotate] makes a new one and wraps every data key anew, in small
/// transactions; every value opens at every moment, and a run that was killed is gone on with by the next. [#retire] drops what is
/// no longer needed. Certificates and the secrets themselves stay as they are.
public final class MasterKeyRotation {
    private static final int BATCH = 500;

    /// How long a server may hold a value that it sealed before it noticed the new key, and has not stored yet.
    static final Duration IN_FLIGHT = Duration.ofMinutes(10);

    private final MasterKeySource source;
    private final Vault vault;
    private final SealedStore store;
    private final InstantSource clock;

    public MasterKeyRotation(
            MasterKeySource source, Vault vault, SealedStore store, InstantSource clock) {
        this.source = source;
        this.vault = vault;
        this.store = store;
        this.clock = clock;
    }

    /// A master key and what is sealed under it.
    ///
    /// @param id empty for values of the first format, which do not say
    /// @param known whether the key is at hand
    /// @param seals whether it is the one that seals
    public record Line(Optional<KeyId> id, boolean known, boolean seals, long values) {}

    /// The one that seals first, then the older ones, then what is not known.
    public List<Line> status() {
        KeyRing ring = source.current();
        Map<String, Long> counts = store.counts();
        List<Line> lines = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (MasterKey key : ring.keys()) {
            told.add(key.id().hex());
            lines.add(
                    new Line(
                            Optional.of(key.id()),
                            true,
                            key.equals(ring.primary()),
                            counts.getOrDefault(key.id().hex(), 0L)));
        }
        counts.forEach((id, values) -> {
            if (!told.contains(id)) {
                lines.add(
                        new Line(
                                id.isEmpty() ? Optional.empty() : Optional.of(new KeyId(id)),
                                false,
                                false,
                                values));
            }
        });
        return lines;
    }

    /// @param resumed whether this went on with an earlier rotation instead of making a key
    /// @param values that were wrapped anew
    public record Rotated(KeyId key, boolean resumed, long values) {}

    /// Makes a key, unless an earlier rotation is still owed, and brings every value under it.
    ///
    /// @throws UnsealException if a value does not open; everything else is left as good as before
    public Rotated rotate() {
        KeyRing ring = source.reread();
        boolean owed = ring.keys().size() > 1 && outstanding() > 0;
        KeyRing now = owed ? ring : source.add(clock.instant());
        return new Rotated(now.primary().id(), owed, rewrapAll());
    }

    /// Again until a pass finds nothing: a server may have stored a value behind the pass.
    private long rewrapAll() {
        long all = 0;
        for (long pass = rewrapPass(); pass > 0; pass = rewrapPass()) {
            all += pass;
        }
        return all;
    }

    private long rewrapPass() {
        long count = 0;
        for (SealedColumn column : store.columns()) {
            Optional<SealedStore.Row> last = Optional.empty();
            List<SealedStore.Row> rows;
            do {
                rows = store.othersThan(vault.prefix(), column, last, BATCH);
                if (!rows.isEmpty()) {
                    store.replace(
                            column,
                            rows,
                            rows.stream()
                                    .map(row ->
                                            vault.rewrap(row.sealed(), column.contextOf(row.key())))
                                    .toList());
                    last = Optional.of(rows.getLast());
                    count += rows.size();
                }
            } while (rows.size() == BATCH);
        }
        return count;
    }

    /// Values that are not under the key that seals.
    private long outstanding() {
        String present = source.current().primary().id().hex();
        return store.counts().entrySet().stream()
                .filter(each -> !each.getKey().equals(present))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /// Drops every key but the one that seals.
    ///
    /// @param quiet whether no server runs on this store, so that nothing can be on its way into it
    /// @throws StillNeeded if a value is, or may yet be, sealed under an older key
    public List<KeyId> retire(boolean quiet) {
        KeyRing ring = source.reread();
        long left = outstanding();
        if (left > 0) {
            throw new StillNeeded(
                    left + " sealed values need an older master key: run 'vault rotate' first");
        }
        Instant earliest = ring.primary().since().plus(IN_FLIGHT);
        if (!quiet && ring.keys().size() > 1 && clock.instant().isBefore(earliest)) {
            throw new StillNeeded(
                    "a running server may still be storing what it sealed before the rotation: stop it, or wait until "
                            + earliest);
        }
        List<KeyId> dropped = new ArrayList<>();
        for (MasterKey key : ring.keys().subList(1, ring.keys().size())) {
            source.remove(key.id());
            dropped.add(key.id());
        }
        return dropped;
    }

    /// An older key cannot be dropped yet; the message says what to do first.
    public static final class StillNeeded extends RuntimeException {
        private static final long serialVersionUID = 1;

        StillNeeded(String message) {
            super(message);
        }
    }
}
