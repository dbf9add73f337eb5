package dev.nameplate.issuer.acme;

import dev.nameplate.vault.SealedColumn;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The SQL of accounts: one row for an issuer and its directory.
final class AccountRows {
    static final SealedColumn KEY =
            new SealedColumn(
                    "acme_account",
                    List.of("issuer", "directory"),
                    "sealed_key",
                    "acme-account-key/{issuer}/{directory}");

    /// Under the same context, since the next key becomes the account's as it is.
    static final SealedColumn NEXT_KEY =
            new SealedColumn(
                    "acme_account",
                    List.of("issuer", "directory"),
                    "sealed_next_key",
                    "acme-account-key/{issuer}/{directory}");

    private static final String MINE = " WHERE issuer = :issuer AND directory = :directory ";

    private AccountRows() {}

    /// A key at rest.
    ///
    /// @param spki the public key, in base64
    record Kept(String spki, byte[] sealed) {}

    /// @param version changes with whatever a request is signed with
    /// @param keyAt since when the key counts, if it was changed
    /// @param keyProblem why the last change of keys was refused
    record Account(
            int version,
            AcmeAccount.Status status,
            Kept key,
            Optional<Kept> next,
            Optional<Instant> keyAt,
            Optional<AcmeProblem> keyProblem,
            Optional<String> url,
            List<String> contacts,
            Optional<String> terms,
            Optional<Instant> termsAt,
            Optional<AcmeProblem> problem,
            Instant retryAt,
            Instant createdAt) {}

    static Optional<Account> find(Handle handle, AcmeCa ca) {
        return handle.createQuery("SELECT * FROM acme_account" + MINE)
                .bind("issuer", ca.name().text())
                .bind("directory", ca.directory().toString())
                .map((row, _) -> account(row))
                .findOne();
    }

