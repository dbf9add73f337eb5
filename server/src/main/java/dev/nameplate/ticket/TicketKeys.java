package dev.nameplate.ticket;

import dev.nameplate.db.Database;
import dev.nameplate.edge.config.TicketKey;
import dev.nameplate.job.DueWork;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Three keys stand in the store: the previous one, whose tickets visitors may still hold, the one in use, and the next, made a
/// whole rotation before tickets are sealed under it, so that every node has it by then. Time alone makes the next the one in use.
///
/// A ticket is worth what its session is worth, so a key that is gone from the store makes recorded sessions safe for good (RFC 8446
/// appendix C.4): whoever takes the store later finds only the latest.
public final class TicketKeys implements DueWork {
    private static final SealedColumn SECRET =
            new SealedColumn(
                    "session_ticket_key", List.of("id"), "secret", "session-ticket-key/{id}");

    /// Where keys rest, sealed.
    public static final List<SealedColumn> SEALED = List.of(SECRET);

    /// What every node gets to learn of a key, where all were down when it should have been made.
    private static final Duration NOTICE = Duration.ofMinutes(5);

    private static final int PART = 16;

    private final Database database;
    private final Vault vault;
    private final SecureRandom random;
    private final Duration rotation;

    /// @param rotation how long a key seals, and then how long it still opens
    public TicketKeys(Database database, Vault vault, SecureRandom random, Duration rotation) {
        this.database = database;
        this.vault = vault;
        this.random = random;
        this.rotation = rotation;
    }

    /// For the edge.
    public List<TicketKey> keys() {
        return database
                .read(handle ->
                        handle.createQuery(
                                        "SELECT id, seals_from, secret FROM session_ticket_key"
                                                + " ORDER BY seals_from")
                                .map((rs, _) ->
                                        new Row(
                                                rs.getString(1),
                                                Instant.ofEpochMilli(rs.getLong(2)),
                                                rs.getBytes(3)))
                                .list())
                .stream()
                .map(this::opened)
                .toList();
    }

    private record Row(String id, Instant from, byte[] sealed) {}

    private TicketKey opened(Row row) {
        byte[] secret = vault.open(row.sealed(), SECRET.contextOf(row.id()));
        try {
            return new TicketKey(part(secret, 0), part(secret, 1), part(secret, 2), row.from());
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] part(byte[] secret, int index) {
        return Arrays.copyOfRange(secret, index * PART, (index + 1) * PART);
    }

    @Override
    public String name() {
        return "session-ticket-keys";
    }

    /// Makes what is missing and drops what is over; the same again changes nothing.
    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Row first = newKey(now);
        Row second = newKey(now.plus(rotation));
        return Optional.of(
                database.write(write -> {
                    Handle handle = write.handle();
                    List<Instant> times = times(handle);
                    if (times.isEmpty()) {
                        insert(handle, first);
                        insert(handle, second);
                        return second.from();
                    }
                    Instant newest = times.getLast();
                    if (newest.isAfter(now)) {
                        return newest;
                    }
                    Instant due = newest.plus(rotation);
                    Instant soonest = now.plus(NOTICE);
                    Instant from = due.isAfter(soonest) ? due : soonest;
                    insert(handle, new Row(second.id(), from, second.sealed()));
                    // The newest that were there are the one in use from now on, and the previous
                    // one.
                    if (times.size() > 2) {
                        handle.execute(
                                "DELETE FROM session_ticket_key WHERE seals_from < ?",
                                times.get(times.size() - 2).toEpochMilli());
                    }
                    return from;
                }));
    }

    private static List<Instant> times(Handle handle) {
        return handle.createQuery("SELECT seals_from FROM session_ticket_key ORDER BY seals_from")
                .map((rs, _) -> Instant.ofEpochMilli(rs.getLong(1)))
                .list();
    }

    private Row newKey(Instant from) {
        byte[] secret = new byte[3 * PART];
        byte[] name = new byte[PART];
        random.nextBytes(secret);
        random.nextBytes(name);
        String id = HexFormat.of().formatHex(name);
        try {
            return new Row(id, from, vault.seal(secret, SECRET.contextOf(id)));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static void insert(Handle handle, Row row) {
        handle.createUpdate(
                        "INSERT INTO session_ticket_key (id, seals_from, secret) VALUES (:id, :from, :secret)")
                .bind("id", row.id())
                .bind("from", row.from().toEpochMilli())
                .bind("secret", row.sealed())
                .execute();
    }
}
