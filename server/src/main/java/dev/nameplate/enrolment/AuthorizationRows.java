package dev.nameplate.enrolment;

import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Authorizations and their challenges in the store.
final class AuthorizationRows {
    /// Challenges are looked at in this many lanes, so that some whose servers do not answer hold only their own up.
    static final int SHARDS = 4;

    private AuthorizationRows() {}

    static void insert(Handle handle, Authorization authorization) {
        handle.execute(
                """
                INSERT INTO enrolment_authorization (id, account_id, name, wildcard, status, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                authorization.id(),
                authorization.accountId(),
                authorization.name().ascii(),
                authorization.wildcard() ? 1 : 0,
                authorization.status().name(),
                authorization.createdAt().toEpochMilli(),
                authorization.expiresAt().toEpochMilli());
        int position = 0;
        for (Challenge challenge : authorization.challenges()) {
            handle.execute(
                    """
                    INSERT INTO enrolment_challenge (id, authorization_id, position, type, token, status, attempts, shard)
                    VALUES (?, ?, ?, ?, ?, ?, 0, ?)
                    """,
                    challenge.id(),
                    challenge.authorization(),
                    position++,
                    challenge.type().name(),
                    challenge.token(),
                    challenge.status().name(),
                    shard(authorization.accountId()));
        }
    }

    static Optional<Authorization> find(Handle handle, String id, Instant now) {
        return handle.createQuery("SELECT * FROM enrolment_authorization WHERE id = :id")
                .bind("id", id)
                .map((rs, _) -> row(rs, now, challenges(handle, id)))
                .findOne();
    }

    /// One that is valid still for a while.
    static Optional<String> valid(
            Handle handle, String account, DomainName name, boolean wildcard, Instant until) {
        return handle.createQuery(
                        """
                        SELECT id FROM enrolment_authorization
                        WHERE account_id = :account AND name = :name AND wildcard = :wildcard AND status = 'VALID'
                            AND expires_at > :until
                        ORDER BY expires_at DESC LIMIT 1
                        """)
                .bind("account", account)
                .bind("name", name.ascii())
                .bind("wildcard", wildcard ? 1 : 0)
                .bind("until", until.toEpochMilli())
                .mapTo(String.class)
                .findOne();
    }

    /// How many of an account were made since a time, and came to nothing, for one name.
    static long failed(Handle handle, String account, DomainName name, Instant since) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*) FROM enrolment_authorization
                        WHERE account_id = :account AND name = :name AND status = 'INVALID' AND created_at > :since
                        """)
                .bind("account", account)
                .bind("name", name.ascii())
                .bind("since", since.toEpochMilli())
                .mapTo(Long.class)
                .one();
    }

    static void link(Handle handle, String order, List<String> authorizations) {
        int position = 0;
        for (String authorization : authorizations) {
            handle.execute(
                    """
                    INSERT INTO enrolment_order_authorization (order_id, position, authorization_id) VALUES (?, ?, ?)
                    """,
                    order,
                    position++,
                    authorization);
        }
    }

    /// In the order of the names.
    static List<String> ofOrder(Handle handle, String order) {
        return handle.createQuery(
                        """
                        SELECT authorization_id FROM enrolment_order_authorization
                        WHERE order_id = :order ORDER BY position
                        """)
                .bind("order", order)
                .mapTo(String.class)
                .list();
    }

    /// What the authorizations of an order come to: ready once all are valid, invalid as soon as one never can be.
    static Order.Status standing(Handle handle, String order, Instant now) {
        List<Authorization.Status> all =
                handle.createQuery(
                                """
                                SELECT a.status, a.expires_at FROM enrolment_order_authorization o
                                    JOIN enrolment_authorization a ON a.id = o.authorization_id
                                WHERE o.order_id = :order
                                """)
                        .bind("order", order)
                        .map((rs, _) -> status(rs, now))
                        .list();
        if (all.stream().allMatch(each -> each == Authorization.Status.VALID)) {
            return Order.Status.READY;
        }
        return all.stream()
                        .allMatch(each ->
                                each == Authorization.Status.VALID
                                        || each == Authorization.Status.PENDING)
                ? Order.Status.PENDING
                : Order.Status.INVALID;
    }

    static boolean set(
            Handle handle,
            String id,
            Authorization.Status before,
            Authorization.Status after,
            Instant expires) {
        return handle.execute(
                        "UPDATE enrolment_authorization SET status = ?, expires_at = ? WHERE id = ? AND status = ?",
                        after.name(),
                        expires.toEpochMilli(),
                        id,
                        before.name())
                == 1;
    }

    static Optional<Challenge> challenge(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM enrolment_challenge WHERE id = :id")
                .bind("id", id)
                .map(AuthorizationRows::challenge)
                .findOne();
    }

