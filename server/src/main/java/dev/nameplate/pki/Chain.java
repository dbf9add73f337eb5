package dev.nameplate.pki;

import static dev.nameplate.pki.Finding.error;
import static dev.nameplate.pki.Finding.info;

import dev.nameplate.pki.Finding.Rule;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Puts the issuers of an import into the order in which each certifies the one before, fills gaps from the pool, and says
/// exactly what does not fit.
final class Chain {
    /// Real ones have two or three. Also what bounds the signatures that a stranger can have us verify.
    static final int MAX_CERTIFICATES = 16;

    /// Verifying takes time that grows with the square of this, and nobody's authority has more than 4096 bits.
    private static final int MAX_RSA_BITS = 8192;

    private static final String BROKEN =
            "Could not validate the certificate with the certificate chain.";

    private static final String NOT_SELF_SIGNED =
            "Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or"
                    + " certificate chain.";

    private static final int KEY_CERT_SIGN = 5;

    private final IssuerPool pool;
    private final Instant now;
    private final List<Finding> findings = new ArrayList<>();
    private final List<X509Certificate> ordered = new ArrayList<>();
    private Optional<X509Certificate> root = Optional.empty();

    private Chain(IssuerPool pool, Instant now) {
        this.pool = pool;
        this.now = now;
    }

    /// @param ordered leaf first, root left out
    record Result(
            List<X509Certificate> ordered,
            Optional<X509Certificate> root,
            List<Finding> findings) {}

    static Result of(
            X509Certificate leaf, List<X509Certificate> issuers, IssuerPool pool, Instant now) {
        Chain chain = new Chain(pool, now);
        chain.build(leaf, issuers);
        return new Result(List.copyOf(chain.ordered), chain.root, List.copyOf(chain.findings));
    }

    private void build(X509Certificate leaf, List<X509Certificate> issuers) {
        ordered.add(leaf);
        boolean selfSigned = certifies(leaf, leaf);
        if (selfSigned) {
            if (!issuers.isEmpty()) {
                broken(
                        "The certificate is self-signed, so no chain belongs to it.",
                        "Leave the chain out.");
            }
            return;
        }
        if (issuers.contains(leaf)) {
            broken(
                    "The chain repeats the certificate itself.",
                    "Leave it out of the chain, which begins with its issuer.");
            return;
        }
        if (issuers.isEmpty()) {
            if (!completeFromPool()) {
                findings.add(
                        error(
                                Rule.CHAIN_VERIFIES,
                                NOT_SELF_SIGNED,
                                "It was issued by " + issuerOf(leaf) + ", and there is no chain.",
                                "Give the chain that the issuer delivered with it."));
            }
            return;
        }
        order(issuers);
    }

    private void order(List<X509Certificate> issuers) {
        List<X509Certificate> left = new ArrayList<>(issuers);
        List<X509Certificate> asTaken = new ArrayList<>();
        while (!left.isEmpty()) {
            X509Certificate subject = ordered.getLast();
            Optional<X509Certificate> issuer =
                    left.stream().filter(candidate -> certifies(candidate, subject)).findFirst();
            if (issuer.isPresent()) {
                left.remove(issuer.get());
                asTaken.add(issuer.get());
                add(issuer.get());
            } else if (ordered.size() >= MAX_CERTIFICATES
                    || certifies(subject, subject)
                    || !fillGap(subject)) {
                broken(
                        whyNot(subject, left),
                        "Give the issuers of this certificate, and no others.");
                return;
            }
        }
        if (!asTaken.equals(issuers)) {
            findings.add(
                    info(
                            Rule.CHAIN_ORDER,
                            "The chain was put in order.",
                            names(asTaken.stream().toList())));
        }
        if (certifies(ordered.getLast(), ordered.getLast())) {
            root = Optional.of(ordered.removeLast());
            findings.add(
                    info(
                            Rule.CHAIN_ROOT,
                            "The root is left out of what is served: a client trusts its own copy or none.",
                            subjectOf(root.get())));
        } else {
            completeEnd();
        }
    }

    /// One certificate of the pool between two that were given.
    private boolean fillGap(X509Certificate subject) {
        Optional<X509Certificate> known =
                candidates(subject).stream()
                        .map(IssuerPool.Known::certificate)
                        .filter(candidate -> !certifies(candidate, candidate))
                        .findFirst();
        known.ifPresent(this::addFromPool);
        return known.isPresent();
    }

    /// An accepted chain may end below its root. Where the pool knows more intermediates above it, they are appended, but only
    /// if they lead to an end.
    private void completeEnd() {
        List<X509Certificate> given = List.copyOf(ordered);
        int before = findings.size();
        if (!completeFromPool()) {
            ordered.clear();
            ordered.addAll(given);
            findings.subList(before, findings.size()).clear();
        }
    }

