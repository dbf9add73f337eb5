package dev.nameplate.certificate;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The issuers of this installation, by name.
public final class Issuers {
    /// How long an issuer that does not answer is waited for before the next is asked.
    public static final Duration PATIENCE = Duration.ofHours(1);

    private final Map<IssuerName, Issuer> byName = new LinkedHashMap<>();
    private final Duration patience;

    public Issuers(Collection<Issuer> all) {
        this(all, PATIENCE);
    }

    public Issuers(Collection<Issuer> all, Duration patience) {
        this.patience = patience;
        for (Issuer issuer : all) {
            if (byName.putIfAbsent(issuer.name(), issuer) != null) {
                throw new IllegalArgumentException(
                        "two issuers are called '" + issuer.name() + "'");
            }
        }
    }

    public static Issuers of(Issuer... all) {
        return new Issuers(List.of(all));
    }

    public Optional<Issuer> find(IssuerName name) {
        return Optional.ofNullable(byName.get(name));
    }

    Duration patience() {
        return patience;
    }

    /// Whether any of them counts on the record that ACME authorities look for.
    boolean anyLooksForChallenge() {
        return byName.values().stream()
                .anyMatch(each -> each.proofForm() == Issuer.ProofForm.ACME_CHALLENGE);
    }

    /// Whose turn it is for the certificate; empty where the settings do not have it any more.
    Optional<Issuer> of(Certificate certificate) {
        return find(certificate.issuers().current());
    }

    /// What is told of a certificate whose issuer is not here any more.
    String missing(Certificate certificate) {
        return "There is no issuer '"
                + certificate.issuers().current()
                + "' in the settings any more. The operator of this server must configure it again, or choose another for"
                + " this certificate.";
    }
}
