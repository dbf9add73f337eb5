package dev.nameplate.enrolment;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainSuffix;
import dev.nameplate.names.RandomUuid;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The credentials that bind ACME accounts to accounts of ours. A key is shown once, at creation, and rests sealed.
public final class Credentials {
    private static final SealedColumn KEY =
            new SealedColumn(
                    "enrolment_credential", List.of("id"), "sealed_key", "enrolment-key/{id}");

    /// Where keys rest, sealed.
    public static final List<SealedColumn> SEALED = List.of(KEY);

    /// As long as the longest digest of RFC 7518 section 3.2 asks: HS512.
    private static final int KEY_BYTES = 64;

    private final Database database;
    private final Vault vault;
    private final SecureRandom random;
    private final InstantSource clock;

    public Credentials(Database database, Vault vault, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.random = random;
        this.clock = clock;
    }

    /// What an operator asks for.
    public record Wanted(
            String label,
            List<DomainSuffix> names,
            boolean wildcards,
            boolean provenNames,
            int maxAccounts,
            int ordersPerDay,
            Optional<Instant> expiresAt) {
        public static final int MOST_NAMES = 100;
        public static final int MOST_ACCOUNTS = 100_000;
        public static final int MOST_ORDERS = 1_000_000;
        public static final int LONGEST_LABEL = 200;
        public static final int USUAL_ACCOUNTS = 10;
        public static final int USUAL_ORDERS = 300;

        /// @throws IllegalArgumentException says what is out of bounds
        public Wanted {
            names = List.copyOf(names);
            if (names.isEmpty() || names.size() > MOST_NAMES) {
                throw new IllegalArgumentException(
                        "a credential is for 1 to " + MOST_NAMES + " names");
            }
            if (maxAccounts < 1 || maxAccounts > MOST_ACCOUNTS) {
                throw new IllegalArgumentException(
                        "maxAccounts must be a whole number from 1 to " + MOST_ACCOUNTS);
            }
            if (ordersPerDay < 1 || ordersPerDay > MOST_ORDERS) {
                throw new IllegalArgumentException(
                        "ordersPerDay must be a whole number from 1 to " + MOST_ORDERS);
            }
            if (label.length() > LONGEST_LABEL) {
                throw new IllegalArgumentException(
                        "a label has at most " + LONGEST_LABEL + " characters");
            }
        }
    }

    /// @param key base64url, as ACME clients take it
    public record Created(Credential credential, String key) {
        @Override
        public String toString() {
            return "Created[" + credential + "]";
        }
    }

    public Created create(AccountId account, Wanted wanted) {
        Credential credential =
                new Credential(
                        RandomUuid.from(random).toString(),
                        account,
                        wanted.label(),
                        wanted.names(),
                        wanted.wildcards(),
                        wanted.provenNames(),
                        wanted.maxAccounts(),
                        wanted.ordersPerDay(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        wanted.expiresAt().map(end -> end.truncatedTo(ChronoUnit.MILLIS)));
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        byte[] sealed = vault.seal(key, KEY.contextOf(credential.id()));
        database.write(write -> insert(write.handle(), credential, sealed));
        Created created =
                new Created(
                        credential, Base64.getUrlEncoder().withoutPadding().encodeToString(key));
        Arrays.fill(key, (byte) 0);
        return created;
    }

    private static int insert(Handle handle, Credential credential, byte[] sealed) {
        return handle.createUpdate(
                        """
                        INSERT INTO enrolment_credential (id, account, label, names, wildcards, proven_names, max_accounts,
                            orders_per_day, sealed_key, created_at, expires_at)
                        VALUES (:id, :account, :label, :names, :wildcards, :proven, :accounts, :orders, :key, :created, :expires)
                        """)
                .bind("id", credential.id())
                .bind("account", credential.account().value())
                .bind("label", credential.label())
                .bind(
                        "names",
                        credential.names().stream()
                                .map(DomainSuffix::ascii)
                                .collect(Collectors.joining(" ")))
                .bind("wildcards", credential.wildcards() ? 1 : 0)
                .bind("proven", credential.provenNames() ? 1 : 0)
                .bind("accounts", credential.maxAccounts())
                .bind("orders", credential.ordersPerDay())
                .bind("key", sealed)
                .bind("created", credential.createdAt().toEpochMilli())
                .bind("expires", credential.expiresAt().map(Instant::toEpochMilli).orElse(null))
                .execute();
    }

    /// Oldest first.
    public List<Credential> list(AccountId account) {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT * FROM enrolment_credential WHERE account = :account ORDER BY created_at, id")
                        .bind("account", account.value())
                        .map(Credentials::row)
                        .list());
    }

    public Optional<Credential> find(String id) {
        return database.read(handle -> find(handle, id));
    }

    static Optional<Credential> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM enrolment_credential WHERE id = :id")
                .bind("id", id)
                .map(Credentials::row)
                .findOne();
    }

    /// The key by which a client shows that it was given the credential. The caller wipes it.
    public Optional<byte[]> key(String id) {
        return database.read(handle ->
                        handle.createQuery(
                                        "SELECT sealed_key FROM enrolment_credential WHERE id = :id")
                                .bind("id", id)
                                .map((rs, _) -> rs.getBytes(1))
                                .findOne())
                .map(sealed -> vault.open(sealed, KEY.contextOf(id)));
    }

    /// How many ACME accounts a credential has bound.
    public long bound(String id) {
        return database.read(handle -> Accounts.boundBy(handle, id));
    }

    /// Takes the credential away, and with it all that it bound: its accounts can order and revoke nothing any more. Their
    /// certificates stay good until they end or are revoked.
    ///
    /// @return whether there was one
    public boolean delete(AccountId account, String id) {
        return database.write(write -> {
            int deleted =
                    write.handle()
                            .execute(
                                    "DELETE FROM enrolment_credential WHERE id = ? AND account = ?",
                                    id,
                                    account.value());
            if (deleted == 1) {
                Accounts.revokeAll(write.handle(), id);
            }
            return deleted == 1;
        });
    }

    private static Credential row(ResultSet rs, StatementContext context) throws SQLException {
        long expires = rs.getLong("expires_at");
        boolean endless = rs.wasNull();
        return new Credential(
                rs.getString("id"),
                new AccountId(rs.getString("account")),
                rs.getString("label"),
                Stream.of(rs.getString("names").split(" ", -1)).map(DomainSuffix::new).toList(),
                rs.getInt("wildcards") == 1,
                rs.getInt("proven_names") == 1,
                rs.getInt("max_accounts"),
                rs.getInt("orders_per_day"),
                Instant.ofEpochMilli(rs.getLong("created_at")),
                endless ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expires)));
    }
}
