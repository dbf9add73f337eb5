package dev.nameplate.enrolment;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.WeakKeys;
import dev.nameplate.pki.X509;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;
import java.util.TreeSet;

/// A certificate request (RFC 2986) that was found good: signed by its key, for DNS names only. Of what it asks for, names and
/// key are taken and nothing else.
///
/// @param names all of them, the common name among the alternative ones
record CertificateSigningRequest(Set<DomainName> names, PublicKey key, String keyFingerprint) {
    /// With a hundred names of full length and an RSA key of 4,096 bits.
    static final int LONGEST = 32 * 1024;

    private static final int LONGEST_RSA = 8192;
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    CertificateSigningRequest {
        names = Set.copyOf(names);
    }

    /// @throws Refused `badCSR`, with the reason
    static CertificateSigningRequest read(byte[] der) {
        if (der.length > LONGEST) {
            throw bad("it is longer than " + LONGEST + " bytes");
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            SubjectPublicKeyInfo info = request.getSubjectPublicKeyInfo();
            PublicKey key = key(info);
            if (!request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(key))) {
                throw bad("its signature is not by its key");
            }
            return new CertificateSigningRequest(
                    names(request), key, X509.sha256(info.getEncoded("DER")));
        } catch (IOException
                | PKCSException
                | OperatorCreationException
                | GeneralSecurityException e) {
            throw bad("it cannot be read");
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            // What Bouncy Castle says of structures that are well-formed DER and no request.
            throw bad("it is not a certificate request");
        }
    }

    private static PublicKey key(SubjectPublicKeyInfo info)
            throws IOException, GeneralSecurityException {
        boolean rsa =
                info.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
        PublicKey key =
                KeyFactory.getInstance(rsa ? "RSA" : "EC")
                        .generatePublic(new X509EncodedKeySpec(info.getEncoded("DER")));
        if (key instanceof RSAPublicKey modulus) {
            if (modulus.getModulus().bitLength() > LONGEST_RSA) {
                throw bad("its RSA key is longer than " + LONGEST_RSA + " bits");
            }
            WeakKeys.known()
                    .fatal(modulus)
                    .ifPresent(why -> {
                        throw bad("its key is not safe: " + why);
                    });
        } else if (!(key instanceof ECPublicKey)) {
            throw bad("its key is neither RSA nor EC");
        }
        return key;
    }

    private static Set<DomainName> names(PKCS10CertificationRequest request) {
        Set<DomainName> names = new TreeSet<>();
        for (Attribute attribute :
                request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
            for (ASN1Encodable value : attribute.getAttributeValues()) {
                GeneralNames alternatives =
                        GeneralNames.fromExtensions(
                                Extensions.getInstance(value), Extension.subjectAlternativeName);
                if (alternatives != null) {
                    for (GeneralName name : alternatives.getNames()) {
                        if (name.getTagNo() != GeneralName.dNSName) {
                            throw bad("it asks for a name that is not a DNS name");
                        }
                        names.add(name(name.getName().toString()));
                    }
                }
            }
        }
        for (RDN part : request.getSubject().getRDNs(BCStyle.CN)) {
            for (AttributeTypeAndValue each : part.getTypesAndValues()) {
                if (each.getType().equals(BCStyle.CN)) {
                    names.add(name(IETFUtils.valueToString(each.getValue())));
                }
            }
        }
        return names;
    }

    private static DomainName name(String text) {
        try {
            return DomainName.parse(text);
        } catch (DomainName.IllegalDomainName e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static Refused bad(String why) {
        return Refused.because(
                Problem.Kind.BAD_CSR, "The certificate request is refused: " + why + ".");
    }
}
