package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.dns.Zone;
import dev.nameplate.names.AccountId;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/// `<account's code>/<what the resource is called one service deeper>`: for a certificate the ACM ARN, which ACM here answers
/// to.
final class SupportCode {
    private static final int LENGTH = 12;
    private static final int BASE_36 = 36;

    private SupportCode() {}

    static String of(Certificate certificate) {
        return account(certificate.account())
                + "/arn:aws:acm:"
                + certificate.region()
                + ":"
                + certificate.account()
                + ":certificate/"
                + certificate.id();
    }

    static String of(AccountId account, DistributionId distribution) {
        return account(account) + "/" + distribution;
    }

    static String of(Zone zone) {
        String id = new BigInteger(zone.id().toString().replace("-", ""), 16).toString(BASE_36);
        return account(zone.account()) + "//hostedzone/Z" + id.toUpperCase(Locale.ROOT);
    }

    /// Twelve letters or digits, the same for everything of one account.
    private static String account(AccountId account) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(account.value().getBytes(StandardCharsets.US_ASCII));
            return new BigInteger(1, digest)
                    .toString(BASE_36)
                    .toUpperCase(Locale.ROOT)
                    .substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
