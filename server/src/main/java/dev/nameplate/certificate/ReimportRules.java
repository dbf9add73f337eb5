package dev.nameplate.certificate;

import dev.nameplate.pki.UnusableImport;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What may change when an import is replaced under the same id: whoever serves it relies on the rest.
final class ReimportRules {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private ReimportRules() {}

    /// @param before the leaf replaced; empty where what is stored does not load, which the new one mends
    static void check(Certificate existing, Optional<X509Certificate> before, SealedImport after) {
        if (existing.origin() != Origin.IMPORTED) {
            throw new UnusableImport(
                    "Certificate "
                            + existing.id()
                            + " was issued here. Only an imported certificate can be imported again.");
        }
        if (existing.keyAlgorithm() != after.keyAlgorithm()) {
            throw new UnusableImport(
                    "The key of the certificate must stay "
                            + existing.keyAlgorithm()
                            + ", but the new one is "
                            + after.keyAlgorithm()
                            + ".");
        }
        if (existing.names().stream().noneMatch(after.names()::contains)) {
            throw new UnusableImport(
                    "The new certificate has none of the domain names of the one it replaces.");
        }
        before.ifPresent(leaf -> checkUsages(leaf, after));
    }

    private static void checkUsages(X509Certificate before, SealedImport after) {
        checkUsages("key usage", keyUsages(before), keyUsages(after.leaf()));
        Set<String> purposes = purposes(before).orElse(Set.of());
        Set<String> newPurposes = purposes(after.leaf()).orElse(Set.of());
        if (newPurposes.contains(CLIENT_AUTH) && !purposes.contains(CLIENT_AUTH)) {
            throw new UnusableImport(
                    "Client authentication was given up for this certificate, and it does not come back.");
        }
        checkUsages(
                "extended key usage",
                purposes(before).map(ReimportRules::withoutClientAuth),
                purposes(after.leaf()).map(ReimportRules::withoutClientAuth));
    }

    /// The Web PKI gave up client authentication in 2025: ACM lets it go, one way.
    private static Set<String> withoutClientAuth(Set<String> purposes) {
        Set<String> kept = new HashSet<>(purposes);
        kept.remove(CLIENT_AUTH);
        return kept;
    }

    private static void checkUsages(
            String what, Optional<Set<String>> before, Optional<Set<String>> after) {
        if (before.isEmpty() != after.isEmpty()
                || !after.orElse(Set.of()).containsAll(before.orElse(Set.of()))) {
            throw new UnusableImport(
                    "The new certificate must keep the "
                            + what
                            + " of the one it replaces: "
                            + before.orElse(Set.of())
                            + ", not "
                            + after.orElse(Set.of())
                            + ".");
        }
    }

    private static Optional<Set<String>> keyUsages(X509Certificate certificate) {
        boolean[] bits = certificate.getKeyUsage();
        if (bits == null) {
            return Optional.empty();
        }
        Set<String> usages = new HashSet<>();
        for (int i = 0; i < bits.length; i++) {
            if (bits[i]) {
                usages.add("bit " + i);
            }
        }
        return Optional.of(usages);
    }

    private static Optional<Set<String>> purposes(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null ? Optional.empty() : Optional.of(Set.copyOf(purposes));
        } catch (CertificateParsingException _) {
            throw new UnusableImport("The certificate's extended key usage does not parse.");
        }
    }
}
