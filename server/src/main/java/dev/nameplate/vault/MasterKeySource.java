package dev.nameplate.vault;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Where the master keys come from: the key file alone, the key file with each key wrapped by a key service, or the
/// environment. A key file that is there opens what was sealed under it, whatever the source, so that a store moves from one
/// source to another by a rotation.
public sealed interface MasterKeySource {
    /// What is known now. Looks whether the file was changed, and costs no more than that.
    KeyRing current();

    /// For a store that holds sealed values already: no key made now could open them.
    ///
    /// @throws Refused if there is no key yet; nothing was made
    void requireKept();

    /// Reads everything again: for a key that is not known.
    KeyRing reread();

    /// Makes a new key, durable before it returns; from now on it seals.
    ///
    /// @throws Refused if keys are not ours to make
    KeyRing add(Instant now);

    /// Forgets a key that does not seal; what is still sealed under it never opens again.
    ///
    /// @throws Refused if it is not ours to forget
    KeyRing remove(KeyId id);

    /// The keys in `file`, which is made with a first key if it is missing.
    static MasterKeySource file(Path file, SecureRandom random) {
        return new InFile(new MasterKeyFile(file, Optional.empty(), random));
    }

    /// The same, each new key wrapped by a key service before it is written.
    static MasterKeySource wrapped(Path file, KeyWrapping wrapping, SecureRandom random) {
        return new InFile(new MasterKeyFile(file, Optional.of(wrapping), random));
    }

    /// Keys given from outside, the one that seals first, in base64. Those in `file`, if it is there, open too.
    ///
    /// @throws Refused if one is not 32 bytes in base64
    static MasterKeySource given(List<String> keys, Path file, SecureRandom random) {
        List<MasterKey> parsed = new ArrayList<>();
        for (String text : keys) {
            byte[] key;
            try {
                key = Base64.getDecoder().decode(text.strip());
            } catch (IllegalArgumentException _) {
                // Not passed on as a cause: its message may quote the key.
                key = new byte[0];
            }
            try {
                if (key.length != MasterKey.LENGTH) {
                    throw new Refused(
                            "a master key from the environment must be 32 bytes in base64, as 'openssl rand -base64 32'"
                                    + " makes them",
                            null);
                }
                parsed.add(MasterKey.of(key, Instant.EPOCH));
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        }
        return new Given(
                List.copyOf(parsed), file, new MasterKeyFile(file, Optional.empty(), random));
    }

    record InFile(MasterKeyFile keys) implements MasterKeySource {
        @Override
        public void requireKept() {
            keys.requireKept();
        }

        @Override
        public KeyRing current() {
            return keys.current();
        }

        @Override
        public KeyRing reread() {
            return keys.reread();
        }

        @Override
        public KeyRing add(Instant now) {
            return keys.add(now);
        }

        @Override
        public KeyRing remove(KeyId id) {
            return keys.remove(id);
        }
    }

    record Given(List<MasterKey> given, Path file, MasterKeyFile older) implements MasterKeySource {
        @Override
        public void requireKept() {
            // The environment gave the keys, and none is ever made in their stead.
        }

        @Override
        public KeyRing current() {
            return Files.exists(file) ? with(older.current().keys()) : with(List.of());
        }

        @Override
        public KeyRing reread() {
            return Files.exists(file) ? with(older.reread().keys()) : with(List.of());
        }

        private KeyRing with(List<MasterKey> more) {
            List<MasterKey> all = new ArrayList<>(given);
            more.stream()
                    .filter(key -> given.stream().noneMatch(has -> has.id().equals(key.id())))
                    .forEach(all::add);
            return new KeyRing(all);
        }

        @Override
        public KeyRing add(Instant now) {
            throw new Refused(
                    "the master key comes from the environment: give the new one as NAMEPLATE_MASTER_KEY and the"
                            + " present one as NAMEPLATE_PREVIOUS_MASTER_KEYS, restart every server, then rotate",
                    null);
        }

        @Override
        public KeyRing remove(KeyId id) {
            if (given.stream().anyMatch(key -> key.id().equals(id))) {
                throw new Refused(
                        "the master key "
                                + id
                                + " comes from the environment; nothing is sealed under it any more: take it out of"
                                + " NAMEPLATE_PREVIOUS_MASTER_KEYS",
                        null);
            }
            older.drop(id);
            return reread();
        }
    }

    /// The keys cannot be used or changed as asked; the message says why and what to do.
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
