package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// `arn:aws:acm:<region>:<account>:certificate/<uuid>`.
///
/// @param id empty when the tail is no certificate of ours: AWS knows other forms, so such an ARN is sound but unknown
record CertificateArn(String text, String region, String account, Optional<CertificateId> id) {
    private static final Pattern SHAPE =
            Pattern.compile("arn:aws:acm:([a-z0-9-]+):(\\d{12}):certificate/([A-Za-z0-9_-]+)");

    private static final Pattern UUID_SHAPE =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    static CertificateArn of(Certificate certificate) {
        return new CertificateArn(
                "arn:aws:acm:"
                        + certificate.region()
                        + ":"
                        + certificate.account()
                        + ":certificate/"
                        + certificate.id(),
                certificate.region().name(),
                certificate.account().value(),
                Optional.of(certificate.id()));
    }

    /// @throws software.amazon.awssdk.services.acm.model.InvalidArnException if it is no certificate's ARN
    static CertificateArn parse(@Nullable String text) {
        var match = SHAPE.matcher(text == null ? "" : text);
        if (text == null || !match.matches()) {
            throw Refusal.invalidArn(
                    "Invalid ARN '"
                            + text
                            + "'. A certificate's ARN looks like"
                            + " arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012.");
        }
        String tail = match.group(3);
        return new CertificateArn(
                text,
                match.group(1),
                match.group(2),
                UUID_SHAPE.matcher(tail).matches()
                        ? Optional.of(new CertificateId(UUID.fromString(tail)))
                        : Optional.empty());
    }

    boolean isOf(AccountId callersAccount, Region callersRegion) {
        return account.equals(callersAccount.value()) && region.equals(callersRegion.name());
    }

    @Override
    public String toString() {
        return text;
    }
}
