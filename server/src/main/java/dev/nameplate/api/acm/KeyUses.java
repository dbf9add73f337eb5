package dev.nameplate.api.acm;

import software.amazon.awssdk.services.acm.model.ExtendedKeyUsage;
import software.amazon.awssdk.services.acm.model.ExtendedKeyUsageName;
import software.amazon.awssdk.services.acm.model.KeyUsageName;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a certificate's key may be used for, as the certificate itself says. Both lists are empty before there is one.
record KeyUses(List<KeyUsageName> usages, List<ExtendedKeyUsage> extended) {
    /// In the order of the bits of RFC 5280 section 4.2.1.3.
    private static final List<KeyUsageName> BITS =
            List.of(
                    KeyUsageName.DIGITAL_SIGNATURE,
                    KeyUsageName.NON_REPUDIATION,
                    KeyUsageName.KEY_ENCIPHERMENT,
                    KeyUsageName.DATA_ENCIPHERMENT,
                    KeyUsageName.KEY_AGREEMENT,
                    KeyUsageName.CERTIFICATE_SIGNING,
                    KeyUsageName.CRL_SIGNING,
                    KeyUsageName.ENCIPHER_ONLY,
                    KeyUsageName.DECIPHER_ONLY);

    KeyUses {
        usages = List.copyOf(usages);
        extended = List.copyOf(extended);
    }

    static KeyUses of(Optional<X509Certificate> leaf) {
        return leaf.map(KeyUses::of).orElse(new KeyUses(List.of(), List.of()));
    }

    List<ExtendedKeyUsageName> extendedNames() {
        return extended.stream().map(ExtendedKeyUsage::name).toList();
    }

    private static KeyUses of(X509Certificate leaf) {
        var usages = new ArrayList<KeyUsageName>();
        boolean[] bits = leaf.getKeyUsage();
        if (bits != null) {
            for (int bit = 0; bit < Math.min(bits.length, BITS.size()); bit++) {
                if (bits[bit]) {
                    usages.add(BITS.get(bit));
                }
            }
        }
        List<String> oids;
        try {
            oids = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new IllegalStateException("a stored certificate is unreadable", e);
        }
        return new KeyUses(
                usages,
                oids == null
                        ? List.of()
                        : oids.stream()
                                .map(oid ->
                                        ExtendedKeyUsage.builder()
                                                .name(extendedName(oid))
                                                .oid(oid)
                                                .build())
                                .toList());
    }

    private static ExtendedKeyUsageName extendedName(String oid) {
        return switch (oid) {
            case "1.3.6.1.5.5.7.3.1" -> ExtendedKeyUsageName.TLS_WEB_SERVER_AUTHENTICATION;
            case "1.3.6.1.5.5.7.3.2" -> ExtendedKeyUsageName.TLS_WEB_CLIENT_AUTHENTICATION;
            case "1.3.6.1.5.5.7.3.3" -> ExtendedKeyUsageName.CODE_SIGNING;
            case "1.3.6.1.5.5.7.3.4" -> ExtendedKeyUsageName.EMAIL_PROTECTION;
            case "1.3.6.1.5.5.7.3.5" -> ExtendedKeyUsageName.IPSEC_END_SYSTEM;
            case "1.3.6.1.5.5.7.3.6" -> ExtendedKeyUsageName.IPSEC_TUNNEL;
            case "1.3.6.1.5.5.7.3.7" -> ExtendedKeyUsageName.IPSEC_USER;
            case "1.3.6.1.5.5.7.3.8" -> ExtendedKeyUsageName.TIME_STAMPING;
            case "1.3.6.1.5.5.7.3.9" -> ExtendedKeyUsageName.OCSP_SIGNING;
            case "2.5.29.37.0" -> ExtendedKeyUsageName.ANY;
            default -> ExtendedKeyUsageName.CUSTOM;
        };
    }
}
