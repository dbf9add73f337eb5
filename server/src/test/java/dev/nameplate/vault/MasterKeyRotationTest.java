package dev.nameplate.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.ChildJvm;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// The values here are those of tables that exist; the features' own are walked by the list of all sealed columns.
@Tag("slow")
final class MasterKeyRotationTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SealedColumn SECRETS =
            new SealedColumn("access_key", List.of("id"), "secret", "access-key/{id}");
    private static final SealedColumn IMPORTS =
            new SealedColumn(
                    "saas_import",
                    List.of("job_id", "number"),
                    "sealed_key",
                    "saas-import/{job_id}/{number}");
    private static final List<SealedColumn> COLUMNS = List.of(SECRETS, IMPORTS);

    private static final int VALUES = 4000;

    @TempDir Path folder;
    private final SettableClock clock = new SettableClock();

    /// A process with the vault of a store.
    private final class Node {
        final Database database;
        final MasterKeySource source;
        final SealedStore sealed;
        final Vault vault;
        final MasterKeyRotation rotation;

        Node(Database database, MasterKeySource source) {
            this.database = database;
            this.source = source;
            this.sealed = new SealedStore(database, COLUMNS);
            this.vault = Vault.open(source, RANDOM, sealed);
            this.rotation = new MasterKeyRotation(source, vault, sealed, clock);
        }

        void put(int count, String prefix) {
            database.write(write -> {
                for (int i = 0; i < count; i++) {
                    insert(write.handle(), vault, prefix + i);
                }
                return count;
            });
        }

        void putImport(String job, int number) {
            byte[] key = vault.seal(bytes(job + number), IMPORTS.contextOf(job, number));
            database.write(write ->
                    write.handle()
                            .execute(
                                    "INSERT INTO saas_import (job_id, number, certificate, chain, sealed_key) VALUES (?, ?, ?, ?, ?)",
                                    job,
                                    number,
                                    new byte[1],
                                    new byte[1],
                                    key));
        }

        String secret(String id) {
            return text(vault.open(rawSecret(database, id), SECRETS.contextOf(id)));
        }

        Map<String, Long> counts() {
            return sealed.counts();
        }

        KeyId primary() {
            return source.current().primary().id();
        }
    }

    private Path keyFile() {
        return folder.resolve("master.key");
    }

    private Node node(Database database) {
        return new Node(database, MasterKeySource.file(keyFile(), RANDOM));
    }

    @StoreTest
    void everyValueComesUnderTheNewKeyAndStaysWhatItWas(Database database) {
        Node node = node(database);
        KeyId before = node.primary();
        node.put(1203, "AKIA");
        node.putImport("job", 7);
        byte[] derived = node.vault.derive("proof", "a.example");

        MasterKeyRotation.Rotated rotated = node.rotation.rotate();

        assertThat(rotated.resumed()).isFalse();
        assertThat(rotated.key()).isNotEqualTo(before).isEqualTo(node.primary());
        // The keys, the import and the root.
        assertThat(rotated.values()).isEqualTo(1205);
        assertThat(node.counts()).isEqualTo(Map.of(rotated.key().hex(), 1205L));
        assertThat(node.secret("AKIA0")).isEqualTo("secret of AKIA0");
        assertThat(node.secret("AKIA1202")).isEqualTo("secret of AKIA1202");

        Node restarted = node(database);
        assertThat(restarted.vault.derive("proof", "a.example")).isEqualTo(derived);
        assertThat(restarted.secret("AKIA77")).isEqualTo("secret of AKIA77");
    }

    @StoreTest
    void aRunningServerReadsAndWritesThroughARotationByAnotherProcess(Database database) {
        Node server = node(database);
        server.put(10, "AKIA");
        Node command = node(database);

        KeyId made = command.rotation.rotate().key();

        assertThat(server.secret("AKIA3")).isEqualTo("secret of AKIA3");
        server.put(1, "later");
        assertThat(server.counts()).isEqualTo(Map.of(made.hex(), 12L));
        assertThat(command.secret("later0")).isEqualTo("secret of later0");
    }

    @StoreTest
    void anOldKeyIsDroppedOnlyWhenNothingNeedsIt(Database database) {
        Node node = node(database);
        node.put(3, "AKIA");
        KeyId first = node.primary();
        assertThat(node.rotation.retire(true)).isEmpty();
        byte[] stale = node.vault.seal(bytes("secret of late"), SECRETS.contextOf("late"));
        KeyId second = node.rotation.rotate().key();
        database.write(write -> insertSealed(write.handle(), "late", stale));

        assertThatThrownBy(() -> node.rotation.retire(true))
                .isInstanceOf(MasterKeyRotation.StillNeeded.class)
                .hasMessageContaining("1 sealed values");
        assertThat(node.rotation.status())
                .containsExactly(
                        new MasterKeyRotation.Line(Optional.of(second), true, true, 4),
                        new MasterKeyRotation.Line(Optional.of(first), true, false, 1));
        MasterKeyRotation.Rotated resumed = node.rotation.rotate();
        assertThat(resumed).isEqualTo(new MasterKeyRotation.Rotated(second, true, 1));

        assertThatThrownBy(() -> node.rotation.retire(false))
                .isInstanceOf(MasterKeyRotation.StillNeeded.class)
                .hasMessageContaining("stop it, or wait until");
        clock.advance(MasterKeyRotation.IN_FLIGHT);
        assertThat(node.rotation.retire(false)).containsExactly(first);
        assertThat(node(database).secret("late")).isEqualTo("secret of late");
        assertThatThrownBy(() -> node(database).vault.open(stale, SECRETS.contextOf("late")))
                .isInstanceOf(UnsealException.class);
    }

    @StoreTest
    void valuesOfTheFirstFormatAreTakenAlong(Database database) throws Exception {
        String key = "ca45611d1096e91361c0306baa09e86a84e6fae30663ff2569f69b49bd9e545e 9716fdea";
        Files.writeString(keyFile(), "nameplate-master-key-1\n" + key + "\n");
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-------"));
        byte[] sealed =
                HexFormat.of()
                        .parseHex(
                                "01b3dea42a06c8f039cc16014f6cf58a307afb4825734d5676dced8afb6fe3e916b483d06dd759842450001bccdb"
                                        + "d1898ca3c67b9bdada2ef92510c1b6770af5831e0808f48df7a376411aa399b6d662de79af81572e2d36"
                                        + "fae68196180ccee0eec2d0e45ff4");
        SealedColumn elsewhere =
                new SealedColumn("access_key", List.of("id"), "secret", "certificate-key/{id}");
        database.write(write -> insertSealed(write.handle(), "1", sealed));
        SealedStore store = new SealedStore(database, List.of(elsewhere));
        MasterKeySource source = MasterKeySource.file(keyFile(), RANDOM);
        Vault vault = Vault.open(source, RANDOM, store);
        MasterKeyRotation rotation = new MasterKeyRotation(source, vault, store, clock);
        assertThat(rotation.status().getLast())
                .isEqualTo(new MasterKeyRotation.Line(Optional.empty(), false, false, 1));

        rotation.rotate();
        rotation.retire(true);

        Vault reopened = Vault.open(MasterKeySource.file(keyFile(), RANDOM), RANDOM, store);
        assertThat(text(reopened.open(rawSecret(database, "1"), "certificate-key/1")))
                .isEqualTo("a private key");
        assertThat(HexFormat.of().formatHex(reopened.derive("proof", "name/1/example.com")))
                .isEqualTo("718f5dc0daf8c25bc2ffa4f63811c33d85108720d08e71b4114d374c3427c8e7");
    }

    @StoreTest
    void theWrongKeyForAStoreIsRefusedAtTheStart(Database database) {
        node(database).put(1, "AKIA");
        MasterKeySource other = MasterKeySource.file(folder.resolve("other.key"), RANDOM);
        assertThat(other.current().keys()).hasSize(1);

        assertThatThrownBy(() -> new Node(database, other))
                .isInstanceOf(UnsealException.class)
                .hasMessageContaining("Is the master key the one that belongs to this store?");
        database.write(write -> write.handle().execute("DELETE FROM vault_root"));
        assertThatThrownBy(() -> new Node(database, other))
                .isInstanceOf(UnsealException.class)
                .hasMessageContaining("access-key/AKIA0");
    }

    @StoreTest
    void aSealedStoreWithoutItsKeyFileIsRefusedAndNoKeyIsMade(Database database) {
        node(database).put(1, "AKIA");
        Path lost = folder.resolve("lost.key");
        MasterKeySource missing = MasterKeySource.file(lost, RANDOM);

        assertThatThrownBy(() -> new Node(database, missing))
                .isInstanceOf(MasterKeySource.Refused.class)
                .hasMessageContaining("lost.key is missing, but the store was sealed under it");
        database.write(write -> write.handle().execute("DELETE FROM vault_root"));
        assertThatThrownBy(() -> new Node(database, missing))
                .isInstanceOf(MasterKeySource.Refused.class);
        assertThat(lost).doesNotExist();
    }

    @StoreTest
    void aStoreMovesFromItsKeyFileToTheEnvironmentAndOn(Database database) {
        node(database).put(2, "AKIA");
        byte[] derived = node(database).vault.derive("proof", "a.example");
        String first = randomKey();
        Node moved = new Node(database, MasterKeySource.given(List.of(first), keyFile(), RANDOM));
        assertThat(moved.secret("AKIA1")).isEqualTo("secret of AKIA1");

        MasterKeyRotation.Rotated rotated = moved.rotation.rotate();
        assertThat(rotated.resumed()).isTrue();
        assertThat(rotated.key()).isEqualTo(moved.primary());
        assertThatThrownBy(moved.rotation::rotate)
                .isInstanceOf(MasterKeySource.Refused.class)
                .hasMessageContaining("NAMEPLATE_PREVIOUS_MASTER_KEYS");

        assertThat(moved.rotation.retire(true)).hasSize(1);
        assertThat(keyFile()).doesNotExist();

        String second = randomKey();
        Node again =
                new Node(
                        database,
                        MasterKeySource.given(
                                List.of(second, first), folder.resolve("none"), RANDOM));
        assertThat(again.rotation.rotate().values()).isEqualTo(3);
        assertThatThrownBy(() -> again.rotation.retire(true))
                .isInstanceOf(MasterKeySource.Refused.class)
                .hasMessageContaining("take it out");
        Node last =
                new Node(
                        database,
                        MasterKeySource.given(List.of(second), folder.resolve("none"), RANDOM));
        assertThat(last.secret("AKIA0")).isEqualTo("secret of AKIA0");
        assertThat(last.vault.derive("proof", "a.example")).isEqualTo(derived);
    }

    @StoreTest
    void aRotationKilledAnywhereLosesNothingAndIsGoneOnWith(TestStore store) {
        Node node = node(store.database());
        node.put(VALUES, "AKIA");
        byte[] derived = node.vault.derive("proof", "a.example");
        store.database().close();
        Random when = new Random(11);
        boolean cutInTheMiddle = false;
        for (int round = 0; round < 4; round++) {
            try (ChildJvm child =
                    ChildJvm.start(Rotating.class, store.address(), keyFile().toString())) {
                String unused = child.lineStarting("rotating");
                int steps = 1 + when.nextInt(6);
                for (int i = 0; i < steps; i++) {
                    unused = child.lineStarting("under way");
                }
                child.kill();
            }
            Node after = node(store.reopen());
            cutInTheMiddle |= after.counts().size() > 1;
            for (int i = 0; i < VALUES; i += 97) {
                assertThat(after.secret("AKIA" + i)).isEqualTo("secret of AKIA" + i);
            }
            assertThat(after.vault.derive("proof", "a.example")).isEqualTo(derived);
            store.database().close();
        }
        assertThat(cutInTheMiddle).as("some kill hit a rotation under way").isTrue();
        Node last = node(store.reopen());
        MasterKeyRotation.Rotated rotated = last.rotation.rotate();
        assertThat(last.counts()).isEqualTo(Map.of(rotated.key().hex(), VALUES + 1L));
        clock.advance(Duration.ofDays(1));
        last.rotation.retire(false);
        assertThat(node(store.database()).secret("AKIA0")).isEqualTo("secret of AKIA0");
    }

    /// Rotates again and again, while a second thread opens values as a server does.
    static final class Rotating {
        private Rotating() {}

        public static void main(String[] arguments) {
            Database database = TestStore.open(arguments[0]);
            SealedStore sealed = new SealedStore(database, COLUMNS);
            MasterKeySource source = MasterKeySource.file(Path.of(arguments[1]), RANDOM);
            Vault vault = Vault.open(source, RANDOM, sealed);
            System.out.println("rotating");
            Thread.ofVirtual()
                    .start(() -> {
                        for (int i = 0; ; i = (i + 131) % VALUES) {
                            String id = "AKIA" + i;
                            vault.open(rawSecret(database, id), SECRETS.contextOf(id));
                            if (sealed.counts().size() > 1) {
                                System.out.println("under way");
                            }
                        }
                    });
            while (true) {
                new MasterKeyRotation(source, vault, sealed, new SettableClock()).rotate();
            }
        }
    }

    private static void insert(org.jdbi.v3.core.Handle handle, Vault vault, String id) {
        insertSealed(handle, id, vault.seal(bytes("secret of " + id), SECRETS.contextOf(id)));
    }

    private static int insertSealed(org.jdbi.v3.core.Handle handle, String id, byte[] sealed) {
        return handle.execute(
                "INSERT INTO access_key (id, account, secret, created_at) VALUES (?, '1', ?, 0)",
                id,
                sealed);
    }

    private static byte[] rawSecret(Database database, String id) {
        return database.read(handle ->
                handle.createQuery("SELECT secret FROM access_key WHERE id = :id")
                        .bind("id", id)
                        .map((row, _) -> row.getBytes(1))
                        .one());
    }

    private static String randomKey() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
