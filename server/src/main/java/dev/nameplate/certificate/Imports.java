package dev.nameplate.certificate;

import dev.nameplate.certificate.ImportRows.Likeness;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.RandomUuid;
import dev.nameplate.pki.Finding;
import dev.nameplate.pki.Finding.Rule;
import dev.nameplate.pki.Finding.Severity;
import dev.nameplate.pki.ImportExamination;
import dev.nameplate.pki.IssuerPool;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.pki.UnusableImport;
import dev.nameplate.pki.WeakKeys;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The report card of imports: what [ImportExamination] sees in them, beside what the account holds already. Works outside any
/// transaction: signatures take their time.
public final class Imports {
    private static final int MAX_SHOWN = 5;
    private static final WeakKeys WEAK_KEYS = WeakKeys.known();

    private final Database database;
    private final Vault vault;
    private final InstantSource clock;
    private final SecureRandom random;

    Imports(Database database, Vault vault, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
        this.random = random;
    }

    /// Ready to be stored by [Certificates], its key sealed.
    ///
    /// @throws UnusableImport with ACM's wording
    public Certificates.Examined examine(AccountId account, PemTriple pem) {
        ReportCard card = card(account, pem, List.of());
        card.leaf()
                .filter(leaf ->
                        database.read(handle ->
                                CompromisedKeys.contains(handle, IssuedLeaves.keyDigest(leaf))))
                .ifPresent(_ -> {
                    throw new UnusableImport(
                            "The private key of this certificate is known to be compromised: make a new key and have it"
                                    + " certified.");
                });
        return SealedImport.of(card, vault, RandomUuid.from(random).toString());
    }

    /// All findings; stores nothing.
    ///
    /// @param wanted names that the certificate is to serve
    public ReportCard card(AccountId account, PemTriple pem, List<DomainName> wanted) {
        IssuerPool pool = subject -> database.read(handle -> ImportRows.named(handle, subject));
        ReportCard card = ImportExamination.of(pem, pool, WEAK_KEYS, clock.instant(), random);
        List<Finding> more = new ArrayList<>();
        card.leaf().ifPresent(leaf -> more.addAll(likenesses(account, leaf)));
        List<String> uncovered =
                wanted.stream()
                        .filter(name -> card.names().stream().noneMatch(has -> has.covers(name)))
                        .map(DomainName::ascii)
                        .toList();
        if (!uncovered.isEmpty() && card.leaf().isPresent()) {
            more.add(
                    new Finding(
                            Rule.NAMES_WANTED,
                            Severity.WARNING,
                            "The certificate does not cover every name that is wanted.",
                            String.join(", ", uncovered),
                            "Have it issued with these names too."));
        }
        return card.with(more);
    }

    /// Authorities to complete chains from, beside those that imports bring.
    ///
    /// @param chain each certified by the next; the last ends it
    public void know(List<X509Certificate> chain) {
        database.write(write -> {
            for (X509Certificate authority : chain) {
                ImportRows.remember(write.handle(), authority, authority.equals(chain.getLast()));
            }
            return chain.size();
        });
    }

    private List<Finding> likenesses(AccountId account, X509Certificate leaf) {
        List<Likeness> alike = database.read(handle -> ImportRows.like(handle, account, leaf));
        List<Finding> findings = new ArrayList<>();
        List<Likeness> same = alike.stream().filter(Likeness::sameCertificate).toList();
        if (!same.isEmpty()) {
            findings.add(
                    new Finding(
                            Rule.DUPLICATE,
                            Severity.WARNING,
                            "This certificate was imported before.",
                            shown(same),
                            "Import it again under the same ARN, if it shall be replaced."));
        }
        List<Likeness> sameKey =
                alike.stream().filter(each -> each.sameKey() && !each.sameCertificate()).toList();
        if (!sameKey.isEmpty()) {
            findings.add(
                    new Finding(
                            Rule.KEY_SHARED,
                            Severity.WARNING,
                            "Another certificate of this account has the same key.",
                            shown(sameKey),
                            "Make a key of its own for each certificate."));
        }
        List<Likeness> sameModulus = alike.stream().filter(each -> !each.sameKey()).toList();
        if (!sameModulus.isEmpty()) {
            findings.add(
                    new Finding(
                            Rule.KEY_SHARED,
                            Severity.ERROR,
                            "The private key is not supported",
                            "Its modulus is that of another key of this account: who has one private key, has both. "
                                    + shown(sameModulus),
                            "Make another key, and have a certificate issued for it."));
        }
        return findings;
    }

    private static String shown(List<Likeness> alike) {
        return alike.stream()
                .limit(MAX_SHOWN)
                .map(Likeness::certificateId)
                .collect(Collectors.joining(", ", "See certificate ", "."));
    }
}
