package dev.nameplate.issuer.ca;

import static dev.nameplate.issuer.ca.Lint.Rule.rule;

import dev.nameplate.issuer.ca.Lint.Rule;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which keys are certified.
final class KeyRules {
    private static final Map<ASN1ObjectIdentifier, ECCurve> CURVES =
            Stream.of(
                            SECObjectIdentifiers.secp256r1,
                            SECObjectIdentifiers.secp384r1,
                            SECObjectIdentifiers.secp521r1)
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    oid -> oid, oid -> CustomNamedCurves.getByOID(oid).getCurve()));

    private static final BigInteger F4 = BigInteger.valueOf(65537);

    /// Baseline Requirements section 6.1.6 asks for no factor smaller than 752.
    private static final BigInteger SMALL_PRIMES = productOfPrimesBelow(752);

    /// First octet of a point with both coordinates (SEC 1 section 2.3.3).
    private static final byte UNCOMPRESSED = 4;

    static final List<Rule> ALL =
            List.of(
                    rule(
                            "br-6.1.5-key-kind",
                            "the key is RSA, or EC on P-256, P-384 or P-521",
                            c -> c.rsa().isPresent() || curve(c).isPresent()),
                    rule(
                            "br-7.1.3.1.1-rsa-key-parameters",
                            "the parameters of an RSA key are NULL",
                            rsa((c, _) ->
                                    DERNull.INSTANCE.equals(
                                            c.key().getAlgorithm().getParameters()))),
                    rule(
                            "br-6.1.5-rsa-modulus-size",
                            "an RSA modulus has at least 2048 bits, a multiple of 8",
                            rsa((_, key) ->
                                    key.getModulus().bitLength() >= 2048
                                            && key.getModulus().bitLength() % 8 == 0)),
                    rule(
                            "br-6.1.6-rsa-modulus-odd",
                            "an RSA modulus is odd",
                            rsa((_, key) -> key.getModulus().testBit(0))),
                    rule(
                            "br-6.1.6-rsa-no-small-factors",
                            "an RSA modulus has no factor below 752",
                            rsa((_, key) ->
                                    key.getModulus().gcd(SMALL_PRIMES).equals(BigInteger.ONE))),
                    rule(
                            "br-6.1.6-rsa-exponent",
                            "the public exponent is 65537",
                            rsa((_, key) -> key.getPublicExponent().equals(F4))),
                    rule(
                            "rfc5480-2.2-ec-point-uncompressed",
                            "an EC point stands with both coordinates",
                            c ->
                                    c.rsa().isPresent()
                                            || c.key().getPublicKeyData().getBytes()[0]
                                                    == UNCOMPRESSED),
                    rule(
                            "br-6.1.6-ec-point-on-curve",
                            "an EC point lies on its curve",
                            KeyRules::pointIsOnCurve));

    private KeyRules() {}

    private interface RsaCondition {
        boolean holds(Candidate candidate, RSAPublicKey key);
    }

    private static Predicate<Candidate> rsa(RsaCondition condition) {
        return c -> c.rsa().map(key -> condition.holds(c, key)).orElse(true);
    }

    private static Optional<ECCurve> curve(Candidate candidate) {
        return candidate
                                .key()
                                .getAlgorithm()
                                .getAlgorithm()
                                .equals(X9ObjectIdentifiers.id_ecPublicKey)
                        && candidate.key().getAlgorithm().getParameters()
                                instanceof ASN1ObjectIdentifier name
                ? Optional.ofNullable(CURVES.get(name))
                : Optional.empty();
    }

    private static boolean pointIsOnCurve(Candidate candidate) {
        Optional<ECCurve> curve = curve(candidate);
        if (curve.isEmpty()) {
            return true;
        }
        try {
            return !curve.get()
                    .decodePoint(candidate.key().getPublicKeyData().getBytes())
                    .isInfinity();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static BigInteger productOfPrimesBelow(int limit) {
        BigInteger product = BigInteger.ONE;
        for (BigInteger prime = BigInteger.TWO;
                prime.intValueExact() < limit;
                prime = prime.nextProbablePrime()) {
            product = product.multiply(prime);
        }
        return product;
    }
}
