package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Orders in the store.
final class OrderRows {
    /// Orders are signed for in this many lanes, so that some whose name servers do not answer hold only their own up.
    static final int SHARDS = 4;

    private OrderRows() {}

    /// An order whose certificate is to be signed.
    ///
    /// @param attempts how often that could not be done
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Signable(
            String id,
            String accountId,
            List<DomainName> names,
            CertificateId certificate,
            byte[] csr,
            int attempts) {
        Signable {
            names = List.copyOf(names);
        }
    }

    static void insert(
            Handle handle,
            String id,
            String account,
            List<DomainName> names,
            Optional<String> replaces,
            Instant created,
            Instant expires) {
        handle.createUpdate(
                        """
                        INSERT INTO enrolment_order (id, account_id, status, names, replaces, created_at, expires_at, attempts,
                            shard)
                        VALUES (:id, :account, 'PENDING', :names, :replaces, :created, :expires, 0, :shard)
                        """)
                .bind("id", id)
                .bind("account", account)
                .bind("names", text(names))
                .bind("replaces", replaces.orElse(null))
                .bind("created", created.toEpochMilli())
                .bind("expires", expires.toEpochMilli())
                .bind("shard", Math.floorMod(account.hashCode(), SHARDS))
                .execute();
    }

    static Optional<Order> find(Handle handle, String id, Instant now) {
        return handle.createQuery("SELECT * FROM enrolment_order WHERE id = :id")
                .bind("id", id)
                .map((rs, _) -> row(handle, rs, now))
                .findOne();
    }

    /// Ids of an account's orders, newest first.
    static List<String> page(Handle handle, String account, Optional<Order> after, int limit) {
        return handle.createQuery(
                        """
                        SELECT id FROM enrolment_order
                        WHERE account_id = :account
                            AND (created_at < :created OR (created_at = :created AND id < :id))
                        ORDER BY created_at DESC, id DESC LIMIT :limit
                        """)
                .bind("account", account)
                .bind(
                        "created",
                        after.map(Order::createdAt)
                                .map(Instant::toEpochMilli)
                                .orElse(Long.MAX_VALUE))
                .bind("id", after.map(Order::id).orElse(""))
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    /// Orders of all accounts of a credential, or of one account where there is none.
    static long since(Handle handle, Account account, Instant since) {
        String accounts =
                account.credential().isPresent()
                        ? "account_id IN (SELECT id FROM enrolment_account WHERE credential_id = :of)"
                        : "account_id = :of";
        return handle.createQuery(
                        "SELECT COUNT(*) FROM enrolment_order WHERE created_at > :since AND "
                                + accounts)
                .bind("since", since.toEpochMilli())
                .bind("of", account.credential().orElse(account.id()))
                .mapTo(Long.class)
                .one();
    }

    /// Whether an order that may yet come to something, or has, takes the place of the certificate.
    static boolean isReplaced(Handle handle, String serial, Instant now) {
        return handle
                .createQuery(
                        """
                        SELECT id FROM enrolment_order
                        WHERE replaces = :serial
                            AND (status IN ('PROCESSING', 'VALID') OR (status = 'PENDING' AND expires_at > :now))
                        """)
                .bind("serial", serial)
                .bind("now", now.toEpochMilli())
                .mapTo(String.class)
                .list()
                .stream()
                .anyMatch(id ->
                        find(handle, id, now)
                                .filter(order -> order.status() != Order.Status.INVALID)
                                .isPresent());
    }

    static boolean process(
            Handle handle, String id, CertificateId certificate, byte[] csr, Instant now) {
        return handle.execute(
                        """
                        UPDATE enrolment_order SET status = 'PROCESSING', certificate_id = ?, csr = ?, next_due = ?
                        WHERE id = ? AND status = 'PENDING'
                        """,
                        certificate.toString(),
                        csr,
                        now.toEpochMilli(),
                        id)
                == 1;
    }

    static List<Signable> due(Handle handle, int shard, Instant now, int most) {
        return handle.createQuery(
                        """
                        SELECT id, account_id, names, certificate_id, csr, attempts FROM enrolment_order
                        WHERE shard = :shard AND next_due <= :now AND status = 'PROCESSING' ORDER BY next_due LIMIT :most
                        """)
                .bind("shard", shard)
                .bind("now", now.toEpochMilli())
                .bind("most", most)
                .map((rs, _) ->
                        new Signable(
                                rs.getString(1),
                                rs.getString(2),
                                names(rs.getString(3)),
                                new CertificateId(UUID.fromString(rs.getString(4))),
                                rs.getBytes(5),
                                rs.getInt(6)))
                .list();
    }

    static Optional<Instant> nextDue(Handle handle, int shard) {
        return handle.createQuery(
                        "SELECT MIN(next_due) FROM enrolment_order WHERE shard = :shard AND next_due IS NOT NULL")
                .bind("shard", shard)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    /// @return whether it was still to be decided
    static boolean decide(
            Handle handle, String id, Order.Status status, Optional<Problem> problem) {
        return handle.createUpdate(
                                """
                                UPDATE enrolment_order SET status = :status, problem = :problem, csr = NULL, next_due = NULL
                                WHERE id = :id AND status = 'PROCESSING'
                                """)
                        .bind("status", status.name())
                        .bind("problem", problem.map(Problem::text).orElse(null))
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static void postpone(Handle handle, String id, Instant until) {
        handle.execute(
                """
                UPDATE enrolment_order SET attempts = attempts + 1, next_due = ? WHERE id = ? AND status = 'PROCESSING'
                """,
                until.toEpochMilli(),
                id);
    }

    private static Order row(Handle handle, ResultSet rs, Instant now) throws SQLException {
        String id = rs.getString("id");
        Order.Status stored = Order.Status.valueOf(rs.getString("status"));
        Instant expires = Instant.ofEpochMilli(rs.getLong("expires_at"));
        Order.Status status =
                switch (stored) {
                    case PENDING, READY ->
                            expires.isAfter(now)
                                    ? AuthorizationRows.standing(handle, id, now)
                                    : Order.Status.INVALID;
                    case PROCESSING, VALID, INVALID -> stored;
                };
        return new Order(
                id,
                rs.getString("account_id"),
                status,
                names(rs.getString("names")),
                AuthorizationRows.ofOrder(handle, id),
                Instant.ofEpochMilli(rs.getLong("created_at")),
                expires,
                status == Order.Status.VALID
                        ? Optional.ofNullable(rs.getString("certificate_id"))
                                .map(text -> new CertificateId(UUID.fromString(text)))
                        : Optional.empty(),
                Optional.ofNullable(rs.getString("replaces")),
                Optional.ofNullable(rs.getString("problem")).map(Problem::stored));
    }

    static String text(List<DomainName> names) {
        return names.stream().map(DomainName::ascii).collect(Collectors.joining(" "));
    }

    static List<DomainName> names(String text) {
        return Stream.of(text.split(" ", -1)).map(DomainName::new).toList();
    }
}
