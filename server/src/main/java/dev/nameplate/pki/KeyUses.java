package dev.nameplate.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/// What a certificate's key may be used for, as the certificate itself says.
///
/// @param bits bit n is bit n of RFC 5280's KeyUsage; 0 where the certificate does not say
/// @param extended the object identifiers of its extended key usage, in the certificate's order
public record KeyUses(int bits, List<String> extended) {
    public static final KeyUses NONE = new KeyUses(0, List.of());

    public KeyUses {
        extended = List.copyOf(extended);
    }

    public static KeyUses of(X509Certificate certificate) {
        int bits = 0;
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null) {
            for (int bit = 0; bit < usage.length; bit++) {
                bits |= usage[bit] ? 1 << bit : 0;
            }
        }
        try {
            List<String> extended = certificate.getExtendedKeyUsage();
            return new KeyUses(bits, extended == null ? List.of() : extended);
        } catch (CertificateParsingException e) {
            throw new IllegalStateException("a certificate's extended key usage is unreadable", e);
        }
    }

    public boolean has(int bit) {
        return (bits & 1 << bit) != 0;
    }
}
