package dev.nameplate.certificate;

import dev.nameplate.names.DomainName;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A certificate authority that signs for proven names. The caller has proven every name and checked CAA.
public interface Issuer {

    /// The CAA `issue` values that permit this issuer (RFC 8659 section 4.2).
    List<String> caaNames();

    /// Signs what can be signed. Orders are independent: one that is refused holds no other back.
    ///
    /// @return one answer for each order, in the same order
    List<Answer> issue(List<Order> orders);

    /// A server certificate to be signed.
    ///
    /// @param id the certificate it is for: asked again for the same id after a crash, an issuer may sign again
    /// @param names primary first
    record Order(CertificateId id, List<DomainName> names, PublicKey key) {
        public Order {
            names = List.copyOf(names);
        }
    }

    sealed interface Answer {
        /// @param chain leaf first, then intermediates; never the root
        record Signed(List<X509Certificate> chain) implements Answer {
            public Signed {
                chain = List.copyOf(chain);
            }
        }

        /// The order breaks a rule of the issuer; asking again will not help.
        record Refused(String message) implements Answer {}

        /// Not now; ask again.
        record Unavailable(String message) implements Answer {}
    }
}
