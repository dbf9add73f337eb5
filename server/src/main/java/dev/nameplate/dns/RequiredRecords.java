package dev.nameplate.dns;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Optional;

/// The rows of `dns_required`: which certificate needs which CNAME, whether or not a zone for it is hosted here.
final class RequiredRecords {
    private RequiredRecords() {}

    static void add(
            Handle handle, AccountId account, String certificate, OwnerName name, String target) {
        handle.createUpdate(
                        """
                        INSERT INTO dns_required (certificate, account, name, place, target)
                        VALUES (:certificate, :account, :name, :place, :target)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("certificate", certificate)
                .bind("account", account.value())
                .bind("name", name.text())
                .bind("place", name.place())
                .bind("target", target)
                .execute();
    }

    /// Removes what `certificate` needs and returns the names it needed.
    static List<Needed> remove(Handle handle, String certificate) {
        List<Needed> needed =
                handle.createQuery(
                                "SELECT DISTINCT account, name FROM dns_required"
                                        + " WHERE certificate = :certificate ORDER BY name")
                        .bind("certificate", certificate)
                        .map((row, _) ->
                                new Needed(
                                        new AccountId(row.getString("account")),
                                        new OwnerName(row.getString("name"))))
                        .list();
        handle.createUpdate("DELETE FROM dns_required WHERE certificate = :certificate")
                .bind("certificate", certificate)
                .execute();
        return needed;
    }

    record Needed(AccountId account, OwnerName name) {}

    /// A standing record is one per account and name, so there is one target; were there more, the first holds.
    static Optional<String> target(Handle handle, AccountId account, OwnerName name) {
        return handle.createQuery(
                        "SELECT MIN(target) FROM dns_required"
                                + " WHERE account = :account AND name = :name")
                .bind("account", account.value())
                .bind("name", name.text())
                .mapTo(String.class)
                .findOne();
    }

    /// The names below `zone` that some certificate of the account needs.
    static List<OwnerName> below(Handle handle, AccountId account, OwnerName zone) {
        return handle.createQuery(
                        "SELECT DISTINCT name FROM dns_required WHERE account = :account"
                                + " AND place > :zone AND :after > place ORDER BY name")
                .bind("account", account.value())
                .bind("zone", zone.place())
                .bind("after", zone.placeAfterDescendants())
                .map((row, _) -> new OwnerName(row.getString("name")))
                .list();
    }
}
