package dev.nameplate;

import dev.nameplate.certificate.AuthorityRevocationWork;
import dev.nameplate.certificate.AuthorityRevoker;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.Issuers;
import dev.nameplate.certificate.RenewalInfoWork;
import dev.nameplate.certificate.RenewalSuggestions;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.config.Settings;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.issuer.acme.AcmeCa;
import dev.nameplate.issuer.acme.AcmeIssuer;
import dev.nameplate.issuer.acme.AcmeOrderWork;
import dev.nameplate.issuer.acme.AcmeParts;
import dev.nameplate.issuer.acme.AcmeProblem;
import dev.nameplate.issuer.acme.CallFailed;
import dev.nameplate.issuer.acme.OrderWatch;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.X509;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The ACME authorities of the settings: as issuers, with all the work there is with them.
///
/// @param patience how long one that does not answer is waited for before the next is asked
record AcmeAuthorities(List<AcmeIssuer> all, Duration patience)
        implements RenewalSuggestions, AuthorityRevoker, AutoCloseable {

    static final AcmeAuthorities NONE = new AcmeAuthorities(List.of(), Duration.ZERO);

    /// Reads files, and asks nobody.
    static AcmeAuthorities of(
            Settings settings,
            Store store,
            Features features,
            TextLookup texts,
            OrderWatch watch,
            Wakeup engine) {
        AcmeParts parts =
                new AcmeParts(
                        store.database(),
                        store.vault(),
                        features.keyPairs(),
                        features.challenges(),
                        texts,
                        new BudgetPacing(
                                IssuerLimits.budgets(settings, store.clock()), store.clock()),
                        features.certificates()::orderDecided,
                        watch,
                        store.clock(),
                        engine);
        return new AcmeAuthorities(
                settings.issuers().acme().stream()
                        .map(each -> new AcmeIssuer(ca(each), parts))
                        .toList(),
                settings.issuers().patience());
    }

    /// With our own.
    Issuers with(Issuer own) {
        return new Issuers(Stream.concat(Stream.of(own), all.stream()).toList(), patience);
    }

    Optional<AcmeIssuer> find(IssuerName name) {
        return all.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// @param parts gets what has to be stopped
    List<DueWork> works(Parts parts, Store store, Wakeup engine) {
        return List.of(
                parts.started(
                        "acme orders", new AcmeOrderWork(store.database(), all, store.clock())),
                parts.started(
                        "renewal information",
                        new RenewalInfoWork(store.database(), this, store.clock(), engine)),
                parts.started(
                        "authority revocations",
                        new AuthorityRevocationWork(store.database(), this, store.clock())));
    }

    @Override
    public RenewalSuggestions.Answer ask(IssuerName issuer, X509Certificate leaf) {
        Optional<AcmeIssuer> authority = find(issuer);
        if (authority.isEmpty()) {
            return new RenewalSuggestions.Answer.NotOffered();
        }
        try {
            return authority
                    .get()
                    .renewalWindow(leaf)
                    .<RenewalSuggestions.Answer>map(window ->
                            new RenewalSuggestions.Answer.Window(
                                    window.start(),
                                    window.end(),
                                    window.explanation(),
                                    Optional.of(window.lookAgain())))
                    .orElseGet(RenewalSuggestions.Answer.NotOffered::new);
        } catch (CallFailed failed) {
            AcmeProblem problem = failed.problem();
            return new RenewalSuggestions.Answer.Failed(problem.text(), problem.retryAfter());
        }
    }

    @Override
    public Optional<String> revoke(
            IssuerName issuer, X509Certificate leaf, RevocationReason reason) {
        Optional<AcmeIssuer> authority = find(issuer);
        if (authority.isEmpty()) {
            return Optional.of(
                    "There is no issuer '"
                            + issuer
                            + "' in the settings any more. The operator of this server must configure it again.");
        }
        try {
            authority.get().revoke(leaf, reason);
            return Optional.empty();
        } catch (CallFailed failed) {
            return Optional.of(failed.problem().text());
        }
    }

    private static AcmeCa ca(Settings.AcmeIssuer issuer) {
        try {
            return new AcmeCa(
                    new IssuerName(issuer.name()),
                    issuer.directory(),
                    issuer.contacts(),
                    issuer.termsAgreed(),
                    issuer.eab()
                            .map(eab ->
                                    AcmeCa.ExternalAccount.of(
                                            eab.keyId(),
                                            new String(
                                                    read(eab.hmacFile()),
                                                    StandardCharsets.US_ASCII))),
                    issuer.preferredChain(),
                    issuer.profile(),
                    issuer.caaNames(),
                    issuer.trustFile().map(AcmeAuthorities::certificates).orElse(List.of()));
        } catch (IllegalArgumentException e) {
            throw new Server.CannotStart("issuers." + issuer.name() + ": " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> all = new ArrayList<>();
        try {
            for (Pem.Block block : Pem.read(read(file))) {
                all.add(X509.decode(block.der()));
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException(file + " has something else than certificates", e);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(file + " has no certificate");
        }
        return all;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        all.forEach(AcmeIssuer::close);
    }
}
