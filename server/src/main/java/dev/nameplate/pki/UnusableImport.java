package dev.nameplate.pki;

/// What a user gave does not make a certificate that can be served; the message says why, in ACM's words where they are known.
public final class UnusableImport extends RuntimeException {
    public UnusableImport(String message) {
        super(message);
    }
}