    private static List<Challenge> challenges(Handle handle, String authorization) {
        return handle.createQuery(
                        "SELECT * FROM enrolment_challenge WHERE authorization_id = :it ORDER BY position")
                .bind("it", authorization)
                .map(AuthorizationRows::challenge)
                .list();
    }

    /// How many challenges of an account are being looked at.
    static long processing(Handle handle, String account) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*) FROM enrolment_challenge c JOIN enrolment_authorization a ON a.id = c.authorization_id
                        WHERE c.shard = :shard AND c.next_due IS NOT NULL AND a.account_id = :account
                        """)
                .bind("shard", shard(account))
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    private static int shard(String account) {
        return Math.floorMod(account.hashCode(), SHARDS);
    }

    /// The account has answered it: it is looked at from now on.
    static boolean begin(Handle handle, String id, Instant now) {
        return handle.execute(
                        """
                        UPDATE enrolment_challenge SET status = 'PROCESSING', next_due = ? WHERE id = ? AND status = 'PENDING'
                        """,
                        now.toEpochMilli(),
                        id)
                == 1;
    }

    static List<Challenge> due(Handle handle, int shard, Instant now, int most) {
        return handle.createQuery(
                        """
                        SELECT * FROM enrolment_challenge
                        WHERE shard = :shard AND next_due <= :now ORDER BY next_due LIMIT :most
                        """)
                .bind("shard", shard)
                .bind("now", now.toEpochMilli())
                .bind("most", most)
                .map(AuthorizationRows::challenge)
                .list();
    }

    static Optional<Instant> nextDue(Handle handle, int shard) {
        return handle.createQuery(
                        "SELECT MIN(next_due) FROM enrolment_challenge WHERE shard = :shard AND next_due IS NOT NULL")
                .bind("shard", shard)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    /// @param next when it is looked at again; empty if this was the last time
    /// @return whether it still waited to be looked at
    static boolean looked(
            Handle handle,
            Challenge challenge,
            Challenge.Status status,
            Optional<Problem> problem,
            Instant now,
            Optional<Instant> next) {
        return handle.createUpdate(
                                """
                                UPDATE enrolment_challenge SET status = :status, attempts = attempts + 1, problem = :problem,
                                    validated_at = :validated, next_due = :next
                                WHERE id = :id AND status = 'PROCESSING' AND attempts = :attempts
                                """)
                        .bind("status", status.name())
                        .bind("problem", problem.map(Problem::text).orElse(null))
                        .bind(
                                "validated",
                                status == Challenge.Status.VALID ? now.toEpochMilli() : null)
                        .bind("next", next.map(Instant::toEpochMilli).orElse(null))
                        .bind("id", challenge.id())
                        .bind("attempts", challenge.attempts())
                        .execute()
                == 1;
    }

    /// Nobody looks any more at what the challenges of an authorization show.
    static void stop(Handle handle, String authorization) {
        handle.execute(
                """
                UPDATE enrolment_challenge SET next_due = NULL, status = 'INVALID'
                WHERE authorization_id = ? AND status IN ('PENDING', 'PROCESSING')
                """,
                authorization);
    }

    private static Challenge challenge(ResultSet rs, StatementContext context) throws SQLException {
        long validated = rs.getLong("validated_at");
        boolean never = rs.wasNull();
        return new Challenge(
                rs.getString("id"),
                rs.getString("authorization_id"),
                Challenge.Type.valueOf(rs.getString("type")),
                rs.getString("token"),
                Challenge.Status.valueOf(rs.getString("status")),
                rs.getInt("attempts"),
                never ? Optional.empty() : Optional.of(Instant.ofEpochMilli(validated)),
                Optional.ofNullable(rs.getString("problem")).map(Problem::stored));
    }

    private static Authorization row(ResultSet rs, Instant now, List<Challenge> challenges)
            throws SQLException {
        return new Authorization(
                rs.getString("id"),
                rs.getString("account_id"),
                new DomainName(rs.getString("name")),
                rs.getInt("wildcard") == 1,
                status(rs, now),
                Instant.ofEpochMilli(rs.getLong("created_at")),
                Instant.ofEpochMilli(rs.getLong("expires_at")),
                challenges);
    }

    private static Authorization.Status status(ResultSet rs, Instant now) throws SQLException {
        Authorization.Status stored = Authorization.Status.valueOf(rs.getString("status"));
        boolean over = rs.getLong("expires_at") <= now.toEpochMilli();
        return over
                        && (stored == Authorization.Status.VALID
                                || stored == Authorization.Status.PENDING)
                ? Authorization.Status.EXPIRED
                : stored;
    }
}
