package dev.nameplate.pki;

import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainName.IllegalDomainName;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The import report card: every rule of ACM's ImportCertificate, checked in the order in which a user can mend things.
/// The texts are ACM's where they have been observed.
///
/// @param chain leaf first, root left out
public record ImportExamination(
        List<DomainName> names, ImportedKey key, List<X509Certificate> chain) {
    /// GeneralName's tag for a DNS name (RFC 5280 section 4.2.1.6).
    private static final int DNS_NAME = 2;

    private static final String BROKEN_CHAIN =
            "Could not validate the certificate with the certificate chain.";

    /// @throws UnusableImport with ACM's wording
    public static ImportExamination of(PemTriple pem, Instant now, SecureRandom random) {
        X509Certificate leaf = leaf(pem.certificate());
        ImportedKey key = ImportedKey.parse(pem.privateKey());
        if (!key.matches(leaf.getPublicKey(), random)) {
            throw new UnusableImport(
                    "The private key does not match the public key of the certificate.");
        }
        checkLeaf(leaf, now);
        List<DomainName> names = names(leaf);
        List<X509Certificate> chain = order(leaf, issuers(pem.chain()), now);
        return new ImportExamination(names, key, chain);
    }

    private static X509Certificate leaf(byte[] pem) {
        try {
            List<Pem.Block> blocks = Pem.read(pem);
            if (blocks.size() > 1) {
                throw new UnusableImport(
                        "The certificate field contains more than one certificate."
                                + " You can specify only one certificate in this field.");
            }
            if (blocks.size() == 1 && isCertificate(blocks.getFirst())) {
                return X509.decode(blocks.getFirst().der());
            }
        } catch (CertificateException | IllegalArgumentException _) {
            // Told below: whatever the parser dislikes, the remedy is the same.
        }
        throw new UnusableImport(
                "Unable to parse certificate. Please ensure the certificate is in PEM format.");
    }

    private static List<X509Certificate> issuers(byte[] pem) {
        if (new String(pem, StandardCharsets.ISO_8859_1).isBlank()) {
            return List.of();
        }
        Set<X509Certificate> issuers = new LinkedHashSet<>();
        try {
            for (Pem.Block block : Pem.read(pem)) {
                if (isCertificate(block)) {
                    issuers.add(X509.decode(block.der()));
                }
            }
        } catch (CertificateException | IllegalArgumentException _) {
            issuers.clear();
        }
        if (issuers.isEmpty()) {
            throw new UnusableImport(
                    "The certificate body/chain provided is not in a valid PEM format");
        }
        return List.copyOf(issuers);
    }

    private static boolean isCertificate(Pem.Block block) {
        return block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE");
    }

    private static void checkLeaf(X509Certificate leaf, Instant now) {
        if (leaf.getVersion() != 3) {
            throw new UnusableImport("The certificate is not an X.509 version 3 certificate.");
        }
        if (leaf.getIssuerX500Principal().getName().isEmpty()) {
            throw new UnusableImport("The certificate does not name its issuer.");
        }
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            throw new UnusableImport(
                    "The certificate is not valid before " + leaf.getNotBefore().toInstant() + ".");
        }
        if (now.isAfter(leaf.getNotAfter().toInstant())) {
            throw new UnusableImport(
                    "The certificate has expired on " + leaf.getNotAfter().toInstant() + ".");
        }
    }

    /// The DNS names it can be served by. Names that no host can have (one label, underscores) are left out; a common name
    /// counts only where there is no alternative name at all.
    private static List<DomainName> names(X509Certificate leaf) {
        Set<DomainName> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
            if (alternatives == null) {
                domainName(X509.commonName(leaf.getSubjectX500Principal())).ifPresent(names::add);
            } else {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(0).equals(DNS_NAME)) {
                        domainName((String) alternative.get(1)).ifPresent(names::add);
                    }
                }
            }
        } catch (CertificateParsingException _) {
            throw new UnusableImport("The certificate's subject alternative names do not parse.");
        }
        if (names.isEmpty()) {
            throw new UnusableImport(
                    "The certificate contains no fully qualified domain name."
                            + " Certificates are served by name, so at least one is needed.");
        }
        return List.copyOf(names);
    }

    private static Optional<DomainName> domainName(String text) {
        try {
            return Optional.of(new DomainName(text.toLowerCase(Locale.ROOT)));
        } catch (IllegalDomainName _) {
            return Optional.empty();
        }
    }

    /// Puts the issuers into the order in which each certifies the one before, and drops a root at the end: a client trusts
    /// its own copy or none.
    private static List<X509Certificate> order(
            X509Certificate leaf, List<X509Certificate> issuers, Instant now) {
        boolean selfSigned = certifies(leaf, leaf);
        if (issuers.isEmpty()) {
            if (!selfSigned) {
                throw new UnusableImport(
                        "Provided certificate is not a valid self signed. Please provide either a valid"
                                + " self-signed certificate or certificate chain.");
            }
            return List.of(leaf);
        }
        if (selfSigned || issuers.contains(leaf)) {
            throw new UnusableImport(BROKEN_CHAIN);
        }
        List<X509Certificate> left = new ArrayList<>(issuers);
        List<X509Certificate> ordered = new ArrayList<>(List.of(leaf));
        while (!left.isEmpty()) {
            X509Certificate subject = ordered.getLast();
            X509Certificate issuer =
                    left.stream()
                            .filter(candidate -> certifies(candidate, subject))
                            .findFirst()
                            .orElseThrow(() -> new UnusableImport(BROKEN_CHAIN));
            checkIssuer(issuer, ordered.size() - 1, now);
            ordered.add(issuer);
            left.remove(issuer);
        }
        if (certifies(ordered.getLast(), ordered.getLast())) {
            ordered.removeLast();
        }
        return ordered;
    }

    /// @param below how many issuers stand between this one and the leaf (RFC 5280 section 4.2.1.9)
    private static void checkIssuer(X509Certificate issuer, int below, Instant now) {
        boolean valid =
                issuer.getBasicConstraints() >= below
                        && !now.isBefore(issuer.getNotBefore().toInstant())
                        && !now.isAfter(issuer.getNotAfter().toInstant());
        if (!valid) {
            throw new UnusableImport(BROKEN_CHAIN);
        }
    }

    private static boolean certifies(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
