package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.Optional;

/// The lists as they are served: rows, so that every node hands out the same bytes.
public final class Crls {
    private final Database database;

    public Crls(Database database) {
        this.database = database;
    }

    /// @param der as signed
    @SuppressWarnings("ArrayRecordComponent") // bytes for a socket, handed on and never changed
    public record Stored(long number, Instant thisUpdate, Instant nextUpdate, byte[] der) {}

    public Optional<Stored> find(String issuer, int shard) {
        return database.read(handle -> find(handle, issuer, shard));
    }

    static Optional<Stored> find(Handle handle, String issuer, int shard) {
        return handle.createQuery(
                        """
                        SELECT number, this_update, next_update, der FROM crl
                        WHERE issuer = :issuer AND shard = :shard
                        """)
                .bind("issuer", issuer)
                .bind("shard", shard)
                .map((rs, _) ->
                        new Stored(
                                rs.getLong(1),
                                Instant.ofEpochMilli(rs.getLong(2)),
                                Instant.ofEpochMilli(rs.getLong(3)),
                                rs.getBytes(4)))
                .findOne();
    }

    /// Puts a list in the place of the one before it, unless another has come there first.
    static boolean put(Write write, String issuer, int shard, Stored list) {
        return write.handle()
                        .createUpdate(
                                """
                                INSERT INTO crl (issuer, shard, number, this_update, next_update, der)
                                VALUES (:issuer, :shard, :number, :thisUpdate, :nextUpdate, :der)
                                ON CONFLICT (issuer, shard) DO UPDATE
                                SET number = excluded.number, this_update = excluded.this_update,
                                    next_update = excluded.next_update, der = excluded.der
                                WHERE crl.number = excluded.number - 1
                                """)
                        .bind("issuer", issuer)
                        .bind("shard", shard)
                        .bind("number", list.number())
                        .bind("thisUpdate", list.thisUpdate().toEpochMilli())
                        .bind("nextUpdate", list.nextUpdate().toEpochMilli())
                        .bind("der", list.der())
                        .execute()
                == 1;
    }
}
