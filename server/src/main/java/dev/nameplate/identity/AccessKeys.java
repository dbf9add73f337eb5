package dev.nameplate.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.statement.StatementContext;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Access keys (for SigV4) and API keys (for `x-api-key`) of the accounts served here.
///
/// A secret access key must be read back, to verify signatures: it rests sealed in the vault, bound to its id. An API key
/// is only compared: it rests as a digest keyed by the vault, and looking it up by digest leaks nothing of it by timing.
public final class AccessKeys {
    private static final SealedColumn SECRET =
            new SealedColumn("access_key", List.of("id"), "secret", "access-key/{id}");

    /// Where secrets rest, sealed.
    public static final List<SealedColumn> SEALED = List.of(SECRET);

    /// What AWS takes as an access key id: 16 to 128 word characters.
    private static final Pattern ID = Pattern.compile("\\w{16,128}");

    private static final int SECRET_LENGTH = 40;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final String URL_SAFE =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// How long a key deleted on another node is still taken here.
    private static final Duration STALE = Duration.ofSeconds(5);

    /// Also holds ids that are not there, so that a flood of them does not become a flood of reads.
    private static final int CACHED = 1000;

    private final Database database;
    private final Vault vault;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Cache<String, Optional<Created>> found;
    private final Cache<String, Optional<AccountId>> accounts;

    public AccessKeys(Database database, Vault vault, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.random = random;
        this.clock = clock;
        this.found = cache(clock);
        this.accounts = cache(clock);
    }

    private static <V> Cache<String, V> cache(InstantSource clock) {
        return Caffeine.newBuilder()
                .maximumSize(CACHED)
                .expireAfterWrite(STALE)
                .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
                .build();
    }

    /// An access key with its secret: shown once, at creation.
    public record Created(AccessKey key, String secret) {
        @Override
        public String toString() {
            return "Created[" + key + "]";
        }
    }

    public Created create(AccountId account) {
        var key = new AccessKey("AKIA" + draw(BASE32, 16), account, now());
        var created = new Created(key, draw(BASE64, SECRET_LENGTH));
        store(created);
        return created;
    }

    /// Stores a given pair; the same pair again changes nothing, another secret for a known id replaces it.
    public void put(AccountId account, String id, String secret) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "an access key id has 16 to 128 letters, digits or underscores, not '"
                            + id
                            + "'");
        }
        if (secret.isBlank()) {
            throw new IllegalArgumentException("the secret of access key " + id + " is empty");
        }
        Optional<Created> known = read(id);
        if (known.isPresent()
                && known.get().secret().equals(secret)
                && known.get().key().account().equals(account)) {
            return;
        }
        store(new Created(new AccessKey(id, account, now()), secret));
    }

    private void store(Created created) {
        AccessKey key = created.key();
        byte[] sealed =
                vault.seal(created.secret().getBytes(StandardCharsets.UTF_8), context(key.id()));
        database.write(write -> {
            write.handle()
                    .createUpdate(
                            "INSERT INTO access_key (id, account, secret, created_at)"
                                    + " VALUES (:id, :account, :secret, :createdAt)"
                                    + " ON CONFLICT (id) DO UPDATE SET"
                                    + " account = excluded.account, secret = excluded.secret")
                    .bind("id", key.id())
                    .bind("account", key.account().value())
                    .bind("secret", sealed)
                    .bind("createdAt", key.createdAt().toEpochMilli())
                    .execute();
            write.afterCommit(() -> found.invalidate(key.id()));
            return true;
        });
    }

    /// Oldest first.
    public List<AccessKey> list(AccountId account) {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT id, account, created_at FROM access_key"
                                        + " WHERE account = :account ORDER BY created_at, id")
                        .bind("account", account.value())
                        .map(AccessKeys::key)
                        .list());
    }

    public boolean delete(String id) {
        return database.write(write -> {
            int deleted =
                    write.handle()
                            .createUpdate("DELETE FROM access_key WHERE id = :id")
                            .bind("id", id)
                            .execute();
            write.afterCommit(() -> found.invalidate(id));
            return deleted > 0;
        });
    }

    /// The key and its secret; cached for a few seconds, so that verifying signatures seldom reads the store.
    public Optional<Created> find(String id) {
        return found.get(id, this::read);
    }

    private Optional<Created> read(String id) {
        return database.read(handle ->
                        handle.createQuery(
                                        "SELECT id, account, created_at, secret FROM access_key"
                                                + " WHERE id = :id")
                                .bind("id", id)
                                .map((row, context) ->
                                        new Sealed(key(row, context), row.getBytes("secret")))
                                .findOne())
                .map(sealed ->
                        new Created(
                                sealed.key(),
                                new String(
                                        vault.open(sealed.secret(), context(id)),
                                        StandardCharsets.UTF_8)));
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Sealed(AccessKey key, byte[] secret) {}

    private static AccessKey key(ResultSet row, StatementContext context) throws SQLException {
        return new AccessKey(
                row.getString("id"),
                new AccountId(row.getString("account")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static String context(String id) {
        return SECRET.contextOf(id);
    }

    /// Stores a given API key (only its keyed digest rests in the store).
    public void putApiKey(AccountId account, String apiKey) {
        if (apiKey.isBlank()) {
            throw new IllegalArgumentException("an API key is not empty");
        }
        String digest = digest(apiKey);
        database.write(write -> {
            write.handle()
                    .createUpdate(
                            "INSERT INTO api_key (digest, account, created_at)"
                                    + " VALUES (:digest, :account, :createdAt)"
                                    + " ON CONFLICT (digest) DO UPDATE SET account = excluded.account")
                    .bind("digest", digest)
                    .bind("account", account.value())
                    .bind("createdAt", now().toEpochMilli())
                    .execute();
            write.afterCommit(() -> accounts.invalidate(digest));
            return true;
        });
    }

    /// Whether any API key was ever stored for the account.
    public boolean hasApiKey(AccountId account) {
        return database.read(handle ->
                handle.createQuery("SELECT count(*) FROM api_key WHERE account = :account")
                                .bind("account", account.value())
                                .mapTo(Long.class)
                                .one()
                        > 0);
    }

    public String createApiKey(AccountId account) {
        String apiKey = draw(URL_SAFE, SECRET_LENGTH);
        putApiKey(account, apiKey);
        return apiKey;
    }

    public Optional<AccountId> accountOfApiKey(String apiKey) {
        return accounts.get(
                digest(apiKey),
                digest ->
                        database.read(handle ->
                                handle.createQuery(
                                                "SELECT account FROM api_key WHERE digest = :digest")
                                        .bind("digest", digest)
                                        .map((row, _) -> new AccountId(row.getString(1)))
                                        .findOne()));
    }

    private String digest(String apiKey) {
        return HexFormat.of().formatHex(vault.derive("api-key", apiKey));
    }

    /// The store keeps milliseconds.
    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /// Every alphabet here has 32 or 64 letters, so no letter is likelier than another.
    private String draw(String alphabet, int length) {
        return random.ints(length, 0, alphabet.length())
                .collect(
                        StringBuilder::new,
                        (text, letter) -> text.append(alphabet.charAt(letter)),
                        StringBuilder::append)
                .toString();
    }
}