    private static Account account(ResultSet row) throws SQLException {
        String contacts = row.getString("contacts");
        return new Account(
                row.getInt("version"),
                AcmeAccount.Status.valueOf(row.getString("status")),
                new Kept(row.getString("public_key"), row.getBytes("sealed_key")),
                Optional.ofNullable(row.getString("next_public_key"))
                        .map(spki -> new Kept(spki, bytes(row, "sealed_next_key"))),
                time(row, "key_at"),
                Optional.ofNullable(row.getString("key_problem")).map(AcmeProblem::parse),
                Optional.ofNullable(row.getString("url")),
                contacts.isEmpty() ? List.of() : List.of(contacts.split(" ")),
                Optional.ofNullable(row.getString("terms")),
                time(row, "terms_at"),
                Optional.ofNullable(row.getString("problem")).map(AcmeProblem::parse),
                Instant.ofEpochMilli(row.getLong("retry_at")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }

    private static byte[] bytes(ResultSet row, String column) {
        try {
            return row.getBytes(column);
        } catch (SQLException failed) {
            throw new IllegalStateException("acme_account." + column + " cannot be read", failed);
        }
    }

    /// Does nothing where there is one.
    static void insert(Handle handle, AcmeCa ca, Kept key, Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO acme_account (issuer, directory, version, status, public_key, sealed_key, contacts, retry_at, created_at, updated_at)
                        VALUES (:issuer, :directory, 1, 'NEW', :spki, :sealed, '', 0, :now, :now)
                        ON CONFLICT (issuer, directory) DO NOTHING
                        """)
                .bind("issuer", ca.name().text())
                .bind("directory", ca.directory().toString())
                .bind("spki", key.spki())
                .bind("sealed", key.sealed())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /// A new account in the place of one that counts no more.
    static void renew(Handle handle, AcmeCa ca, Kept key, Instant now) {
        signing(
                        handle,
                        ca,
                        """
                        status = 'NEW', public_key = :spki, sealed_key = :sealed, next_public_key = NULL, sealed_next_key = NULL,
                        key_at = NULL, key_problem = NULL, url = NULL, contacts = '', terms = NULL, terms_at = NULL,
                        problem = NULL, retry_at = 0, created_at = :now\
                        """,
                        "AND status = 'DEACTIVATED'",
                        now)
                .bind("spki", key.spki())
                .bind("sealed", key.sealed())
                .execute();
    }

    static void registered(
            Handle handle,
            AcmeCa ca,
            String spki,
            String url,
            Optional<String> terms,
            Instant now) {
        signing(
                        handle,
                        ca,
                        """
                        status = 'VALID', url = :url, contacts = :contacts, terms = :terms, terms_at = :terms_at, problem = NULL, retry_at = 0\
                        """,
                        "AND public_key = :spki AND status = 'NEW'",
                        now)
                .bind("url", url)
                .bind("contacts", String.join(" ", ca.contacts()))
                .bind("terms", terms.orElse(null))
                .bind("terms_at", terms.map(_ -> now.toEpochMilli()).orElse(null))
                .bind("spki", spki)
                .execute();
    }

    /// The authority knows the contacts of the settings.
    static void told(Handle handle, AcmeCa ca, String url, Instant now) {
        update(handle, ca, "contacts = :contacts", "AND url = :url", now)
                .bind("url", url)
                .bind("contacts", String.join(" ", ca.contacts()))
                .execute();
    }

    /// Nothing is in the way any more: an authority asks for this by refusing everything else.
    static void agreed(Handle handle, AcmeCa ca, String url, String terms, Instant now) {
        update(
                        handle,
                        ca,
                        "terms = :terms, terms_at = :now, problem = NULL, retry_at = 0",
                        "AND url = :url",
                        now)
                .bind("url", url)
                .bind("terms", terms)
                .execute();
    }

    /// The authority does not know it any more.
    static void lost(Handle handle, AcmeCa ca, String url, Instant now) {
        signing(
                        handle,
                        ca,
                        "status = 'NEW', url = NULL",
                        "AND url = :url AND status = 'VALID'",
                        now)
                .bind("url", url)
                .execute();
    }

    /// @return false if a change of keys is under way already
    static boolean begin(Handle handle, AcmeCa ca, Kept next, Instant now) {
        return signing(
                                handle,
                                ca,
                                "next_public_key = :spki, sealed_next_key = :sealed, key_problem = NULL",
                                "AND next_public_key IS NULL AND status = 'VALID'",
                                now)
                        .bind("spki", next.spki())
                        .bind("sealed", next.sealed())
                        .execute()
                == 1;
    }

    /// The next key counts from now on.
    static void changed(Handle handle, AcmeCa ca, String next, Instant now) {
        signing(
                        handle,
                        ca,
                        """
                        public_key = next_public_key, sealed_key = sealed_next_key, next_public_key = NULL, sealed_next_key = NULL,
                        key_at = :now, key_problem = NULL\
                        """,
                        "AND next_public_key = :next",
                        now)
                .bind("next", next)
                .execute();
    }

    /// The next key will never count.
    static void unchanged(Handle handle, AcmeCa ca, String next, AcmeProblem problem, Instant now) {
        signing(
                        handle,
                        ca,
                        "next_public_key = NULL, sealed_next_key = NULL, key_problem = :problem",
                        "AND next_public_key = :next",
                        now)
                .bind("next", next)
                .bind("problem", problem.json())
                .execute();
    }

    /// The authority is about to be asked.
    ///
    /// @return false if there is no account to deactivate, or its key is being changed
    static boolean deactivating(Handle handle, AcmeCa ca, Instant now) {
        return signing(
                                handle,
                                ca,
                                "status = 'DEACTIVATING'",
                                "AND status = 'VALID' AND next_public_key IS NULL",
                                now)
                        .execute()
                == 1;
    }

    /// The authority refused to deactivate it.
    static void kept(Handle handle, AcmeCa ca, String url, Instant now) {
        signing(handle, ca, "status = 'VALID'", "AND url = :url AND status = 'DEACTIVATING'", now)
                .bind("url", url)
                .execute();
    }

    static void deactivated(Handle handle, AcmeCa ca, String url, Instant now) {
        signing(
                        handle,
                        ca,
                        "status = 'DEACTIVATED', problem = NULL, retry_at = 0",
                        "AND url = :url AND status = 'DEACTIVATING'",
                        now)
                .bind("url", url)
                .execute();
    }

    /// What is in the way is tried again at once.
    static void hurry(Handle handle, AcmeCa ca, Instant now) {
        update(handle, ca, "retry_at = 0", "", now).execute();
    }

    /// Nothing is asked with this account before `retryAt`; none: whatever was in the way is gone.
    static void problem(
            Handle handle, AcmeCa ca, Optional<AcmeProblem> problem, Instant retryAt, Instant now) {
        update(handle, ca, "problem = :problem, retry_at = :retry", "", now)
                .bind("problem", problem.map(AcmeProblem::json).orElse(null))
                .bind("retry", retryAt.toEpochMilli())
                .execute();
    }

    /// A change of what requests are signed with.
    private static Update signing(Handle handle, AcmeCa ca, String set, String where, Instant now) {
        return update(handle, ca, "version = version + 1, " + set, where, now);
    }

    private static Update update(Handle handle, AcmeCa ca, String set, String where, Instant now) {
        return handle.createUpdate(
                        "UPDATE acme_account SET " + set + ", updated_at = :now" + MINE + where)
                .bind("issuer", ca.name().text())
                .bind("directory", ca.directory().toString())
                .bind("now", now.toEpochMilli());
    }
}
