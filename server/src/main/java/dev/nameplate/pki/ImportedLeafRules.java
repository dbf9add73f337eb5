package dev.nameplate.pki;

import static dev.nameplate.pki.Finding.error;
import static dev.nameplate.pki.Finding.info;
import static dev.nameplate.pki.Finding.warning;

import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainName.IllegalDomainName;
import dev.nameplate.pki.Finding.Rule;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What an imported certificate must and should be by itself.
final class ImportedLeafRules {
    /// GeneralName's tags (RFC 5280 section 4.2.1.6).
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private static final int MAX_NAMES_SHOWN = 20;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final String AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1";
    private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

    /// ACM's limit.
    private static final int MAX_OCSP_ADDRESS = 1000;

    private static final Duration SOON = Duration.ofDays(30);

    private final X509Certificate leaf;
    private final Instant now;
    private final WeakKeys weakKeys;
    private final List<Finding> findings = new ArrayList<>();

    ImportedLeafRules(X509Certificate leaf, Instant now, WeakKeys weakKeys) {
        this.leaf = leaf;
        this.now = now;
        this.weakKeys = weakKeys;
    }

    record Result(List<DomainName> names, List<Finding> findings) {}

    Result check() {
        form();
        validity();
        List<DomainName> names = names();
        key();
        signature();
        purposes();
        revocation();
        return new Result(names, List.copyOf(findings));
    }

    private void form() {
        if (leaf.getVersion() != 3) {
            findings.add(
                    error(
                            Rule.VERSION_3,
                            "The certificate is not an X.509 version 3 certificate.",
                            "It is of version " + leaf.getVersion() + ".",
                            "Have it issued again."));
        }
        if (leaf.getIssuerX500Principal().getName().isEmpty()) {
            findings.add(
                    error(
                            Rule.ISSUER_NAMED,
                            "The certificate does not name its issuer.",
                            "Its issuer is an empty name.",
                            "Have it issued again."));
        }
    }

    private void validity() {
        Instant from = leaf.getNotBefore().toInstant();
        Instant to = leaf.getNotAfter().toInstant();
        if (now.isBefore(from)) {
            findings.add(
                    error(
                            Rule.VALIDITY,
                            "The certificate is not valid before " + from + ".",
                            "It is " + now + ".",
                            "Import it then, or check the clock."));
        } else if (now.isAfter(to)) {
            findings.add(
                    error(
                            Rule.VALIDITY,
                            "The certificate has expired on " + to + ".",
                            "It is " + now + ".",
                            "Import its successor."));
        } else if (Duration.between(now, to).compareTo(SOON) < 0) {
            findings.add(
                    warning(
                            Rule.VALIDITY,
                            "The certificate expires soon.",
                            "It ends on " + to + ".",
                            "Get its successor; an import is not renewed for you."));
        }
    }

