package dev.nameplate.revocation;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.CompromisedKeys;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.Signatures;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.RandomUuid;
import dev.nameplate.revocation.RevocationRun.Item;
import dev.nameplate.revocation.RevocationRun.ItemState;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Orders to revoke all of an account's certificates in a scope. Each certificate in it gets another leaf with another key, which is
/// looked for at the edge; only then the old one is revoked by whoever signed it. Until then an order can be taken back.
public final class MassRevocations {
    private final Certificates certificates;
    private final Signatures own;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Wakeup wakeup;

    /// @param own what our own authority signed
    public MassRevocations(
            Certificates certificates,
            Signatures own,
            InstantSource clock,
            RandomGenerator random,
            Wakeup wakeup) {
        this.certificates = certificates;
        this.own = own;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
    }

    /// What a run would be about now.
    ///
    /// @param leaves by who signed them; imports, which others must revoke, are not among them
    public record Preview(Map<IssuerName, Long> leaves, long imported) {
        public Preview {
            leaves = Map.copyOf(leaves);
        }
    }

    /// Looks at every certificate of the account; takes a read at a time, so that nothing waits for it.
    public Preview preview(Database database, AccountId account, RevocationScope scope) {
        Instant now = clock.instant();
        Search search = new Search(certificates, own, account, scope, now);
        Map<IssuerName, Long> leaves = new HashMap<>();
        long imported = 0;
        Search.Place place = Search.Place.START;
        while (place.phase() != RunRows.Phase.DONE) {
            Search.Place from = place;
            Search.Found found = database.read(handle -> search.next(handle, from));
            for (Item item : found.items()) {
                if (item.state() == ItemState.FAILED) {
                    imported++;
                } else {
                    leaves.merge(item.issuer(), 1L, Long::sum);
                }
            }
            place = found.next();
        }
        return new Preview(leaves, imported);
    }

    /// What is issued from now on is not part of it. A key in its scope is never certified or imported again.
    public RevocationRun start(
            Write write, AccountId account, RevocationScope scope, RevocationReason reason) {
        Instant now = now();
        RunRows.Row row =
                new RunRows.Row(
                        RandomUuid.from(random).toString(),
                        account,
                        scope,
                        reason,
                        now,
                        Optional.empty(),
                        RunRows.Phase.CURRENT,
                        "",
                        now);
        RunRows.insert(write.handle(), row);
        if (reason == RevocationReason.KEY_COMPROMISE) {
            scope.keyDigest().ifPresent(key -> CompromisedKeys.add(write, key, now));
        }
        write.afterCommit(() -> wakeup.wake(MassRevocationWork.NAME));
        return RunRows.run(write.handle(), row);
    }

    public Optional<RevocationRun> find(Handle handle, AccountId account, String id) {
        return RunRows.find(handle, id)
                .filter(row -> row.account().equals(account))
                .map(row -> RunRows.run(handle, row));
    }

    /// Newest first, at most a hundred.
    public List<RevocationRun> all(Handle handle, AccountId account) {
        return RunRows.ofAccount(handle, account).stream()
                .map(row -> RunRows.run(handle, row))
                .toList();
    }

    /// Nothing is revoked any more that its authority was not told of. What is being replaced is replaced all the same.
    public void cancel(Write write, RevocationRun run) {
        RunRows.cancel(write.handle(), run.id(), now());
        write.afterCommit(() -> wakeup.wake(MassRevocationWork.NAME));
    }

    /// Those that are not at their end, or came to one that somebody has to do something about, with what they wait for.
    ///
    /// @param after [#position] of the leaf that the last page ended with, empty at first
    public List<Item> open(Handle handle, RevocationRun run, String after, int limit) {
        Set<ItemState> states =
                EnumSet.of(
                        ItemState.WAITING,
                        ItemState.REPLACING,
                        ItemState.REVOKING,
                        ItemState.FAILED);
        return RunRows.items(handle, run.id(), states, after, limit).stream()
                .map(item -> Progress.told(handle, certificates, run.account(), item))
                .toList();
    }

    /// Where a page ended.
    public static String position(Item item) {
        return RunRows.position(item);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
