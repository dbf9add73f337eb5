package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

import java.io.IOException;
import java.io.StringReader;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/// The keys that CloudFront takes for signed URLs: RSA of 2048 bits and ECDSA on P-256, in PEM.
final class PublicKeyPem {
    private static final int RSA_BITS = 2048;
    private static final int P_256_BITS = 256;

    private PublicKeyPem() {}

    static PublicKey parse(String pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof SubjectPublicKeyInfo info)) {
                throw notAKey();
            }
            require(parser.readObject() == null, "The parameter EncodedKey has more than one key.");
            PublicKey key = new JcaPEMKeyConverter().getPublicKey(info);
            boolean fits =
                    switch (key) {
                        case RSAPublicKey rsa -> rsa.getModulus().bitLength() == RSA_BITS;
                        case ECPublicKey ec -> isP256(ec);
                        default -> false;
                    };
            require(
                    fits,
                    "The parameter EncodedKey must be an RSA key of 2048 bits or an ECDSA key on the curve P-256.");
            return key;
        } catch (PEMException e) {
            throw notAKey();
        } catch (IOException e) {
            throw notAKey();
        }
    }

    /// The only curve of 256 bits with a = p - 3 that the JDK knows by its order.
    private static boolean isP256(ECPublicKey key) {
        return key.getParams().getOrder().bitLength() == P_256_BITS
                && key.getParams().toString().contains("secp256r1");
    }

    private static RuntimeException notAKey() {
        return invalidArgument(
                "The parameter EncodedKey is not a public key in PEM: -----BEGIN PUBLIC KEY----- and so on.");
    }
}
