package dev.nameplate.fuzz;

import dev.nameplate.pki.Finding;
import dev.nameplate.pki.ImportExamination;
import dev.nameplate.pki.IssuerPool;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.pki.WeakKeys;
import dev.nameplate.pki.X509;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

/// Certificate, key and chain of an import: PEM, DER and X.509. The three parts are divided by a line of `=`.
public final class ImportTarget {
    private static final byte[] DIVIDER = "\n=\n".getBytes(StandardCharsets.US_ASCII);
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final WeakKeys WEAK_KEYS = WeakKeys.known();

    private ImportTarget() {}

    public static void fuzzerInitialize() {
        Target.IMPORT.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        int first = divider(input, 0);
        int second = divider(input, Math.min(first + DIVIDER.length, input.length));
        ReportCard card =
                ImportExamination.of(
                        new PemTriple(
                                Arrays.copyOfRange(input, 0, first),
                                between(input, first, second),
                                between(input, second, input.length)),
                        IssuerPool.EMPTY,
                        WEAK_KEYS,
                        NOW,
                        RANDOM);
        for (Finding finding : card.findings()) {
            if (finding.detail().chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("unprintable: " + finding);
            }
        }
        if (!card.usable()
                && card.findings().stream()
                        .noneMatch(f -> f.severity() == Finding.Severity.ERROR)) {
            throw new AssertionError("refused without a reason");
        }
        card.material()
                .ifPresent(material -> {
                    byte[] stored = X509.concatenate(material.chain());
                    if (!X509.parse(stored).equals(material.chain()) || card.names().isEmpty()) {
                        throw new AssertionError("what is stored is not what was examined");
                    }
                });
    }

    private static byte[] between(byte[] input, int divider, int end) {
        int from = Math.min(divider + DIVIDER.length, input.length);
        return Arrays.copyOfRange(input, from, Math.max(from, end));
    }

    private static int divider(byte[] input, int from) {
        for (int i = from; i + DIVIDER.length <= input.length; i++) {
            if (Arrays.equals(input, i, i + DIVIDER.length, DIVIDER, 0, DIVIDER.length)) {
                return i;
            }
        }
        return input.length;
    }
}
