package dev.nameplate.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.AwsCredentials;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.kms.AwsKms;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// The SDK's own KMS client against a KMS of ours.
final class KmsTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;
    private AwsCredentials credentials;
    private FakeKms kms;

    @BeforeEach
    void start() throws Exception {
        credentials = AwsCredentials.set();
        kms = new FakeKms();
    }

    @AfterEach
    void stop() {
        kms.close();
        credentials.close();
    }

    private Path keyFile() {
        return folder.resolve("master.key");
    }

    private MasterKeySource wrapped() {
        return MasterKeySource.wrapped(
                keyFile(), new AwsKms(FakeKms.KEY_ID, Optional.of(kms.endpoint())), RANDOM);
    }

    @Test
    void noMasterKeyRestsInTheFolderInClear() throws Exception {
        TestVault.RootInMemory root = new TestVault.RootInMemory();
        Vault vault = Vault.open(wrapped(), RANDOM, root);
        byte[] sealed = vault.seal(bytes("secret"), "here");

        assertThat(Files.readString(keyFile())).contains("wrapped 0 ").doesNotContain("clear");
        assertThat(kms.calls).containsExactly("TrentService.Encrypt", "TrentService.Decrypt");
        assertThat(Vault.open(wrapped(), RANDOM, root).open(sealed, "here"))
                .isEqualTo(bytes("secret"));
        int asked = kms.calls.size();
        for (int i = 0; i < 10; i++) {
            vault.seal(bytes("more"), "here");
        }
        assertThat(kms.calls).hasSize(asked);
    }

    @Test
    void withoutKmsTheStoreStaysClosedAndSaysWhy() {
        TestVault.RootInMemory root = new TestVault.RootInMemory();
        assertThat(Vault.open(wrapped(), RANDOM, root).seal(bytes("x"), "here")).isNotEmpty();

        assertThatThrownBy(() -> Vault.open(MasterKeySource.file(keyFile(), RANDOM), RANDOM, root))
                .hasMessageContaining("set vault.kmsKeyId");
        kms.denies = true;
        assertThatThrownBy(() -> Vault.open(wrapped(), RANDOM, root))
                .isInstanceOf(MasterKeySource.Refused.class)
                .hasMessageContaining("AWS KMS does not give the master key")
                .hasMessageContaining("no kms:Decrypt for you");
    }

    @Test
    void aStoreMovesToKmsByARotation() throws Exception {
        try (TestStore store = TestStore.sqlite()) {
            SealedStore sealed = new SealedStore(store.database(), List.of());
            MasterKeySource before = MasterKeySource.file(keyFile(), RANDOM);
            byte[] derived = Vault.open(before, RANDOM, sealed).derive("proof", "a.example");

            MasterKeySource after = wrapped();
            MasterKeyRotation rotation =
                    new MasterKeyRotation(
                            after, Vault.open(after, RANDOM, sealed), sealed, new SettableClock());
            assertThat(rotation.rotate().values()).isEqualTo(1);
            assertThat(rotation.retire(true)).hasSize(1);

            assertThat(Files.readString(keyFile())).contains("wrapped ").doesNotContain("clear");
            assertThat(Vault.open(wrapped(), RANDOM, sealed).derive("proof", "a.example"))
                    .isEqualTo(derived);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
