package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A certificate authority that signs for proven names. The caller has proven every name and checked CAA.
public interface Issuer {

    /// The CAA `issue` values that permit this issuer (RFC 8659 section 4.2).
    List<String> caaNames();

    /// Signs a server certificate for `names` (primary first) over `key`.
    ///
    /// @param id the certificate it is for: asked again with the same id and key after a crash, an issuer may sign again
    /// @return leaf first, then intermediates; never the root
    /// @throws Refused if the request can never be signed
    List<X509Certificate> issue(CertificateId id, List<DomainName> names, PublicKey key);

    /// The request breaks a rule of the issuer; trying again will not help.
    final class Refused extends RuntimeException {
        public Refused(String message) {
            super(message);
        }
    }
}
