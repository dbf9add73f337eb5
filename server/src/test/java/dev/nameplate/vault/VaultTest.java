package dev.nameplate.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.stream.Stream;

final class VaultTest {
    @TempDir Path folder;
    private Path keyFile;
    private Vault vault;

    @BeforeEach
    void open() {
        keyFile = folder.resolve("master.key");
        vault = Vault.open(keyFile, new SecureRandom());
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

        Vault reopened = Vault.open(keyFile, new SecureRandom());

        assertThat(reopened.open(sealed, "here")).isEqualTo(bytes("secret"));
        assertThat(reopened.derive("dns-proof", "a.example")).isEqualTo(derived).hasSize(32);
    }

    @Test
    void anotherMasterKeyOpensNothing() {
        byte[] sealed = vault.seal(bytes("secret"), "here");
        Vault other = Vault.open(folder.resolve("other.key"), new SecureRandom());

        assertThatThrownBy(() -> other.open(sealed, "here")).isInstanceOf(UnsealException.class);
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

        assertThatThrownBy(() -> Vault.open(keyFile, new SecureRandom()))
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
            assertThatThrownBy(() -> Vault.open(keyFile, new SecureRandom()))
                    .hasMessageContaining("is damaged")
                    .hasMessageNotContaining(key.substring(5, 20))
                    .hasNoCause();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
