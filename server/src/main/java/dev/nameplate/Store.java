package dev.nameplate;

import dev.nameplate.config.Settings;
import dev.nameplate.db.Database;
import dev.nameplate.identity.AccessKeys;
import dev.nameplate.identity.HomeAccount;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.Vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/// What rests in a data folder, opened: the database, the vault over it, and whom it serves.
record Store(
        Database database,
        Vault vault,
        SecureRandom random,
        InstantSource clock,
        AccessKeys accessKeys,
        AccountId account)
        implements AutoCloseable {

    private static final String MASTER_KEY_FILE = "master.key";
    private static final String SQLITE_FILE = "nameplate.db";

    /// Opens what a server made before; makes nothing, so that a mistyped folder is noticed.
    static Store existing(Settings settings) {
        if (!Files.exists(settings.dataDir().resolve(MASTER_KEY_FILE))) {
            throw new CommandFailed(
                    "there is nothing in %s yet; './nameplate serve' makes it at its first start"
                            .formatted(settings.dataDir()));
        }
        return open(settings);
    }

    /// The data folder must exist.
    static Store open(Settings settings) {
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        Path folder = settings.dataDir();
        Database database =
                settings.store()
                        .url()
                        .map(url ->
                                Database.postgresql(
                                        url,
                                        settings.store().user().orElse(""),
                                        settings.store().password().orElse(""),
                                        random))
                        .orElseGet(() -> Database.sqlite(folder.resolve(SQLITE_FILE)));
        try {
            Vault vault = Vault.open(folder.resolve(MASTER_KEY_FILE), random);
            return new Store(
                    database,
                    vault,
                    random,
                    clock,
                    new AccessKeys(database, vault, random, clock),
                    HomeAccount.establish(database, settings.accountId(), random));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
