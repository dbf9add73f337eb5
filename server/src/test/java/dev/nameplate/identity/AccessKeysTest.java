package dev.nameplate.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

final class AccessKeysTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final AccountId OTHER = new AccountId("210987654321");
    private static final String ID = "AKIAIOSFODNN7EXAMPLE";

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();

    @StoreTest
    void aCreatedKeyIsFoundWithItsSecret(Database database) {
        AccessKeys keys = keys(database);

        AccessKeys.Created created = keys.create(ACCOUNT);

        assertThat(created.key().id()).matches("AKIA[A-Z2-7]{16}");
        assertThat(created.secret()).matches("[A-Za-z0-9+/]{40}");
        assertThat(created.toString()).doesNotContain(created.secret());
        assertThat(keys.find(created.key().id())).contains(created);
        assertThat(keys.list(ACCOUNT)).containsExactly(created.key());
        assertThat(keys.list(OTHER)).isEmpty();
    }

    @StoreTest
    void aGivenPairCanBeStoredAgainAndItsSecretReplaced(Database database) {
        AccessKeys keys = keys(database);
        keys.put(ACCOUNT, ID, "first");
        keys.put(ACCOUNT, ID, "first");
        assertThat(secret(keys)).contains("first");

        keys.put(ACCOUNT, ID, "second");

        assertThat(secret(keys)).contains("second");
        assertThat(keys.list(ACCOUNT)).hasSize(1);
    }

    @StoreTest
    void aDeletedKeyIsGoneAtOnceHereAndSoonElsewhere(Database database) {
        AccessKeys here = keys(database);
        AccessKeys elsewhere = keys(database);
        here.put(ACCOUNT, ID, "secret");
        assertThat(secret(here)).isPresent();
        assertThat(secret(elsewhere)).isPresent();

        assertThat(here.delete(ID)).isTrue();
        assertThat(here.delete(ID)).isFalse();

        assertThat(secret(here)).isEmpty();
        clock.advance(Duration.ofSeconds(6));
        assertThat(secret(elsewhere)).isEmpty();
    }

    @StoreTest
    void aKeyNotFoundIsFoundOnceStored(Database database) {
        AccessKeys keys = keys(database);
        assertThat(keys.find(ID)).isEmpty();

        keys.put(ACCOUNT, ID, "secret");

        assertThat(secret(keys)).contains("secret");
    }

    @StoreTest
    void keysAreListedOldestFirst(Database database) {
        AccessKeys keys = keys(database);
        AccessKey first = keys.create(ACCOUNT).key();
        clock.advance(Duration.ofSeconds(1));
        AccessKey second = keys.create(ACCOUNT).key();

        assertThat(keys.list(ACCOUNT)).containsExactly(first, second);
    }

    @StoreTest
    void aSealedSecretCopiedToAnotherRowDoesNotOpen(Database database) {
        AccessKeys keys = keys(database);
        keys.put(ACCOUNT, ID, "secret");
        database.write(write ->
                write.handle()
                        .execute(
                                "INSERT INTO access_key SELECT 'AKIAAAAAAAAAAAAAAAAA', account, secret,"
                                        + " created_at FROM access_key"));

        assertThatThrownBy(() -> keys.find("AKIAAAAAAAAAAAAAAAAA"))
                .hasMessageContaining("does not open");
    }

    @StoreTest
    void anApiKeyNamesItsAccountAndRestsOnlyAsADigest(Database database) {
        AccessKeys keys = keys(database);
        String created = keys.createApiKey(ACCOUNT);
        keys.putApiKey(OTHER, "given");
        keys.putApiKey(OTHER, "given");

        assertThat(created).matches("[A-Za-z0-9_-]{40}");
        assertThat(keys.accountOfApiKey(created)).contains(ACCOUNT);
        assertThat(keys.accountOfApiKey("given")).contains(OTHER);
        assertThat(keys.accountOfApiKey("unknown")).isEmpty();
        List<String> stored =
                database.read(handle ->
                        handle.createQuery("SELECT digest FROM api_key")
                                .mapTo(String.class)
                                .list());
        assertThat(stored).hasSize(2).allMatch(digest -> digest.matches("[0-9a-f]{64}"));
    }

    @StoreTest
    void malformedKeysAreRefused(Database database) {
        AccessKeys keys = keys(database);

        assertThatThrownBy(() -> keys.put(ACCOUNT, "short", "secret"))
                .hasMessageContaining("16 to 128");
        assertThatThrownBy(() -> keys.put(ACCOUNT, ID, " ")).hasMessageContaining("empty");
        assertThatThrownBy(() -> keys.putApiKey(ACCOUNT, "")).hasMessageContaining("not empty");
    }

    private static Optional<String> secret(AccessKeys keys) {
        return keys.find(ID).map(AccessKeys.Created::secret);
    }

    private AccessKeys keys(Database database) {
        return new AccessKeys(database, vault, new SecureRandom(), clock);
    }
}
