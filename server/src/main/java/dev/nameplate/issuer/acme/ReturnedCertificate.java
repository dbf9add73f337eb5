package dev.nameplate.issuer.acme;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.X509;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Whether what an authority returned is what was ordered. Whether anybody trusts it is not asked: a private authority's root is known
/// to those who use it.
final class ReturnedCertificate {
    /// Clocks differ; authorities date their certificates back by an hour for that.
    private static final Duration CLOCKS = Duration.ofMinutes(10);

    private static final int DNS_NAME = 2;

    private ReturnedCertificate() {}

    /// @return what is wrong with it, if anything
    static Optional<String> fault(
            List<X509Certificate> chain, PublicKey key, List<DomainName> names, Instant now) {
        if (chain.isEmpty()) {
            return Optional.of("there is no certificate in it");
        }
        X509Certificate leaf = chain.getFirst();
        if (!leaf.getPublicKey().equals(key)
                && !Arrays.equals(leaf.getPublicKey().getEncoded(), key.getEncoded())) {
            return Optional.of("it is for another key");
        }
        if (leaf.getBasicConstraints() >= 0) {
            return Optional.of("it is an authority's certificate");
        }
        Set<String> wanted =
                names.stream()
                        .map(DomainName::ascii)
                        .collect(Collectors.toCollection(TreeSet::new));
        Optional<Set<String>> named = names(leaf);
        if (!named.equals(Optional.of(wanted))) {
            return Optional.of(
                    "it names "
                            + named.map(Object::toString).orElse("what cannot be read")
                            + " and not "
                            + wanted);
        }
        if (leaf.getNotBefore().toInstant().isAfter(now.plus(CLOCKS))) {
            return Optional.of("it is not valid before " + leaf.getNotBefore().toInstant());
        }
        if (!leaf.getNotAfter().toInstant().isAfter(now)) {
            return Optional.of("it was valid until " + leaf.getNotAfter().toInstant());
        }
        return unlinked(chain);
    }

    private static Optional<String> unlinked(List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate lower = chain.get(i);
            X509Certificate upper = chain.get(i + 1);
            try {
                if (!lower.getIssuerX500Principal().equals(upper.getSubjectX500Principal())) {
                    return Optional.of(
                            "number " + (i + 2) + " of its chain is not the next one's issuer");
                }
                lower.verify(upper.getPublicKey());
            } catch (GeneralSecurityException _) {
                return Optional.of(
                        "number " + (i + 2) + " of its chain did not sign the one below");
            }
        }
        return Optional.empty();
    }

    /// As it is served: without a root, which visitors have or do not have.
    static List<X509Certificate> served(List<X509Certificate> chain) {
        X509Certificate last = chain.getLast();
        return chain.size() > 1
                        && last.getSubjectX500Principal().equals(last.getIssuerX500Principal())
                ? List.copyOf(chain.subList(0, chain.size() - 1))
                : chain;
    }

    /// Whether the chain leads to an authority of that common name.
    static boolean leadsTo(List<X509Certificate> chain, String commonName) {
        return chain.stream()
                .map(X509Certificate::getIssuerX500Principal)
                .anyMatch(issuer -> X509.commonName(issuer).equals(commonName));
    }

    private static Optional<Set<String>> names(X509Certificate leaf) {
        try {
            Collection<List<?>> all = leaf.getSubjectAlternativeNames();
            Set<String> names = new TreeSet<>();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (!each.getFirst().equals(DNS_NAME)) {
                    return Optional.empty();
                }
                names.add(each.get(1).toString().toLowerCase(Locale.ROOT));
            }
            return Optional.of(names);
        } catch (CertificateParsingException _) {
            return Optional.empty();
        }
    }
}
