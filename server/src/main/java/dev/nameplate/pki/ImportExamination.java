package dev.nameplate.pki;

import static dev.nameplate.pki.Finding.error;

import dev.nameplate.names.DomainName;
import dev.nameplate.pki.Finding.Rule;

import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Looks at an import as far as it can be looked at without knowing whose it is: every rule of ACM's ImportCertificate, and what
/// ACM lets through to fail later. The texts are ACM's where they have been observed.
public final class ImportExamination {
    /// ACM's limits on the PEM texts.
    static final int MAX_CERTIFICATE = 32 * 1024;

    static final int MAX_CHAIN = 2 * 1024 * 1024;

    private static final String UNPARSABLE =
            "Unable to parse certificate. Please ensure the certificate is in PEM format.";

    private final IssuerPool pool;
    private final WeakKeys weakKeys;
    private final Instant now;
    private final SecureRandom random;
    private final List<Finding> findings = new ArrayList<>();

    private ImportExamination(
            IssuerPool pool, WeakKeys weakKeys, Instant now, SecureRandom random) {
        this.pool = pool;
        this.weakKeys = weakKeys;
        this.now = now;
        this.random = random;
    }

    public static ReportCard of(
            PemTriple pem, IssuerPool pool, WeakKeys weakKeys, Instant now, SecureRandom random) {
        return new ImportExamination(pool, weakKeys, now, random).examine(pem);
    }

    private ReportCard examine(PemTriple pem) {
        Optional<X509Certificate> leaf = leaf(pem.certificate());
        Optional<ImportedKey> key = key(pem.privateKey());
        if (leaf.isPresent()
                && key.isPresent()
                && !key.get().matches(leaf.get().getPublicKey(), random)) {
            findings.add(
                    error(
                            Rule.KEY_MATCHES,
                            "The private key does not match the public key of the certificate.",
                            "The certificate is for another key, of kind "
                                    + X509.kind(leaf.get().getPublicKey())
                                    + "; the private key is "
                                    + key.get().algorithm()
                                    + ".",
                            "Give the key that the certificate was requested with."));
        }
        List<DomainName> names =
                leaf.map(
                                certificate -> {
                                    ImportedLeafRules.Result result =
                                            new ImportedLeafRules(certificate, now, weakKeys)
                                                    .check();
                                    findings.addAll(result.findings());
                                    return result.names();
                                })
                        .orElse(List.of());
        Optional<List<X509Certificate>> issuers = issuers(pem.chain());
        Optional<Chain.Result> chain =
                leaf.flatMap(certificate ->
                        issuers.map(given -> Chain.of(certificate, given, pool, now)));
        chain.ifPresent(result -> findings.addAll(result.findings()));
        return new ReportCard(
                findings,
                leaf,
                names,
                key.flatMap(found ->
                        chain.map(result ->
                                new ReportCard.Material(found, result.ordered(), result.root()))));
    }

    private Optional<X509Certificate> leaf(byte[] pem) {
        String detail = "There is no CERTIFICATE block in it.";
        if (pem.length > MAX_CERTIFICATE) {
            detail = "It has more than " + MAX_CERTIFICATE + " bytes.";
        } else {
            try {
                List<Pem.Block> blocks = Pem.read(pem, Chain.MAX_CERTIFICATES);
                if (blocks.size() > 1) {
                    findings.add(
                            error(
                                    Rule.ONE_CERTIFICATE,
                                    "The certificate field contains more than one certificate."
                                            + " You can specify only one certificate in this field.",
                                    "It has " + blocks.size() + " PEM blocks.",
                                    "Put the issuers' certificates into the chain."));
                    return Optional.empty();
                }
                if (blocks.size() == 1 && isCertificate(blocks.getFirst())) {
                    return Optional.of(X509.decode(blocks.getFirst().der()));
                }
                if (blocks.size() == 1) {
                    detail = "It is a block of kind " + blocks.getFirst().label() + ".";
                }
            } catch (CertificateException malformed) {
                detail = "The block is not an X.509 certificate.";
            } catch (IllegalArgumentException malformed) {
                detail = "It is not PEM: " + malformed.getMessage() + ".";
            }
        }
        findings.add(
                error(
                        Rule.CERTIFICATE_PARSES,
                        UNPARSABLE,
                        detail,
                        "Give one block from BEGIN CERTIFICATE to END CERTIFICATE."));
        return Optional.empty();
    }

    private Optional<ImportedKey> key(byte[] pem) {
        try {
            return Optional.of(ImportedKey.parse(pem));
        } catch (UnusableImport unusable) {
            findings.add(
                    error(
                            Rule.KEY_PARSES,
                            String.valueOf(unusable.getMessage()),
                            "The private key was not read any further.",
                            "Give it unencrypted, in PKCS#1, PKCS#8 or SEC1: RSA with 2048, 3072 or 4096 bits, or EC on"
                                    + " P-256, P-384 or P-521."));
            return Optional.empty();
        }
    }

    /// Empty if they do not parse.
    private Optional<List<X509Certificate>> issuers(byte[] pem) {
        if (isBlank(pem)) {
            return Optional.of(List.of());
        }
        String detail = "There is no CERTIFICATE block in it.";
        if (pem.length > MAX_CHAIN) {
            detail = "It has more than " + MAX_CHAIN + " bytes.";
        } else {
            Set<X509Certificate> issuers = new LinkedHashSet<>();
            try {
                for (Pem.Block block : Pem.read(pem, Chain.MAX_CERTIFICATES)) {
                    if (isCertificate(block)) {
                        issuers.add(X509.decode(block.der()));
                    }
                }
                if (!issuers.isEmpty()) {
                    return Optional.of(List.copyOf(issuers));
                }
            } catch (CertificateException malformed) {
                detail = "Block " + (issuers.size() + 1) + " is not an X.509 certificate.";
            } catch (IllegalArgumentException malformed) {
                detail = "It is not PEM: " + malformed.getMessage() + ".";
            }
        }
        findings.add(
                error(
                        Rule.CHAIN_PARSES,
                        "The certificate body/chain provided is not in a valid PEM format",
                        detail,
                        "Give the issuers' certificates as blocks, one after the other."));
        return Optional.empty();
    }

    private static boolean isBlank(byte[] text) {
        for (byte each : text) {
            if (each > ' ' || each < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCertificate(Pem.Block block) {
        return block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE");
    }
}
