package dev.nameplate.issuer.ca;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/// Nothing is signed that was not linted. A certificate of the very same content is signed by a throw-away key and examined
/// by every rule of [LintRules]; a clean one yields a [Linted], which is the only thing that the real key signs, once.
final class Lint {
    private final List<Rule> rules;
    private final Authority throwAway;

    /// @param real whose kind of key and name the throw-away signer imitates
    Lint(Authority real) {
        this(real, LintRules.LEAF);
    }

    Lint(Authority real, List<Rule> rules) {
        this.throwAway = real.imitation();
        this.rules = rules;
    }

    /// @param id names the requirement it enforces
    /// @param says what must hold
    record Rule(String id, String says, Condition condition) {
        static Rule rule(String id, String says, Predicate<Candidate> holds) {
            return new Rule(id, says, (candidate, _) -> holds.test(candidate));
        }

        static Rule rule(String id, String says, Condition condition) {
            return new Rule(id, says, condition);
        }
    }

    @FunctionalInterface
    interface Condition {
        boolean holds(Candidate candidate, Context context);
    }

    /// What a candidate is measured against.
    ///
    /// @param internal whether it is for one of the server's own ports, which may be reached by address
    record Context(
            X500Name issuer,
            byte[] issuerKeyId,
            AlgorithmIdentifier signatureAlgorithm,
            Instant issuerNotBefore,
            Instant issuerNotAfter,
            Instant now,
            Duration maxValidity,
            boolean internal) {}

    /// A rule that does not hold.
    record Finding(String rule, String says) {
        @Override
        public String toString() {
            return rule + ": " + says;
        }
    }

    sealed interface Result {
        record Clean(Linted linted) implements Result {}

        record Unclean(List<Finding> findings) implements Result {}
    }

    Result examine(TBSCertificate tbs, Context context) {
        byte[] encoded = encoded(tbs);
        Candidate candidate = Candidate.of(tbs, parsed(throwAway.signToDer(tbs, encoded)));
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : rules) {
            if (!rule.condition().holds(candidate, context)) {
                findings.add(new Finding(rule.id(), rule.says()));
            }
        }
        return findings.isEmpty()
                ? new Result.Clean(new Linted(tbs, encoded))
                : new Result.Unclean(List.copyOf(findings));
    }

    private static byte[] encoded(TBSCertificate tbs) {
        try {
            return tbs.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException("a certificate cannot be encoded", e);
        }
    }

    private static Optional<X509Certificate> parsed(byte[] der) {
        try {
            return Optional.of(Authority.parse(der));
        } catch (CertificateException _) {
            return Optional.empty();
        }
    }

    /// Content that passed every lint and may be signed once, when it is recorded. Only [Lint] makes one.
    static final class Linted {
        private final TBSCertificate content;
        private final byte[] encoded;
        private final AtomicBoolean redeemed = new AtomicBoolean();

        private Linted(TBSCertificate content, byte[] encoded) {
            this.content = content;
            this.encoded = encoded;
        }

        /// Uses it up.
        X509Certificate signedBy(Authority authority, Ledger.Recorded recorded) {
            if (!recorded.has(content.getSerialNumber().getValue())) {
                throw new IllegalStateException(
                        "serial " + content.getSerialNumber() + " is not recorded");
            }
            if (redeemed.getAndSet(true)) {
                throw new IllegalStateException(
                        "a lint stands for one signature; serial "
                                + content.getSerialNumber()
                                + " has been signed already");
            }
            return authority.sign(content, encoded);
        }
    }
}
