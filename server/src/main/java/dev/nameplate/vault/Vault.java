package dev.nameplate.vault;

import com.google.crypto.tink.subtle.AesGcmJce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Seals and opens secrets. What is sealed can be stored anywhere; the context binds it to its place, so that a sealed value
/// copied to another row does not open there.
///
/// A sealed value is
/// ```
/// 2 (1 byte) | master key's id (8) | data key, encrypted under the master key (12 + 32 + 16) | secret, encrypted under the data key (12 + n + 16)
/// ```
/// both by AES-256-GCM with the context as associated data. Version 1 has no id: every master key is tried. Each secret has its
/// own data key, so that the random nonces of one key stay few however much is sealed, and so that a rotation of master keys
/// touches the wrapped data keys alone. Tink's primitives are used without its key set registry, whose protobuf classes
/// would cost a third of a second at start.
public final class Vault {
    static final byte VERSION_1 = 1;
    static final byte VERSION_2 = 2;
    private static final int DATA_KEY = 32;
    private static final int WRAPPED_KEY = 12 + DATA_KEY + 16;

    /// Version and key id: what a value says of the key it was sealed under.
    static final int PREFIX = 1 + KeyId.LENGTH;

    private static final String HMAC = "HmacSha256";

    private final MasterKeySource source;
    private final SecureRandom random;
    private final byte[] derivationRoot;

    private Vault(MasterKeySource source, SecureRandom random, RootKeeper keeper) {
        this.source = source;
        this.random = random;
        this.derivationRoot = derivationRoot(keeper);
    }

    /// Opens the vault under the keys of `source`.
    ///
    /// @throws IllegalStateException if a key is damaged or readable by others, or is not the one that belongs to the store
    public static Vault open(MasterKeySource source, SecureRandom random, RootKeeper keeper) {
        return new Vault(source, random, keeper);
    }

    private byte[] derivationRoot(RootKeeper keeper) {
        Optional<byte[]> kept = keeper.find();
        if (kept.isPresent()) {
            source.requireKept();
            return open(kept.get(), RootKeeper.CONTEXT);
        }
        Optional<RootKeeper.Sample> begun = keeper.sample();
        if (begun.isPresent()) {
            source.requireKept();
        }
        KeyRing ring = source.current();
        MasterKey first =
                begun.map(sample -> keyOf(ring, sample.sealed(), sample.context()))
                        .orElseGet(ring::oldest);
        return open(keeper.keep(seal(first.derivation(), RootKeeper.CONTEXT)), RootKeeper.CONTEXT);
    }

    /// @param context such as `certificate-key/<uuid>`; the same must be given to [#open]
    public byte[] seal(byte[] secret, String context) {
        byte[] dataKey = new byte[DATA_KEY];
        random.nextBytes(dataKey);
        byte[] place = place(context);
        MasterKey master = source.current().primary();
        try {
            byte[] body = new AesGcmJce(dataKey).encrypt(secret, place);
            return joined(master, master.wrapping().encrypt(dataKey, place), body);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("cannot seal the secret of " + context, failed);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /// @throws UnsealException if `sealed` was not sealed here under this context
    public byte[] open(byte[] sealed, String context) {
        byte[] dataKey = dataKey(sealed, context);
        try {
            return new AesGcmJce(dataKey)
                    .decrypt(
                            Arrays.copyOfRange(sealed, bodyStart(sealed), sealed.length),
                            place(context));
        } catch (GeneralSecurityException failed) {
            throw unopened(context, failed);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /// The same secret under the master key that seals now; only the data key is touched.
    ///
    /// @throws UnsealException as for [#open]
    byte[] rewrap(byte[] sealed, String context) {
        byte[] dataKey = dataKey(sealed, context);
        try {
            MasterKey master = source.current().primary();
            return joined(
                    master,
                    master.wrapping().encrypt(dataKey, place(context)),
                    Arrays.copyOfRange(sealed, bodyStart(sealed), sealed.length));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("cannot seal the secret of " + context, failed);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /// What every value sealed now begins with.
    byte[] prefix() {
        return prefix(source.current().primary().id());
    }

    static byte[] prefix(KeyId id) {
        return ByteBuffer.allocate(PREFIX).put(VERSION_2).put(id.bytes()).array();
    }

    private static byte[] joined(MasterKey master, byte[] wrapped, byte[] body) {
        return ByteBuffer.allocate(PREFIX + wrapped.length + body.length)
                .put(prefix(master.id()))
                .put(wrapped)
                .put(body)
                .array();
    }

    private byte[] dataKey(byte[] sealed, String context) {
        if (bodyStart(sealed) >= sealed.length) {
            throw unopened(context, new GeneralSecurityException("not a sealed value"));
        }
        try {
            return unwrapped(candidates(source.current(), sealed), sealed, context);
        } catch (UnsealException unknown) {
            if (sealed[0] == VERSION_2 && source.current().find(keyId(sealed)).isPresent()) {
                throw unknown;
            }
            // Another process may have made a key since.
            return unwrapped(candidates(source.reread(), sealed), sealed, context);
        }
    }

    private static List<MasterKey> candidates(KeyRing ring, byte[] sealed) {
        return sealed[0] == VERSION_1 ? ring.keys() : ring.find(keyId(sealed)).stream().toList();
    }

    private static byte[] unwrapped(List<MasterKey> candidates, byte[] sealed, String context) {
        int end = bodyStart(sealed);
        byte[] wrapped = Arrays.copyOfRange(sealed, end - WRAPPED_KEY, end);
        GeneralSecurityException failure = new GeneralSecurityException("no such master key");
        for (MasterKey master : candidates) {
            try {
                return master.wrapping().decrypt(wrapped, place(context));
            } catch (GeneralSecurityException other) {
                failure = other;
            }
        }
        throw unopened(context, failure);
    }

    private static MasterKey keyOf(KeyRing ring, byte[] sealed, String context) {
        if (bodyStart(sealed) < sealed.length) {
            for (MasterKey master : candidates(ring, sealed)) {
                try {
                    Arrays.fill(unwrapped(List.of(master), sealed, context), (byte) 0);
                    return master;
                } catch (UnsealException _) {
                    // One of the others, or none: told below.
                }
            }
        }
        throw unopened(context, new GeneralSecurityException("none fits"));
    }

    /// Beyond the end if it is no sealed value at all.
    private static int bodyStart(byte[] sealed) {
        if (sealed.length == 0) {
            return Integer.MAX_VALUE;
        }
        return switch (sealed[0]) {
            case VERSION_1 -> 1 + WRAPPED_KEY;
            case VERSION_2 -> PREFIX + WRAPPED_KEY;
            default -> Integer.MAX_VALUE;
        };
    }

    private static KeyId keyId(byte[] sealed) {
        return KeyId.of(Arrays.copyOfRange(sealed, 1, PREFIX));
    }

    private static UnsealException unopened(String context, GeneralSecurityException cause) {
        return new UnsealException(
                "the secret of "
                        + context
                        + " does not open: it was sealed under another master key or for another place, or is"
                        + " damaged. Is the master key the one that belongs to this store?",
                cause);
    }

    /// A keyed pseudo-random function (HMAC-SHA-256) under a key derived for this purpose: the same input gives the same 32
    /// bytes for the life of the store, whatever master keys come and go.
    public byte[] derive(String purpose, String input) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(MasterKey.subKey(derivationRoot, purpose), HMAC));
            return mac.doFinal(input.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("cannot derive for " + purpose, failed);
        }
    }

    private static byte[] place(String context) {
        return context.getBytes(StandardCharsets.UTF_8);
    }
}
