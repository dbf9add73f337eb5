package dev.nameplate.certificate;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Asks an authority when it wants a certificate of its own renewed (RFC 9773).
@FunctionalInterface
public interface RenewalSuggestions {
    /// One call to the authority; takes its time.
    Answer ask(IssuerName issuer, X509Certificate leaf);

    sealed interface Answer {
        /// @param askAgain what the authority said in `Retry-After`
        record Window(
                Instant start, Instant end, Optional<URI> explanation, Optional<Duration> askAgain)
                implements Answer {}

        /// The authority does not say such things.
        record NotOffered() implements Answer {}

        /// No answer that could be used came.
        record Failed(String message, Optional<Duration> askAgain) implements Answer {}
    }
}