    private boolean completeFromPool() {
        while (ordered.size() < MAX_CERTIFICATES) {
            List<IssuerPool.Known> known = candidates(ordered.getLast());
            boolean rootKnown =
                    known.stream()
                            .map(IssuerPool.Known::certificate)
                            .anyMatch(candidate -> certifies(candidate, candidate));
            if (rootKnown) {
                return true;
            }
            Optional<IssuerPool.Known> next =
                    known.stream()
                            .filter(each -> !ordered.contains(each.certificate()))
                            .findFirst();
            if (next.isEmpty()) {
                return false;
            }
            addFromPool(next.get().certificate());
            if (next.get().ends() && candidates(next.get().certificate()).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private List<IssuerPool.Known> candidates(X509Certificate subject) {
        return pool.named(subject.getIssuerX500Principal()).stream()
                .filter(known -> !ordered.contains(known.certificate()))
                .filter(known -> certifies(known.certificate(), subject))
                .filter(known -> problem(known.certificate(), ordered.size() - 1).isEmpty())
                .toList();
    }

    private void addFromPool(X509Certificate issuer) {
        ordered.add(issuer);
        findings.add(
                info(
                        Rule.CHAIN_COMPLETED,
                        "A missing intermediate certificate was added to the chain.",
                        subjectOf(issuer)));
    }

    private void add(X509Certificate issuer) {
        problem(issuer, ordered.size() - 1)
                .ifPresent(problem ->
                        findings.add(
                                error(
                                        Rule.CHAIN_ISSUER,
                                        BROKEN,
                                        subjectOf(issuer) + " " + problem,
                                        "Ask the issuer for its present chain.")));
        ordered.add(issuer);
    }

    /// @param below how many issuers stand between this one and the leaf (RFC 5280 section 4.2.1.9)
    private Optional<String> problem(X509Certificate issuer, int below) {
        boolean[] usage = issuer.getKeyUsage();
        if (issuer.getBasicConstraints() < 0) {
            return Optional.of("is not a certificate authority (CA:FALSE).");
        }
        if (issuer.getBasicConstraints() < below) {
            return Optional.of(
                    "may have "
                            + issuer.getBasicConstraints()
                            + " authorities below it, but has "
                            + below
                            + " (path length constraint).");
        }
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            return Optional.of("may not sign certificates (key usage).");
        }
        if (now.isBefore(issuer.getNotBefore().toInstant())) {
            return Optional.of("is not valid before " + issuer.getNotBefore().toInstant() + ".");
        }
        if (now.isAfter(issuer.getNotAfter().toInstant())) {
            return Optional.of("expired on " + issuer.getNotAfter().toInstant() + ".");
        }
        return Optional.empty();
    }

    private String whyNot(X509Certificate subject, List<X509Certificate> left) {
        if (certifies(subject, subject)) {
            return "The chain ends with the root "
                    + subjectOf(subject)
                    + "; these do not belong to it: "
                    + names(left);
        }
        List<X509Certificate> named =
                left.stream()
                        .filter(candidate ->
                                candidate
                                        .getSubjectX500Principal()
                                        .equals(subject.getIssuerX500Principal()))
                        .toList();
        if (named.isEmpty() && ordered.size() > 1) {
            return names(left)
                    + (left.size() == 1 ? " does" : " do")
                    + " not belong to the chain, which goes up to "
                    + subjectOf(subject)
                    + "; or the chain has a gap there: what issued that is not in it.";
        }
        if (named.isEmpty()) {
            return subjectOf(subject)
                    + " was issued by "
                    + issuerOf(subject)
                    + ", which is not in the chain. It has: "
                    + names(left);
        }
        PublicKey key = named.getFirst().getPublicKey();
        String why =
                isTooLarge(key)
                        ? "the issuer's key is larger than " + MAX_RSA_BITS + " bits"
                        : fits(subject, key)
                                ? "the chain has another key under that name"
                                : "a "
                                        + subject.getSigAlgName()
                                        + " signature cannot be of its "
                                        + key.getAlgorithm()
                                        + " key";
        return subjectOf(subject)
                + " names "
                + issuerOf(subject)
                + " as its issuer, but is not signed by it: "
                + why
                + ".";
    }

    private static boolean fits(X509Certificate subject, PublicKey issuer) {
        String algorithm = subject.getSigAlgName();
        return switch (issuer.getAlgorithm()) {
            case "RSA" -> algorithm.contains("RSA") || algorithm.contains("PSS");
            case "EC" -> algorithm.contains("ECDSA");
            default -> true;
        };
    }

    private void broken(String detail, String remedy) {
        findings.add(error(Rule.CHAIN_VERIFIES, BROKEN, detail, remedy));
    }

    static boolean certifies(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())
                || isTooLarge(issuer.getPublicKey())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static boolean isTooLarge(PublicKey key) {
        return key instanceof RSAKey rsa && rsa.getModulus().bitLength() > MAX_RSA_BITS;
    }

    private static String names(List<X509Certificate> certificates) {
        return certificates.stream().map(Chain::subjectOf).collect(Collectors.joining(", "));
    }

    private static String subjectOf(X509Certificate certificate) {
        return X509.quoted(certificate.getSubjectX500Principal());
    }

    private static String issuerOf(X509Certificate certificate) {
        return X509.quoted(certificate.getIssuerX500Principal());
    }
}
