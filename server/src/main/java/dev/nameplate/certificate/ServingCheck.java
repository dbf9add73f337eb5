package dev.nameplate.certificate;

/// Looks at what visitors get of whatever uses a certificate, by real handshakes.
@FunctionalInterface
public interface ServingCheck {
    /// @param serial as in [State.Issued#serial]
    Seen look(CertificateId id, String serial);

    sealed interface Seen {
        /// Under every name it is used for.
        record Everywhere() implements Seen {}

        /// Nothing serves it, so that there is nothing to look at.
        record NothingToSee() implements Seen {}

        /// At least one name shows something else, or nothing.
        record Not(String words) implements Seen {}
    }
}
