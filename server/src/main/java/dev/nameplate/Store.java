package dev.nameplate;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.client.CommandFailed;
import dev.nameplate.config.Settings;
import dev.nameplate.db.Database;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.identity.AccessKeys;
import dev.nameplate.identity.HomeAccount;
import dev.nameplate.issuer.acme.AcmeIssuer;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Subscriptions;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.ticket.TicketKeys;
import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.SealedStore;
import dev.nameplate.vault.Vault;
import dev.nameplate.vault.kms.AwsKms;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/// What rests in a data folder, opened: the database, the vault over it, and whom it serves.
record Store(
        Database database,
        MasterKeySource masterKeys,
        SealedStore sealed,
        Vault vault,
        SecureRandom random,
        InstantSource clock,
        AccessKeys accessKeys,
        AccountId account)
        implements AutoCloseable {

    private static final String MASTER_KEY_FILE = "master.key";
    private static final String SQLITE_FILE = "nameplate.db";

    /// The first file a server makes in its folder, and never takes away.
    private static final String SERVED_BEFORE = "server.lock";

    /// Every column of the store that holds sealed values.
    static final List<SealedColumn> SEALED =
            Stream.of(
                            TicketKeys.SEALED,
                            AccessKeys.SEALED,
                            Certificates.SEALED,
                            EmbeddedCa.SEALED,
                            AcmeIssuer.SEALED,
                            Subscriptions.SEALED,
                            Credentials.SEALED,
                            SaasJobs.SEALED)
                    .flatMap(List::stream)
                    .toList();

    /// Opens what a server made before; makes nothing, so that a mistyped folder is noticed.
    static Store existing(Settings settings) {
        if (!Files.exists(settings.dataDir().resolve(MASTER_KEY_FILE))
                && !Files.exists(settings.dataDir().resolve(SERVED_BEFORE))) {
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
            SealedStore sealed = new SealedStore(database, SEALED);
            MasterKeySource masterKeys =
                    masterKeys(settings.masterKey(), folder.resolve(MASTER_KEY_FILE), random);
            Vault vault = Vault.open(masterKeys, random, sealed);
            return new Store(
                    database,
                    masterKeys,
                    sealed,
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

    private static MasterKeySource masterKeys(
            Settings.MasterKey settings, Path file, SecureRandom random) {
        if (settings.key().isPresent()) {
            return MasterKeySource.given(
                    Stream.concat(settings.key().stream(), settings.previous().stream()).toList(),
                    file,
                    random);
        }
        return settings.kmsKeyId()
                .map(keyId ->
                        MasterKeySource.wrapped(
                                file, new AwsKms(keyId, settings.kmsEndpoint()), random))
                .orElseGet(() -> MasterKeySource.file(file, random));
    }

    @Override
    public void close() {
        database.close();
    }
}
