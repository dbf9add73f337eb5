package dev.nameplate.saas;

import dev.nameplate.names.DomainName;

import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/// Refuses an entry whose names others have, before anything is made for it.
///
/// @param own whether an earlier attempt at the entry made the distribution with this id
record FreeNames(AliasHolders holders, BiPredicate<Entry, String> own) {
    void require(Entry entry) {
        Map<DomainName, AliasHolders.Holder> all = holders.of(entry.account(), entry.names());
        Set<DomainName> awaited = all.isEmpty() ? Set.of() : holders.awaited(entry.job());
        all.entrySet().stream()
                .filter(held -> !awaited.contains(held.getKey()))
                .filter(held -> !own.test(entry, held.getValue().distributionId()))
                .findFirst()
                .ifPresent(held -> {
                    throw new StepRefused(
                            new Failure(
                                    Stage.DISTRIBUTION,
                                    held.getKey() + " " + held.getValue().sentence(),
                                    Failure.Actor.REQUESTER));
                });
    }
}
