package dev.nameplate.certificate;

/// Advances pending certificates.
final class IssuanceWork {
    static final String NAME = "certificates";
}
