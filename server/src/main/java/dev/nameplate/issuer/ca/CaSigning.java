package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.Lint.Linted;

import org.bouncycastle.asn1.x509.TBSCertificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Signs certificates of authorities the way leaves are signed: linted, recorded by a durable commit, then signed.
record CaSigning(Ledger ledger, InstantSource clock) {

    /// Who signs, with its serial number and the end points of its own validity.
    record Issuer(Authority authority, String serial, Instant notBefore, Instant notAfter) {}

    X509Certificate sign(Issuer issuer, TBSCertificate content, List<Lint.Rule> rules) {
        Instant now = clock.instant();
        Lint.Context context =
                new Lint.Context(
                        issuer.authority().name(),
                        issuer.authority().keyId(),
                        issuer.authority().signatureAlgorithm(),
                        issuer.notBefore(),
                        issuer.notAfter(),
                        now,
                        Duration.between(issuer.notBefore(), issuer.notAfter()).plusSeconds(1),
                        false);
        return switch (new Lint(issuer.authority(), rules).examine(content, context)) {
            case Lint.Result.Clean(Linted linted) -> {
                Ledger.Recorded recorded =
                        ledger.record(
                                List.of(
                                        IssuanceRows.Issuance.ofAuthority(
                                                content, issuer.serial(), now)));
                yield linted.signedBy(issuer.authority(), recorded);
            }
            case Lint.Result.Unclean(List<Lint.Finding> findings) ->
                    throw new IllegalStateException(
                            "the authority's certificate would break a rule of its profile: "
                                    + findings);
        };
    }
}
