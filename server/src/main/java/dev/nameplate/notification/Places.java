package dev.nameplate.notification;

import dev.nameplate.names.AccountId;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Who may have how many attempts under way in this process. Threads are virtual, so what this bounds is sockets.
///
/// A receiver has few places, one that fails a single one. An account has as many that each of its receivers can have its first,
/// and some for second ones: so slow receivers hold up neither another account's nor another of their own account's. However much
/// is under way, an account that has nothing under way has a place.
final class Places {
    static final int PER_RECEIVER = 4;

    /// Further attempts at receivers of an account that have one already.
    private static final int FURTHER = 28;

    static final int PER_ACCOUNT = Subscriptions.MOST + FURTHER;

    static final int IN_ALL = 4 * PER_ACCOUNT;

    /// Whoever of more than these is forgotten has a few more places than it should, until it fails again.
    static final int MOST_FAILING = 4096;

    private final Object lock = new Object();
    private final Map<AccountId, Map<String, Integer>> underWay = new HashMap<>();

    /// Who failed last is last. Nobody says when a subscription is gone, so the oldest of too many are forgotten.
    private final Set<String> failing = new LinkedHashSet<>();

    private boolean heldBack;

    /// What is free now. Until [#looked] says otherwise an attempt that ends has another look made.
    Free look() {
        synchronized (lock) {
            heldBack = true;
            Map<AccountId, Map<String, Integer>> taken = new HashMap<>();
            underWay.forEach((account, counts) -> taken.put(account, new HashMap<>(counts)));
            return new Free(taken, Set.copyOf(failing));
        }
    }

    /// @param more whether something that is due found no place
    void looked(boolean more) {
        synchronized (lock) {
            heldBack = more;
        }
    }

    void begun(Subscription to) {
        synchronized (lock) {
            take(underWay, to);
        }
    }

    /// @return whether a run has to look for what waited for this attempt's place
    boolean ended(Subscription to, boolean reached) {
        synchronized (lock) {
            underWay.computeIfPresent(
                    to.account(),
                    (_, counts) -> {
                        counts.computeIfPresent(
                                to.id(),
                                (_, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
                        return counts.isEmpty() ? null : counts;
                    });
            failing.remove(to.id());
            if (!reached) {
                failing.add(to.id());
                if (failing.size() > MOST_FAILING) {
                    failing.remove(failing.iterator().next());
                }
            }
            return heldBack;
        }
    }

    int failing() {
        synchronized (lock) {
            return failing.size();
        }
    }

    private static void take(Map<AccountId, Map<String, Integer>> from, Subscription to) {
        from.computeIfAbsent(to.account(), _ -> new HashMap<>()).merge(to.id(), 1, Integer::sum);
    }

    /// What one look hands out.
    static final class Free {
        private final Map<AccountId, Map<String, Integer>> taken;
        private final Set<String> failing;
        private int all;

        private Free(Map<AccountId, Map<String, Integer>> taken, Set<String> failing) {
            this.taken = taken;
            this.failing = failing;
            this.all = taken.keySet().stream().mapToInt(this::ofAccount).sum();
        }

        /// @param gathers whether what comes meanwhile goes in one message afterwards
        boolean hasPlace(Subscription to, boolean gathers) {
            int receiver = ofReceiver(to);
            int account = ofAccount(to.account());
            if (account == 0) {
                return true;
            }
            if (all >= IN_ALL || account >= PER_ACCOUNT) {
                return false;
            }
            int most = gathers || failing.contains(to.id()) ? 1 : PER_RECEIVER;
            int further = account - taken.getOrDefault(to.account(), Map.of()).size();
            return receiver == 0 || (receiver < most && further < FURTHER);
        }

        void take(Subscription to) {
            Places.take(taken, to);
            all++;
        }

        int ofAccount(AccountId account) {
            return taken.getOrDefault(account, Map.of()).values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
        }

        int ofReceiver(Subscription to) {
            return taken.getOrDefault(to.account(), Map.of()).getOrDefault(to.id(), 0);
        }
    }
}
