package dev.nameplate.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// RSA keys that somebody else can compute from the public half.
public final class WeakKeys {
    /// Where Debian's package openssl-blacklist puts its lists of the keys made by its own generator of 2006 to 2008.
    private static final Path DEBIAN_LISTS = Path.of("/usr/share/openssl-blacklist");

    private static final BigInteger USUAL_EXPONENT = BigInteger.valueOf(65537);
    private static final int SMALL_PRIMES_BELOW = 1000;

    /// As many steps as certificate authorities take: they find primes whose difference is below some 2^(n/4 + 7).
    private static final int FERMAT_STEPS = 100;

    /// The generator of CVE-2017-15361 made primes p = k·M + (65537^a mod M), M the product of the first primes; so modulo each of
    /// them its moduli are powers of 65537. All 38 hold for another modulus once in 2^27.
    private static final List<Residues> ROCA = roca();

    private static final BigInteger SMALL_PRODUCT =
            primesBelow(SMALL_PRIMES_BELOW).stream()
                    .map(BigInteger::valueOf)
                    .reduce(BigInteger.ONE, BigInteger::multiply);

    private final Path debianLists;

    WeakKeys(Path debianLists) {
        this.debianLists = debianLists;
    }

    /// With Debian's lists if they are installed.
    public static WeakKeys known() {
        return new WeakKeys(DEBIAN_LISTS);
    }

    /// Why the key is weak, in a sentence.
    public Optional<String> fatal(RSAPublicKey key) {
        BigInteger modulus = key.getModulus();
        BigInteger exponent = key.getPublicExponent();
        if (modulus.signum() <= 0 || exponent.signum() <= 0) {
            return Optional.of("Its modulus or exponent is not positive.");
        }
        if (!exponent.testBit(0) || exponent.equals(BigInteger.ONE)) {
            return Optional.of("Its public exponent is " + exponent + ", which encrypts nothing.");
        }
        BigInteger common = modulus.gcd(SMALL_PRODUCT);
        if (!common.equals(BigInteger.ONE)) {
            return Optional.of(
                    "Its modulus has a small factor: it divides by " + smallest(common) + ".");
        }
        if (ROCA.stream().allMatch(residues -> residues.hold(modulus))) {
            return Optional.of(
                    "It was made by a smart card's generator whose keys can be factored (ROCA, CVE-2017-15361).");
        }
        if (hasClosePrimes(modulus)) {
            return Optional.of(
                    "Its two primes are so close that Fermat's method finds them at once.");
        }
        if (isOfDebian(modulus)) {
            return Optional.of(
                    "It is one of the few thousand keys that Debian's OpenSSL could make (CVE-2008-0166).");
        }
        return Optional.empty();
    }

    /// Not broken, but frowned upon.
    static Optional<String> questionable(RSAPublicKey key) {
        if (key.getPublicExponent().compareTo(USUAL_EXPONENT) < 0) {
            return Optional.of(
                    "Its public exponent is "
                            + key.getPublicExponent()
                            + "; 65537 or more is asked of public certificates.");
        }
        if (key.getModulus().bitLength() < 2048) {
            return Optional.of(
                    "It has "
                            + key.getModulus().bitLength()
                            + " bits; browsers refuse less than 2048.");
        }
        return Optional.empty();
    }

    private static int smallest(BigInteger common) {
        return primesBelow(SMALL_PRIMES_BELOW).stream()
                .filter(prime -> common.mod(BigInteger.valueOf(prime)).signum() == 0)
                .findFirst()
                .orElseThrow();
    }

    /// Fermat: n = a² - b² for a just above the root of n, if the primes are close.
    private static boolean hasClosePrimes(BigInteger modulus) {
        BigInteger[] root = modulus.sqrtAndRemainder();
        if (root[1].signum() == 0) {
            return true;
        }
        BigInteger a = root[0].add(BigInteger.ONE);
        BigInteger square = a.multiply(a).subtract(modulus);
        for (int step = 0; step < FERMAT_STEPS; step++) {
            if (couldBeSquare(square) && square.sqrtAndRemainder()[1].signum() == 0) {
                return true;
            }
            // (a + 1)² - n = a² - n + 2a + 1
            square = square.add(a.shiftLeft(1)).add(BigInteger.ONE);
            a = a.add(BigInteger.ONE);
        }
        return false;
    }

    /// Squares end in four of sixteen ways: spares most roots.
    private static boolean couldBeSquare(BigInteger number) {
        int last = number.intValue() & 15;
        return last == 0 || last == 1 || last == 4 || last == 9;
    }

    private boolean isOfDebian(BigInteger modulus) {
        Path list = debianLists.resolve("blacklist.RSA-" + modulus.bitLength());
        if (!Files.isReadable(list)) {
            return false;
        }
        String fingerprint = debianFingerprint(modulus);
        try (Stream<String> lines = Files.lines(list, StandardCharsets.US_ASCII)) {
            return lines.anyMatch(fingerprint::equals);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + list, e);
        }
    }

    /// The lists hold the last 20 digits of the SHA-1 of what `openssl rsa -modulus` prints.
    static String debianFingerprint(BigInteger modulus) {
        String printed = "Modulus=" + modulus.toString(16).toUpperCase(Locale.ROOT) + "\n";
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(printed.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest).substring(20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /// @param powers of 65537 modulo the prime
    private record Residues(BigInteger prime, BitSet powers) {
        boolean hold(BigInteger modulus) {
            return powers.get(modulus.mod(prime).intValue());
        }
    }

    private static List<Residues> roca() {
        List<Residues> all = new ArrayList<>();
        for (int prime : primesBelow(168)) {
            BitSet powers = new BitSet(prime);
            int power = 1;
            do {
                powers.set(power);
                power = (int) ((long) power * 65537 % prime);
            } while (power != 1 && power != 0);
            all.add(new Residues(BigInteger.valueOf(prime), powers));
        }
        return List.copyOf(all);
    }

    static List<Integer> primesBelow(int limit) {
        BitSet composite = new BitSet(limit);
        List<Integer> primes = new ArrayList<>();
        for (int i = 2; i < limit; i++) {
            if (!composite.get(i)) {
                primes.add(i);
                for (int multiple = 2 * i; multiple < limit; multiple += i) {
                    composite.set(multiple);
                }
            }
        }
        return primes;
    }
}
