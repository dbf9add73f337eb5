package dev.nameplate.pki;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Random;

final class WeakKeysTest {
    private static final BigInteger F4 = BigInteger.valueOf(65537);

    @TempDir Path lists;
    private final Random random = new Random(5);

    private String fatal(BigInteger modulus, BigInteger exponent) throws GeneralSecurityException {
        RSAPublicKey key =
                (RSAPublicKey)
                        KeyFactory.getInstance("RSA")
                                .generatePublic(new RSAPublicKeySpec(modulus, exponent));
        return new WeakKeys(lists).fatal(key).orElse("");
    }

    @Test
    void anOrdinaryKeyPasses() throws Exception {
        RSAPublicKey key =
                (RSAPublicKey)
                        KeyPairs.fastest(new SecureRandom())
                                .generate(KeyAlgorithm.RSA_2048)
                                .getPublic();

        assertThat(new WeakKeys(lists).fatal(key)).isEmpty();
        assertThat(WeakKeys.questionable(key)).isEmpty();
    }

    /// Primes as the broken generator made them: p = k·M + (65537^a mod M).
    @Test
    void keysOfTheBrokenGeneratorAreFound() throws Exception {
        BigInteger product = BigInteger.ONE;
        for (int prime : WeakKeys.primesBelow(168)) {
            product = product.multiply(BigInteger.valueOf(prime));
        }
        BigInteger modulus = generated(product).multiply(generated(product));

        assertThat(fatal(modulus, F4)).contains("ROCA");
    }

    private BigInteger generated(BigInteger product) {
        while (true) {
            BigInteger k =
                    new BigInteger(1024 - product.bitLength(), random)
                            .setBit(1023 - product.bitLength());
            BigInteger residue = F4.modPow(BigInteger.valueOf(random.nextInt(1 << 30)), product);
            BigInteger candidate = k.multiply(product).add(residue);
            if (candidate.isProbablePrime(50)) {
                return candidate;
            }
        }
    }

    @Test
    void closePrimesAreFound() throws Exception {
        BigInteger p = BigInteger.probablePrime(1024, random);
        BigInteger q = p.add(BigInteger.ONE.shiftLeft(500)).nextProbablePrime();
        BigInteger apart = p.add(BigInteger.ONE.shiftLeft(900)).nextProbablePrime();

        assertThat(fatal(p.multiply(q), F4)).contains("Fermat");
        assertThat(fatal(p.multiply(p), F4)).contains("Fermat");
        assertThat(fatal(p.multiply(apart), F4)).isEmpty();
    }

    @Test
    void smallFactorsAreNamed() throws Exception {
        BigInteger p = BigInteger.probablePrime(1024, random);

        assertThat(fatal(p.shiftLeft(1024), F4)).contains("it divides by 2");
        assertThat(
                        fatal(
                                p.multiply(BigInteger.probablePrime(1014, random))
                                        .multiply(BigInteger.valueOf(997)),
                                F4))
                .contains("it divides by 997");
    }

    @Test
    void exponentsThatEncryptNothingAreRefusedAndSmallOnesFrownedUpon() throws Exception {
        BigInteger modulus =
                BigInteger.probablePrime(1024, random)
                        .multiply(BigInteger.probablePrime(1024, random));
        RSAPublicKey three =
                (RSAPublicKey)
                        KeyFactory.getInstance("RSA")
                                .generatePublic(
                                        new RSAPublicKeySpec(modulus, BigInteger.valueOf(3)));

        assertThat(fatal(modulus, BigInteger.valueOf(4))).contains("public exponent is 4");
        assertThat(new WeakKeys(lists).fatal(three)).isEmpty();
        assertThat(WeakKeys.questionable(three).orElseThrow()).contains("public exponent is 3");
    }

    /// The form of Debian's lists: `openssl rsa -noout -modulus | sha1sum | cut -c21-40`.
    @Test
    void keysInDebiansListsAreFound() throws GeneralSecurityException, IOException {
        BigInteger modulus =
                BigInteger.probablePrime(1024, random)
                        .multiply(BigInteger.probablePrime(1024, random));
        Path list = lists.resolve("blacklist.RSA-" + modulus.bitLength());
        Files.writeString(list, "# a comment\n0123456789abcdef0123\n");
        assertThat(fatal(modulus, F4)).isEmpty();

        Files.writeString(
                list, Files.readString(list) + WeakKeys.debianFingerprint(modulus) + "\n");
        assertThat(fatal(modulus, F4)).contains("CVE-2008-0166");
        assertThat(WeakKeys.debianFingerprint(BigInteger.valueOf(0xABCDEF)))
                .isEqualTo("e5a91f820d3d44100cfe");
    }
}
