package dev.nameplate.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.TestVault;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Stream;

final class VaultTest {
    private static final String FIRST_KEY =
            "ca45611d1096e91361c0306baa09e86a84e6fae30663ff2569f69b49bd9e545e 9716fdea";
    private static final String FIRST_SEALED =
            "01b3dea42a06c8f039cc16014f6cf58a307afb4825734d5676dced8afb6fe3e916b483d06dd759842450001bccdbd1898ca3c67b"
                    + "9bdada2ef92510c1b6770af5831e0808f48df7a376411aa399b6d662de79af81572e2d36fae68196180ccee0eec2d0e45ff4";
    private static final String FIRST_DERIVED =
            "718f5dc0daf8c25bc2ffa4f63811c33d85108720d08e71b4114d374c3427c8e7";

    @TempDir Path folder;
    private Path keyFile;
    private Vault vault;

    @BeforeEach
    void open() {
        keyFile = folder.resolve("master.key");
        vault = opened(keyFile);
    }

    private static Vault opened(Path file) {
        SecureRandom random = new SecureRandom();
        return Vault.open(MasterKeySource.file(file, random), random, new TestVault.RootInMemory());
    }

    @Test
    void whatWasSealedOpensInItsPlace() {
        byte[] sealed = vault.seal(bytes("secret"), "access-key/AKIA1");

        assertThat(vault.open(sealed, "access-key/AKIA1")).isEqualTo(bytes("secret"));
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    }

    @Test
    void anEmptySecretCanBeSealed() {
        assertThat(vault.open(vault.seal(new byte[0], "x"), "x")).isEmpty();
    }

    @Test
    void whatWasSealedDoesNotOpenElsewhere() {
        byte[] sealed = vault.seal(bytes("secret"), "access-key/AKIA1");

        assertThatThrownBy(() -> vault.open(sealed, "access-key/AKIA2"))
                .isInstanceOf(UnsealException.class)
                .hasMessageContaining("access-key/AKIA2");
    }

    @Test
    void anyChangedByteIsNoticed() {
        byte[] sealed = vault.seal(bytes("secret"), "here");
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> vault.open(changed, "here"))
                    .isInstanceOf(UnsealException.class);
        }
        assertThatThrownBy(() -> vault.open(new byte[3], "here"))
                .isInstanceOf(UnsealException.class);
    }

    @Test
    void theSameKeyFileOpensWhatWasSealedBefore() {
        byte[] sealed = vault.seal(bytes("secret"), "here");
        byte[] derived = vault.derive("dns-proof", "a.example");

        Vault reopened = opened(keyFile);

        assertThat(reopened.open(sealed, "here")).isEqualTo(bytes("secret"));
        assertThat(reopened.derive("dns-proof", "a.example")).isEqualTo(derived).hasSize(32);
    }

    @Test
    void anotherMasterKeyOpensNothing() {
        byte[] sealed = vault.seal(bytes("secret"), "here");
        Vault other = opened(folder.resolve("other.key"));

        assertThatThrownBy(() -> other.open(sealed, "here")).isInstanceOf(UnsealException.class);
    }

    @Test
    void aLostKeyFileIsNotReplacedWhereAStoreIsSealed() throws IOException {
        TestVault.RootInMemory store = new TestVault.RootInMemory();
        SecureRandom random = new SecureRandom();
        Path file = folder.resolve("lost.key");
        Vault.open(MasterKeySource.file(file, random), random, store);
        Files.delete(file);

        assertThatThrownBy(() -> Vault.open(MasterKeySource.file(file, random), random, store))
                .isInstanceOf(MasterKeySource.Refused.class)
                .hasMessageContaining("lost.key is missing, but the store was sealed under it")
                .hasMessageContaining("restore it from its backup");
        assertThat(file).doesNotExist();
    }

    @Test
    void purposesAndInputsDeriveApart() {
        assertThat(
                        Stream.of(
                                        vault.derive("a", "bc"),
                                        vault.derive("ab", "c"),
                                        vault.derive("a", "bd"))
                                .map(java.util.HexFormat.of()::formatHex)
                                .distinct())
                .hasSize(3);
    }

    @Test
    void theKeyFileIsReadableByItsOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(keyFile);
        }
    }

    @Test
    void aKeyFileOpenToOthersIsRefused() throws IOException {
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> opened(keyFile))
                .hasMessageContaining("rw-r--r--")
                .hasMessageContaining("chmod 600");
    }

    @Test
    void aDamagedKeyFileIsRefusedWithoutShowingIt() throws IOException {
        String text = Files.readString(keyFile);
        String key = text.lines().toList().get(1);
        for (String damaged :
                new String[] {
                    "",
                    text.substring(0, 60),
                    text.replace(key.charAt(3), 'z'),
                    "x" + text,
                    key + "\n"
                }) {
            Files.writeString(keyFile, damaged);
            assertThatThrownBy(() -> opened(keyFile))
                    .hasMessageContaining("is damaged")
                    .hasMessageNotContaining(key.substring(5, 20))
                    .hasNoCause();
        }
    }

    /// Written by the first version of this format, under the key file beside it: both must open for ever.
    @Test
    void whatTheFirstVersionSealedOpensAndDerivesTheSame() throws IOException {
        Path file = folder.resolve("first.key");
        Files.writeString(file, "nameplate-master-key-1\n%s\n".formatted(FIRST_KEY));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Vault first = opened(file);

        assertThat(first.open(HexFormat.of().parseHex(FIRST_SEALED), "certificate-key/1"))
                .isEqualTo(bytes("a private key"));
        assertThat(HexFormat.of().formatHex(first.derive("proof", "name/1/example.com")))
                .isEqualTo(FIRST_DERIVED);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
