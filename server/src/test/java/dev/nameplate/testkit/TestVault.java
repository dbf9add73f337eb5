package dev.nameplate.testkit;

import dev.nameplate.vault.Vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// A vault under a key of its own.
public final class TestVault {
    private TestVault() {}

    public static Vault open() {
        try {
            Path folder = Files.createTempDirectory("nameplate-vault");
            Path key = folder.resolve("master.key");
            Vault vault = Vault.open(key, new SecureRandom());
            Files.delete(key);
            Files.delete(folder);
            return vault;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
