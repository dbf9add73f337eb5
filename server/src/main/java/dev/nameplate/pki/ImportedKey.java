package dev.nameplate.pki;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The private key of an import: found in PKCS#1, PKCS#8 or SEC1, and of a kind we can serve.
public record ImportedKey(PrivateKey key, KeyAlgorithm algorithm) {
    /// ACM's limit on the PEM.
    public static final int MAX_BYTES = 5120;

    private static final String NOT_A_KEY = "Passed PEM was not a private key.";
    private static final String ENCRYPTED = "Your private key should not be encrypted";
    private static final String NOT_SUPPORTED = "The private key is not supported";
    private static final String LENGTH_NOT_SUPPORTED =
            "The private key length is not supported for key algorithm";

    public static ImportedKey parse(byte[] pem) {
        if (pem.length > MAX_BYTES) {
            throw new UnusableImport(LENGTH_NOT_SUPPORTED);
        }
        List<Pem.Block> blocks;
        try {
            blocks = Pem.read(pem);
        } catch (IllegalArgumentException _) {
            throw new UnusableImport(NOT_A_KEY);
        }
        Optional<ASN1Encodable> parameters = Optional.empty();
        Optional<Pem.Block> found = Optional.empty();
        for (Pem.Block block : blocks) {
            if (block.label().equals("EC PARAMETERS")) {
                parameters = Optional.of(asn1(block.der()));
            } else if (found.isPresent()) {
                throw new UnusableImport(NOT_A_KEY);
            } else {
                found = Optional.of(block);
            }
        }
        return of(found.orElseThrow(() -> new UnusableImport(NOT_A_KEY)), parameters);
    }

    private static ImportedKey of(Pem.Block block, Optional<ASN1Encodable> parameters) {
        if (block.encrypted() || block.label().equals("ENCRYPTED PRIVATE KEY")) {
            throw new UnusableImport(ENCRYPTED);
        }
        if (!Der.isSound(block.der())) {
            throw new UnusableImport(NOT_A_KEY);
        }
        try {
            PrivateKeyInfo info =
                    switch (block.label()) {
                        case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(block.der());
                        case "RSA PRIVATE KEY" ->
                                new PrivateKeyInfo(
                                        new AlgorithmIdentifier(
                                                PKCSObjectIdentifiers.rsaEncryption,
                                                DERNull.INSTANCE),
                                        RSAPrivateKey.getInstance(block.der()));
                        case "EC PRIVATE KEY" -> sec1(block.der(), parameters);
                        default -> throw new UnusableImport(NOT_A_KEY);
                    };
            return of(info);
        } catch (IOException | IllegalArgumentException | GeneralSecurityException _) {
            throw new UnusableImport(NOT_A_KEY);
        } finally {
            Arrays.fill(block.der(), (byte) 0);
        }
    }

    private static PrivateKeyInfo sec1(byte[] der, Optional<ASN1Encodable> parameters)
            throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(der);
        ASN1Encodable curve = key.getParametersObject();
        if (curve == null) {
            curve = parameters.orElseGet(() -> curveOfLength(key));
        }
        return new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    }

    /// RFC 5915 section 3 lets the parameters be left out, and fixes the key's length by the curve: among the curves taken here
    /// each length stands for one.
    private static ASN1Encodable curveOfLength(ECPrivateKey key) {
        ASN1Sequence members = ASN1Sequence.getInstance(key);
        ASN1OctetString octets = ASN1OctetString.getInstance(members.getObjectAt(1));
        return switch (octets.getOctets().length) {
            case 32 -> SECObjectIdentifiers.secp256r1;
            case 48 -> SECObjectIdentifiers.secp384r1;
            case 66 -> SECObjectIdentifiers.secp521r1;
            default -> throw new UnusableImport(NOT_SUPPORTED);
        };
    }

    private static ASN1Encodable asn1(byte[] der) {
        if (!Der.isSound(der)) {
            throw new UnusableImport(NOT_A_KEY);
        }
        try {
            return ASN1Primitive.fromByteArray(der);
        } catch (IOException _) {
            throw new UnusableImport(NOT_A_KEY);
        }
    }

    private static ImportedKey of(PrivateKeyInfo info)
            throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier kind = info.getPrivateKeyAlgorithm().getAlgorithm();
        byte[] pkcs8 = info.getEncoded();
        try {
            PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
            if (kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
                PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(spec);
                return new ImportedKey(key, algorithm(key));
            }
            if (kind.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
                PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(spec);
                return new ImportedKey(key, algorithm(key));
            }
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
        throw new UnusableImport(NOT_SUPPORTED);
    }

    private static KeyAlgorithm algorithm(PrivateKey key) {
        return KeyPairs.algorithmOf(key)
                .orElseThrow(() -> new UnusableImport(LENGTH_NOT_SUPPORTED));
    }

    /// Whether this is the private half of `publicKey`: it signs, the other verifies.
    public boolean matches(PublicKey publicKey, SecureRandom random) {
        if (!publicKey.getAlgorithm().equals(key.getAlgorithm())
                || !KeyPairs.algorithmOf(publicKey).equals(Optional.of(algorithm))) {
            return false;
        }
        String signature = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        byte[] challenge = new byte[32];
        random.nextBytes(challenge);
        try {
            Signature signer = Signature.getInstance(signature);
            signer.initSign(key, random);
            signer.update(challenge);
            byte[] signed = signer.sign();
            Signature verifier = Signature.getInstance(signature);
            verifier.initVerify(publicKey);
            verifier.update(challenge);
            return verifier.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "ImportedKey[" + algorithm + "]";
    }
}
