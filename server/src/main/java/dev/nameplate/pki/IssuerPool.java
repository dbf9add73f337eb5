package dev.nameplate.pki;

import java.security.cert.X509Certificate;
import java.util.List;

import javax.security.auth.x500.X500Principal;

/// Certificates of authorities that are known from elsewhere, to complete a chain from. Nothing is believed of them: what they
/// complete is verified like what was given.
@FunctionalInterface
public interface IssuerPool {
    /// Knows nobody.
    IssuerPool EMPTY = _ -> List.of();

    List<Known> named(X500Principal subject);

    /// @param ends whether a chain may end with it: a root, or the last of a chain that was accepted before
    record Known(X509Certificate certificate, boolean ends) {}
}
