package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.RandomUuid;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// ACME accounts. One for each key, whatever its status: a key that was deactivated stays so.
public final class Accounts {
    /// Whoever needs no credential makes accounts for nothing; this many an hour are more than a network's servers need.
    private static final int UNBOUND_PER_HOUR = 500;

    private final Database database;
    private final AccountId home;
    private final SecureRandom random;
    private final InstantSource clock;

    /// @param home whose the accounts are that no credential binds
    public Accounts(Database database, AccountId home, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.home = home;
        this.random = random;
        this.clock = clock;
    }

    /// A proof that the client was given a credential, already verified.
    ///
    /// @param text as the client sent it
    public record Binding(String credential, String text) {}

    /// @param created whether it was made just now
    public record Registered(Account account, boolean created) {}

    public Optional<Account> byKey(String thumbprint) {
        return database.read(handle -> byKey(handle, thumbprint));
    }

    public Optional<Account> find(String id) {
        return database.read(handle -> find(handle, id));
    }

    /// Makes an account, or answers the one there is for the key.
    ///
    /// @throws Refused if the credential is gone, has ended, or binds no more accounts
    public Registered register(
            String jwk,
            String thumbprint,
            List<String> contacts,
            boolean termsAgreed,
            Optional<Binding> binding) {
        String id = RandomUuid.from(random).toString();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return database.write(write -> {
            Optional<Account> there = byKey(write.handle(), thumbprint);
            if (there.isPresent()) {
                return new Registered(there.get(), false);
            }
            Account account =
                    new Account(
                            id,
                            binding.map(bound -> usable(write.handle(), bound, now).account())
                                    .orElse(home),
                            binding.map(Binding::credential),
                            jwk,
                            thumbprint,
                            Account.Status.VALID,
                            contacts,
                            binding.map(Binding::text),
                            termsAgreed,
                            now);
            if (binding.isEmpty()) {
                checkFlood(write.handle(), now);
            }
            insert(write.handle(), account);
            return new Registered(account, true);
        });
    }

    private static Credential usable(Handle handle, Binding binding, Instant now) {
        Credential credential =
                Credentials.find(handle, binding.credential())
                        .filter(found -> !found.hasEnded(now))
                        .orElseThrow(() ->
                                Refused.because(
                                        Problem.Kind.UNAUTHORIZED,
                                        "the credential of the external account binding has ended"));
        if (boundBy(handle, credential.id()) >= credential.maxAccounts()) {
            throw Refused.because(
                    Problem.Kind.UNAUTHORIZED,
                    "the credential binds at most "
                            + credential.maxAccounts()
                            + " accounts, and has done so");
        }
        return credential;
    }

    private static void checkFlood(Handle handle, Instant now) {
        long recent =
                handle.createQuery(
                                "SELECT COUNT(*) FROM enrolment_account WHERE credential_id IS NULL AND created_at > :since")
                        .bind("since", now.minus(Duration.ofHours(1)).toEpochMilli())
                        .mapTo(Long.class)
                        .one();
        if (recent >= UNBOUND_PER_HOUR) {
            throw Refused.rateLimited(
                    "more than " + UNBOUND_PER_HOUR + " accounts were made within an hour",
                    Duration.ofMinutes(10));
        }
    }

    private static void insert(Handle handle, Account account) {
        handle.createUpdate(
                        """
                        INSERT INTO enrolment_account (id, account, credential_id, thumbprint, jwk, status, contacts, binding,
                            terms_agreed, created_at)
                        VALUES (:id, :account, :credential, :thumbprint, :jwk, :status, :contacts, :binding, :terms, :created)
                        """)
                .bind("id", account.id())
                .bind("account", account.tenant().value())
                .bind("credential", account.credential().orElse(null))
                .bind("thumbprint", account.thumbprint())
                .bind("jwk", account.jwk())
                .bind("status", account.status().name())
                .bind("contacts", String.join("\n", account.contacts()))
                .bind("binding", account.binding().orElse(null))
                .bind("terms", account.termsAgreed() ? 1 : 0)
                .bind("created", account.createdAt().toEpochMilli())
                .execute();
    }

    public Account contacts(Account account, List<String> contacts) {
        return changed(
                account,
                "UPDATE enrolment_account SET contacts = ? WHERE id = ?",
                String.join("\n", contacts));
    }

    /// For ever (RFC 8555 section 7.3.6). What is under way ends with it.
    public Account deactivate(Account account) {
        return database.write(write -> {
            write.handle()
                    .execute(
                            "UPDATE enrolment_account SET status = ? WHERE id = ? AND status = ?",
                            Account.Status.DEACTIVATED.name(),
                            account.id(),
                            Account.Status.VALID.name());
            return find(write.handle(), account.id()).orElseThrow();
        });
    }

    /// Gives the account another key (RFC 8555 section 7.3.5).
    ///
    /// @return the account that has the new key already, if there is one; nothing was changed then
    public Optional<Account> changeKey(Account account, String jwk, String thumbprint) {
        return database.write(write -> {
            Optional<Account> holder = byKey(write.handle(), thumbprint);
            if (holder.isEmpty()) {
                write.handle()
                        .execute(
                                "UPDATE enrolment_account SET jwk = ?, thumbprint = ? WHERE id = ? AND thumbprint = ?",
                                jwk,
                                thumbprint,
                                account.id(),
                                account.thumbprint());
            }
            return holder;
        });
    }

    private Account changed(Account account, String update, String value) {
        return database.write(write -> {
            write.handle().execute(update, value, account.id());
            return find(write.handle(), account.id()).orElseThrow();
        });
    }

    static Optional<Account> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM enrolment_account WHERE id = :id")
                .bind("id", id)
                .map(Accounts::row)
                .findOne();
    }

    private static Optional<Account> byKey(Handle handle, String thumbprint) {
        return handle.createQuery("SELECT * FROM enrolment_account WHERE thumbprint = :thumbprint")
                .bind("thumbprint", thumbprint)
                .map(Accounts::row)
                .findOne();
    }

    static long boundBy(Handle handle, String credential) {
        return handle.createQuery(
                        "SELECT COUNT(*) FROM enrolment_account WHERE credential_id = :credential")
                .bind("credential", credential)
                .mapTo(Long.class)
                .one();
    }

    static void revokeAll(Handle handle, String credential) {
        handle.execute(
                "UPDATE enrolment_account SET status = ? WHERE credential_id = ? AND status = ?",
                Account.Status.REVOKED.name(),
                credential,
                Account.Status.VALID.name());
    }

    private static Account row(ResultSet rs, StatementContext context) throws SQLException {
        return new Account(
                rs.getString("id"),
                new AccountId(rs.getString("account")),
                Optional.ofNullable(rs.getString("credential_id")),
                rs.getString("jwk"),
                rs.getString("thumbprint"),
                Account.Status.valueOf(rs.getString("status")),
                Stream.of(rs.getString("contacts").split("\n", -1))
                        .filter(contact -> !contact.isEmpty())
                        .toList(),
                Optional.ofNullable(rs.getString("binding")),
                rs.getInt("terms_agreed") == 1,
                Instant.ofEpochMilli(rs.getLong("created_at")));
    }
}
