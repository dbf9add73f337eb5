package dev.nameplate.pki;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.Finding.Severity;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All that can be said of an import before it is one.
///
/// @param findings errors first, each kind in the order in which a user can mend things
/// @param leaf the certificate, if there is one to speak of
/// @param names those it can be served by
/// @param material what would be stored; empty if there is an error
public record ReportCard(
        List<Finding> findings,
        Optional<X509Certificate> leaf,
        List<DomainName> names,
        Optional<Material> material) {
    public ReportCard {
        findings =
                findings.stream().sorted((a, b) -> a.severity().compareTo(b.severity())).toList();
        names = List.copyOf(names);
        if (findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR)) {
            material = Optional.empty();
        }
    }

    /// @param chain leaf first, root left out
    /// @param root the self-signed certificate at its end, where one was given
    public record Material(
            ImportedKey key, List<X509Certificate> chain, Optional<X509Certificate> root) {
        public Material {
            chain = List.copyOf(chain);
        }
    }

    public ReportCard with(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return new ReportCard(all, leaf, names, material);
    }

    public boolean usable() {
        return material.isPresent();
    }

    /// @throws UnusableImport with the first error's message
    public Material require() {
        return material.orElseThrow(() ->
                new UnusableImport(
                        findings.stream()
                                .map(Finding::message)
                                .findFirst()
                                .orElse("The certificate cannot be imported.")));
    }
}
