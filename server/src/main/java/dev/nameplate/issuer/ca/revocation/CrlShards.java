package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which list a certificate will be told of in, should it be revoked. Decided before it is signed, since it names the list.
///
/// A shard takes at most [#CAPACITY] certificates, so that no list can outgrow about a megabyte even if all of it is revoked.
/// Places are taken from the store in blocks, which double from [#FIRST_BLOCK]: a small installation does not use shards up by
/// restarting, a busy one asks the store once in a thousand issuances.
public final class CrlShards {
    public static final int CAPACITY = 20_000;

    private static final int FIRST_BLOCK = 16;
    private static final int LARGEST_BLOCK = 1_000;

    /// Unused places lapse, so that the end of a shard is known.
    private static final Duration BLOCK_LIFE = Duration.ofDays(1);

    private final Database database;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final Duration longestLife;

    /// Guarded by `this`.
    private final Map<String, Block> blocks = new HashMap<>();

    private record Block(int shard, int left, int size, Instant lapses) {
        boolean usable(Instant now) {
            return left > 0 && now.isBefore(lapses);
        }

        Block oneLess() {
            return new Block(shard, left - 1, size, lapses);
        }
    }

    /// @param longestLife of any certificate that is given a shard
    public CrlShards(Database database, InstantSource clock, Wakeup wakeup, Duration longestLife) {
        this.database = database;
        this.clock = clock;
        this.wakeup = wakeup;
        this.longestLife = longestLife;
    }

    /// A place for one certificate. Not to be called inside a transaction: it may need one of its own.
    public synchronized int next(String issuer) {
        Instant now = clock.instant();
        Optional<Block> last = Optional.ofNullable(blocks.get(issuer));
        Block block =
                last.filter(held -> held.usable(now))
                        .orElseGet(() -> {
                            int size =
                                    last.map(held -> Math.min(2 * held.size(), LARGEST_BLOCK))
                                            .orElse(FIRST_BLOCK);
                            return database.write(write -> reserve(write, issuer, size, now));
                        })
                        .oneLess();
        blocks.put(issuer, block);
        return block.shard();
    }

    private Block reserve(Write write, String issuer, int size, Instant now) {
        Handle handle = write.handle();
        Optional<Newest> newest =
                handle.createQuery(
                                "SELECT shard, taken FROM crl_shard WHERE issuer = :issuer ORDER BY shard DESC LIMIT 1")
                        .bind("issuer", issuer)
                        .map((rs, _) -> new Newest(rs.getInt(1), rs.getLong(2)))
                        .findOne();
        Optional<Newest> open = newest.filter(Newest::isOpen);
        int shard = open.map(Newest::shard).orElse(newest.map(Newest::shard).orElse(0) + 1);
        int places = (int) Math.min(size, CAPACITY - open.map(Newest::taken).orElse(0L));
        Instant lapses = now.plus(BLOCK_LIFE);
        handle.createUpdate(
                        """
                        INSERT INTO crl_shard (issuer, shard, taken, ends_at, due_at)
                        VALUES (:issuer, :shard, :places, :endsAt, 0)
                        ON CONFLICT (issuer, shard) DO UPDATE
                        SET taken = crl_shard.taken + excluded.taken, ends_at = excluded.ends_at
                        """)
                .bind("issuer", issuer)
                .bind("shard", shard)
                .bind("places", places)
                .bind("endsAt", lapses.plus(longestLife).toEpochMilli())
                .execute();
        write.afterCommit(() -> wakeup.wake(CrlWork.NAME));
        return new Block(shard, places, places, lapses);
    }

    private record Newest(int shard, long taken) {
        /// Shard 0 is for certificates that name no list.
        boolean isOpen() {
            return shard > 0 && taken < CAPACITY;
        }
    }
}
