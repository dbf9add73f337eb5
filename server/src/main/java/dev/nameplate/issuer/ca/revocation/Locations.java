package dev.nameplate.issuer.ca.revocation;

import java.net.URI;
import java.security.cert.X509Certificate;

/// The addresses written into certificates and lists, all below the public listener's URL.
///
/// @param base such as `http://pki.nameplate.internal`; plain HTTP, because who checks a certificate must not need another to do so
public record Locations(URI base) {
    public Locations {
        String text = base.toString();
        if (!text.startsWith("http://")) {
            throw new IllegalArgumentException(
                    "certificates are checked over plain HTTP: expected http://…, not " + text);
        }
        base = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : base;
    }

    /// What issuers are called in addresses and rows: their certificate's serial number, which no other of ours has.
    public static String id(X509Certificate issuer) {
        return issuer.getSerialNumber().toString(16);
    }

    public String certificate(String issuer) {
        return base + "/ca/" + issuer + ".cer";
    }

    public String crl(String issuer, int shard) {
        return base + "/crl/" + issuer + "/" + shard + ".crl";
    }

    public String ocsp() {
        return base + "/ocsp";
    }
}
