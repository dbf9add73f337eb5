package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.enrolment.Problem;

import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The public key of an account: RSA, EC on P-256 or P-384, or Ed25519.
///
/// @param jwk as it is stored: what RFC 7638 digests, and no more
record AccountKey(PublicKey key, String jwk, String thumbprint) {
    private static final int SHORTEST_RSA = 2048;

    /// Verifying costs the more the longer, and everybody may have us verify.
    private static final int LONGEST_RSA = 4096;

    private static final int P256 = 256;
    private static final int P384 = 384;

    private static final List<String> CURVES = List.of("P-256", "P-384", "Ed25519");

    /// What makes a key private or shared (RFC 7518 section 6).
    private static final List<String> SECRET = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    /// @throws AcmeProblem if it is none that is taken
    static AccountKey read(ObjectNode jwk) {
        Map<String, Object> members = new HashMap<>();
        jwk.properties()
                .forEach(member -> {
                    if (SECRET.contains(member.getKey())) {
                        throw bad("the jwk holds a secret; make another key");
                    }
                    if (member.getValue().isTextual()) {
                        members.put(member.getKey(), member.getValue().textValue());
                    }
                });
        // Whatever else it says (kid, use, x5c) is not looked at.
        members.keySet().retainAll(List.of("kty", "n", "e", "crv", "x", "y"));
        if (!CURVES.contains(members.getOrDefault("crv", "P-256"))) {
            throw bad("the curve of an account's key is one of " + String.join(", ", CURVES));
        }
        try {
            PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(members);
            check(key.getPublicKey());
            return new AccountKey(
                    key.getPublicKey(),
                    key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY),
                    key.calculateBase64urlEncodedThumbprint("SHA-256"));
        } catch (JoseException | IllegalArgumentException | ArithmeticException e) {
            throw bad("the jwk is not a public key that can be read");
        }
    }

    /// What was read before.
    static AccountKey stored(String jwk) {
        return read(AcmeJson.stored(jwk));
    }

    private static void check(PublicKey key) {
        switch (key) {
            case RSAPublicKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                if (bits < SHORTEST_RSA || bits > LONGEST_RSA) {
                    throw bad(
                            "an RSA key of an account has "
                                    + SHORTEST_RSA
                                    + " to "
                                    + LONGEST_RSA
                                    + " bits");
                }
                if (!rsa.getPublicExponent().testBit(0)
                        || rsa.getPublicExponent().bitLength() < 2
                        || rsa.getPublicExponent().bitLength() > 64) {
                    throw bad("the exponent of the RSA key is none that is taken");
                }
            }
            case ECPublicKey ec -> {
                int bits = ec.getParams().getCurve().getField().getFieldSize();
                if (bits != P256 && bits != P384) {
                    throw bad("an EC key of an account is on P-256 or P-384");
                }
                if (!isOnCurve(ec)) {
                    throw bad("the point of the EC key is not on its curve");
                }
            }
            case EdECPublicKey _ -> {}
            default -> throw bad("a key of an account is RSA, EC or Ed25519");
        }
    }

    /// The JDK's key factory does not ask.
    private static boolean isOnCurve(ECPublicKey key) {
        EllipticCurve curve = key.getParams().getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        return x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.multiply(y)
                                .subtract(x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()))
                                .mod(p)
                                .signum()
                        == 0;
    }

    /// The one algorithm it signs by.
    String algorithm() {
        return switch (key) {
            case RSAPublicKey _ -> Jws.RS256;
            case ECPublicKey ec ->
                    ec.getParams().getCurve().getField().getFieldSize() == P256
                            ? Jws.ES256
                            : Jws.ES384;
            default -> Jws.EDDSA;
        };
    }

    private static AcmeProblem bad(String detail) {
        return AcmeProblem.of(400, Problem.Kind.BAD_PUBLIC_KEY, detail);
    }
}