    /// The DNS names it can be served by. Names that no host can have (one label, underscores) are left out; a common name
    /// counts only where there is no alternative name at all.
    private List<DomainName> names() {
        Set<DomainName> names = new LinkedHashSet<>();
        List<String> unusable = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
            if (alternatives == null) {
                findings.add(
                        warning(
                                Rule.NAMES,
                                "Clients refuse the certificate: it has no subject alternative name.",
                                "Browsers look for the host's name there alone, and not in the common name.",
                                "Have it issued with its names as subject alternative names."));
                domainName(X509.commonName(leaf.getSubjectX500Principal())).ifPresent(names::add);
            } else {
                for (List<?> alternative : alternatives) {
                    String text = String.valueOf(alternative.get(1));
                    if (alternative.get(0).equals(DNS_NAME)) {
                        domainName(text).ifPresentOrElse(names::add, () -> unusable.add(text));
                    } else if (alternative.get(0).equals(IP_ADDRESS)) {
                        addresses.add(text);
                    }
                }
            }
        } catch (CertificateParsingException _) {
            findings.add(
                    error(
                            Rule.NAMES,
                            "The certificate's subject alternative names do not parse.",
                            "The extension is malformed.",
                            "Have it issued again."));
            return List.of();
        }
        if (names.isEmpty()) {
            findings.add(
                    error(
                            Rule.NAMES,
                            "The certificate contains no fully qualified domain name."
                                    + " Certificates are served by name, so at least one is needed.",
                            shown(unusable),
                            "Have it issued for a domain name."));
        }
        if (!unusable.isEmpty()) {
            findings.add(
                    warning(
                            Rule.NAMES,
                            "Some names of the certificate can be no host's.",
                            shown(unusable),
                            "Do not expect them to be served."));
        }
        if (!addresses.isEmpty()) {
            findings.add(
                    info(
                            Rule.NAMES,
                            "Addresses in the certificate are not served: clients send no server name for them.",
                            shown(addresses)));
        }
        List<String> international =
                names.stream()
                        .map(DomainName::ascii)
                        .filter(name -> name.contains("xn--"))
                        .toList();
        if (!international.isEmpty()) {
            findings.add(
                    info(Rule.NAMES, "Some names are internationalised.", shown(international)));
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

    private static String shown(List<String> texts) {
        String first =
                String.join(
                        ", ",
                        texts.stream()
                                .limit(MAX_NAMES_SHOWN)
                                .map(text -> X509.shortened(text))
                                .toList());
        return texts.size() <= MAX_NAMES_SHOWN
                ? first
                : first + " and " + (texts.size() - MAX_NAMES_SHOWN) + " more";
    }

    private void key() {
        if (KeyPairs.algorithmOf(leaf.getPublicKey()).isEmpty()) {
            findings.add(
                    error(
                            Rule.KEY_KIND,
                            "The private key length is not supported for key algorithm",
                            "The certificate's key is of kind "
                                    + leaf.getPublicKey().getAlgorithm()
                                    + ".",
                            "Use RSA with 2048, 3072 or 4096 bits, or EC on P-256, P-384 or P-521."));
        } else if (leaf.getPublicKey() instanceof RSAPublicKey rsa) {
            weakKeys.fatal(rsa)
                    .ifPresent(why ->
                            findings.add(
                                    error(
                                            Rule.KEY_STRENGTH,
                                            "The private key is not supported",
                                            why,
                                            "Anyone can compute this key: make another, and have a certificate"
                                                    + " issued for it.")));
            WeakKeys.questionable(rsa)
                    .ifPresent(why ->
                            findings.add(
                                    warning(
                                            Rule.KEY_STRENGTH,
                                            "The key is weaker than it should be.",
                                            why,
                                            "Make another key at the next renewal.")));
        }
    }

    private void signature() {
        String algorithm = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("MD")) {
            findings.add(
                    error(
                            Rule.SIGNATURE_ALGORITHM,
                            "The signature algorithm of the certificate is not supported.",
                            "It is signed with " + leaf.getSigAlgName() + ", which can be forged.",
                            "Have it issued again."));
        } else if (algorithm.startsWith("SHA1")) {
            findings.add(
                    warning(
                            Rule.SIGNATURE_ALGORITHM,
                            "Clients refuse the certificate's signature.",
                            "It is signed with " + leaf.getSigAlgName() + ".",
                            "Have it issued again."));
        }
        if (Chain.certifies(leaf, leaf)) {
            findings.add(
                    warning(
                            Rule.SELF_SIGNED,
                            "The certificate is self-signed.",
                            "No client trusts it that was not told to.",
                            "Fine for tests; else have it issued by an authority."));
        }
    }

    private void purposes() {
        if (leaf.getBasicConstraints() >= 0) {
            findings.add(
                    warning(
                            Rule.PURPOSE,
                            "The certificate is an authority's, not a server's.",
                            "Its basic constraints say CA:TRUE.",
                            "Browsers may refuse it, and its key can sign for any name: import a certificate that"
                                    + " it issues instead."));
        }
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (purposes != null
                    && !purposes.contains(SERVER_AUTH)
                    && !purposes.contains(ANY_PURPOSE)) {
                findings.add(
                        warning(
                                Rule.PURPOSE,
                                "The certificate is not made for servers.",
                                "Its extended key usage lacks serverAuth.",
                                "Clients will refuse it: have it issued for servers."));
            }
        } catch (CertificateParsingException _) {
            findings.add(
                    error(
                            Rule.PURPOSE,
                            "The certificate's extended key usage does not parse.",
                            "The extension is malformed.",
                            "Have it issued again."));
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            findings.add(
                    warning(
                            Rule.PURPOSE,
                            "The certificate's key may not sign handshakes.",
                            "Its key usage lacks digitalSignature.",
                            "Clients of TLS 1.3 will refuse it: have it issued again."));
        }
    }

    private void revocation() {
        byte[] information = leaf.getExtensionValue(AUTHORITY_INFORMATION);
        if (information != null) {
            X509.ocspAddresses(information).stream()
                    .filter(address ->
                            address.getBytes(StandardCharsets.UTF_8).length > MAX_OCSP_ADDRESS)
                    .findFirst()
                    .ifPresent(address ->
                            findings.add(
                                    error(
                                            Rule.OCSP_ADDRESS,
                                            "The OCSP URL of the certificate is longer than "
                                                    + MAX_OCSP_ADDRESS
                                                    + " characters.",
                                            X509.shortened(address),
                                            "Have it issued again.")));
        }
        if (leaf.getExtensionValue(TLS_FEATURE) != null) {
            findings.add(
                    info(
                            Rule.MUST_STAPLE,
                            "The certificate asks for a stapled OCSP answer (must-staple).",
                            "Clients that heed it refuse an answer without one."));
        }
    }
}
