package dev.nameplate.testkit;

import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.RootKeeper;
import dev.nameplate.vault.Vault;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// A vault under a key of its own.
public final class TestVault {
    private TestVault() {}

    public static Vault open() {
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[32];
        random.nextBytes(key);
        return Vault.open(
                MasterKeySource.given(
                        List.of(Base64.getEncoder().encodeToString(key)),
                        Path.of("no-such-file"),
                        random),
                random,
                new RootInMemory());
    }

    /// Keeps the derivation root as a store would.
    public static final class RootInMemory implements RootKeeper {
        private final AtomicReference<Optional<byte[]>> root =
                new AtomicReference<>(Optional.empty());

        @Override
        public Optional<byte[]> find() {
            return root.get();
        }

        @Override
        public byte[] keep(byte[] sealed) {
            return root.updateAndGet(there -> there.or(() -> Optional.of(sealed))).orElseThrow();
        }

        @Override
        public Optional<Sample> sample() {
            return Optional.empty();
        }
    }
}
