package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.names.DomainName;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// A certificate that was signed for an order.
///
/// @param serial hexadecimal, without leading zeros
/// @param chain leaf first; without the root
public record EnrolledCertificate(
        CertificateId id,
        String accountId,
        String orderId,
        String serial,
        List<DomainName> names,
        List<X509Certificate> chain,
        Instant notBefore,
        Instant notAfter) {
    public EnrolledCertificate {
        names = List.copyOf(names);
        chain = List.copyOf(chain);
    }

    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /// Of the key that signed it, as the certificate itself names it.
    public byte[] authorityKeyIdentifier() {
        byte[] extension = leaf().getExtensionValue(Extension.authorityKeyIdentifier.getId());
        return AuthorityKeyIdentifier.getInstance(
                        ASN1OctetString.getInstance(extension).getOctets())
                .getKeyIdentifierOctets();
    }
}
