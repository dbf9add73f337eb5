package dev.nameplate.pki;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;

/// Makes key pairs and signatures, with the Amazon Corretto Crypto Provider where its native library loads (about eight
/// times faster for P-256) and the JDK's own otherwise. The one place where that is chosen.
public final class KeyPairs {
    private static final Logger LOG = LoggerFactory.getLogger(KeyPairs.class);
    private static final String CORRETTO =
            "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private final Optional<Provider> provider;
    private final SecureRandom random;
    private final Optional<RsaPool> pool;

    private KeyPairs(Optional<Provider> provider, SecureRandom random, Optional<RsaPool> pool) {
        this.provider = provider;
        this.random = random;
        this.pool = pool;
    }

    /// The same, but RSA keys come out of `rsaPool` while it has some.
    public KeyPairs takingFrom(RsaPool rsaPool) {
        return new KeyPairs(provider, random, Optional.of(rsaPool));
    }

    /// With the fastest provider that works here.
    public static KeyPairs fastest(SecureRandom random) {
        return new KeyPairs(Corretto.PROVIDER, random, Optional.empty());
    }

    /// Loads what [#fastest] needs, which takes a sixth of a start; whoever calls that one meanwhile waits.
    public static void load() {
        LOG.info(
                "key pairs are made by {}",
                Corretto.PROVIDER.map(Provider::getInfo).orElse("the JDK"));
    }

    /// Loaded once, by whoever asks first.
    private static final class Corretto {
        static final Optional<Provider> PROVIDER = loaded();

        private Corretto() {}

        private static Optional<Provider> loaded() {
            try {
                Provider provider =
                        (Provider) Class.forName(CORRETTO).getField("INSTANCE").get(null);
                KeyPairGenerator probe = KeyPairGenerator.getInstance("EC", provider);
                probe.initialize(new ECGenParameterSpec("secp256r1"));
                probe.generateKeyPair();
                return Optional.of(provider);
            } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError e) {
                LOG.debug("the Corretto provider does not load here", e);
                return Optional.empty();
            }
        }
    }

    /// What is faster here than the JDK's own, if anything.
    public Optional<Provider> provider() {
        return provider;
    }

    public KeyPair generate(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_1024 ->
                    throw new IllegalArgumentException(
                            "RSA_1024 is too weak to be made; it can only be imported");
            case RSA_2048 -> rsa(algorithm, 2048);
            case RSA_3072 -> rsa(algorithm, 3072);
            case RSA_4096 -> rsa(algorithm, 4096);
            case EC_P256 -> ec("secp256r1");
            case EC_P384 -> ec("secp384r1");
            case EC_P521 -> ec("secp521r1");
        };
    }

    private KeyPair rsa(KeyAlgorithm algorithm, int bits) {
        return pool.map(ready -> ready.takeOr(algorithm, () -> rsa(bits)))
                .orElseGet(() -> rsa(bits));
    }

    private KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = generator("RSA");
            generator.initialize(bits, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK makes RSA keys", e);
        }
    }

    private KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = generator("EC");
            generator.initialize(new ECGenParameterSpec(curve), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK makes keys on " + curve, e);
        }
    }

    private KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
        return provider.isPresent()
                ? KeyPairGenerator.getInstance(algorithm, provider.get())
                : KeyPairGenerator.getInstance(algorithm);
    }

    /// The same key in the form that [#signature] works with at once; a foreign one would be translated for each signature.
    public PrivateKey forSigning(PrivateKey key) {
        if (provider.isEmpty()) {
            return key;
        }
        try {
            return (PrivateKey)
                    KeyFactory.getInstance(key.getAlgorithm(), provider.get()).translateKey(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the provider of signatures does not take a key of " + key.getAlgorithm(), e);
        }
    }

    /// A signature object of JCA's `algorithm`, such as `SHA256withECDSA`.
    public Signature signature(String algorithm) throws GeneralSecurityException {
        return provider.isPresent()
                ? Signature.getInstance(algorithm, provider.get())
                : Signature.getInstance(algorithm);
    }

    /// The kind and size of a key, or empty if it is none of ours.
    public static Optional<KeyAlgorithm> algorithmOf(Key key) {
        return switch (key) {
            case RSAKey rsa ->
                    switch (rsa.getModulus().bitLength()) {
                        case 1024 -> Optional.of(KeyAlgorithm.RSA_1024);
                        case 2048 -> Optional.of(KeyAlgorithm.RSA_2048);
                        case 3072 -> Optional.of(KeyAlgorithm.RSA_3072);
                        case 4096 -> Optional.of(KeyAlgorithm.RSA_4096);
                        default -> Optional.empty();
                    };
            case ECKey ec ->
                    switch (ec.getParams().getCurve().getField().getFieldSize()) {
                        case 256 -> Optional.of(KeyAlgorithm.EC_P256);
                        case 384 -> Optional.of(KeyAlgorithm.EC_P384);
                        case 521 -> Optional.of(KeyAlgorithm.EC_P521);
                        default -> Optional.empty();
                    };
            default -> Optional.empty();
        };
    }
}
