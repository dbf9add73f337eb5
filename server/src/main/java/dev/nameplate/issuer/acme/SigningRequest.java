package dev.nameplate.issuer.acme;

import dev.nameplate.names.DomainName;

import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.util.Base64;
import java.util.List;

/// Requests to sign (RFC 2986): names as alternative names alone, the subject empty.
final class SigningRequest {
    private SigningRequest() {}

    /// @return DER in base64url, as it is sent (RFC 8555 section 7.4)
    static String of(List<DomainName> names, KeyPair keys) {
        try {
            ExtensionsGenerator wanted = new ExtensionsGenerator();
            wanted.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(
                            names.stream()
                                    .map(name -> new GeneralName(GeneralName.dNSName, name.ascii()))
                                    .toArray(GeneralName[]::new)));
            PKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Name(new RDN[0]), keys.getPublic())
                            .addAttribute(
                                    PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                                    wanted.generate())
                            .build(
                                    new JcaContentSignerBuilder(algorithm(keys.getPublic()))
                                            .build(keys.getPrivate()));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(request.getEncoded());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (OperatorCreationException failed) {
            throw new IllegalArgumentException("a key of this kind signs no request", failed);
        }
    }

    /// The key it asks to have certified.
    static PublicKey key(String request) {
        try {
            return new JcaPKCS10CertificationRequest(Base64.getUrlDecoder().decode(request))
                    .getPublicKey();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("a stored request to sign does not load", failed);
        }
    }

    private static String algorithm(PublicKey key) {
        if (key instanceof ECKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            return bits <= 256
                    ? "SHA256withECDSA"
                    : bits <= 384 ? "SHA384withECDSA" : "SHA512withECDSA";
        }
        return "SHA256withRSA";
    }
}
