package dev.nameplate.edge.cache;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/// Takes purges, and has the stores searched for what they meant, away from whoever ordered them. One search covers all
/// purges that came before it.
final class PurgeSearch {
    private final Purges purges;
    private final Executor searches;
    private final List<LongConsumer> stores;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ReentrantLock searching = new ReentrantLock();

    /// @param searches runs a search, which may take a while
    /// @param stores each lets go of all that was purged up to a number
    PurgeSearch(Purges purges, Executor searches, LongConsumer... stores) {
        this.purges = purges;
        this.searches = searches;
        this.stores = List.of(stores);
    }

    void purge(String distributionId, List<String> paths) {
        purges.add(distributionId, paths);
        begin();
    }

    /// Searches for what was purged so far.
    void begin() {
        if (due.compareAndSet(false, true)) {
            searches.execute(this::search);
        }
    }

    private void search() {
        searching.lock();
        try {
            due.set(false);
            long latest = purges.latest();
            stores.forEach(store -> store.accept(latest));
            purges.searched(latest);
        } finally {
            searching.unlock();
        }
    }
}
