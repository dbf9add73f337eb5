package dev.nameplate.certificate;

import java.security.cert.X509Certificate;
import java.util.List;

/// Asks another authority whether a certificate of its own still counts.
@FunctionalInterface
public interface RevocationStatus {
    /// Takes its time.
    ///
    /// @param chain leaf first
    Answer ask(List<X509Certificate> chain);

    sealed interface Answer {
        /// @param words who says so
        record Good(String words) implements Answer {}

        /// Its authority says so, under its signature.
        record Revoked(String words) implements Answer {}

        /// No answer that could be used came.
        record Unknown(String words) implements Answer {}
    }
}
