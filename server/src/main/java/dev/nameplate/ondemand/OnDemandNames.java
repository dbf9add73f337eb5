package dev.nameplate.ondemand;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The SQL of names that were let in.
final class OnDemandNames {
    private OnDemandNames() {}

    record Row(
            CertificateId certificate, AccountId account, Instant askedAt, Instant permittedAt) {}

    static Optional<Row> find(Handle handle, String name) {
        return handle.createQuery(
                        "SELECT certificate, account, asked_at, permitted_at FROM on_demand_name WHERE name = :name")
                .bind("name", name)
                .map((rs, _) ->
                        new Row(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                new AccountId(rs.getString(2)),
                                Instant.ofEpochMilli(rs.getLong(3)),
                                Instant.ofEpochMilli(rs.getLong(4))))
                .findOne();
    }

    static void put(
            Handle handle,
            DomainName name,
            CertificateId certificate,
            AccountId account,
            Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO on_demand_name (name, certificate, account, asked_at, permitted_at)
                        VALUES (:name, :certificate, :account, :now, :now)
                        ON CONFLICT (name) DO UPDATE SET certificate = excluded.certificate, account = excluded.account,
                            asked_at = excluded.asked_at, permitted_at = excluded.permitted_at
                        """)
                .bind("name", name.ascii())
                .bind("certificate", certificate.toString())
                .bind("account", account.value())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void permitted(Handle handle, DomainName name, Instant now) {
        handle.execute(
                "UPDATE on_demand_name SET permitted_at = ? WHERE name = ?",
                now.toEpochMilli(),
                name.ascii());
    }

    static void remove(Handle handle, DomainName name) {
        handle.execute("DELETE FROM on_demand_name WHERE name = ?", name.ascii());
    }

    static int askedSince(Handle handle, Instant since) {
        return handle.createQuery("SELECT COUNT(*) FROM on_demand_name WHERE asked_at > :since")
                .bind("since", since.toEpochMilli())
                .mapTo(Integer.class)
                .one();
    }
}
