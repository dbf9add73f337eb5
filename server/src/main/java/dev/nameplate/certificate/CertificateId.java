package dev.nameplate.certificate;

import java.util.UUID;

/// The tail of every ARN a certificate is known by.
public record CertificateId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
