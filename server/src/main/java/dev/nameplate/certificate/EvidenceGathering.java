package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Seen;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// Looks at the DNS for one certificate, pending or to be renewed: the proofs, then CAA, and makes its key pair once both are
/// right. Blocking; runs on virtual threads. Touches no row.
final class EvidenceGathering {
    private final ProofLookup lookup;
    private final Issuers issuers;
    private final KeyPairs keyPairs;
    private final Questions questions;
    private final ProofLooks looks;

    EvidenceGathering(
            ProofLookup lookup,
            Issuers issuers,
            Vault vault,
            KeyPairs keyPairs,
            ExecutorService threads) {
        this.lookup = lookup;
        this.issuers = issuers;
        this.keyPairs = keyPairs;
        this.questions = new Questions(threads);
        this.looks = new ProofLooks(lookup, vault, questions, issuers.anyLooksForChallenge());
    }

    /// Looks for what is not proven yet; where an ACME authority will look itself, for all.
    Evidence gather(Certificate certificate) {
        if (form(certificate) == ProofForm.ACME_CHALLENGE) {
            return gatherAnew(certificate);
        }
        List<Proof> open =
                certificate.proofs().stream()
                        .filter(proof -> proof.status() != Proof.Status.SUCCESS)
                        .toList();
        Map<DomainName, Seen> found = look(certificate, open);
        List<Seen> seen = new ArrayList<>();
        for (Proof proof : certificate.proofs()) {
            seen.add(Optional.ofNullable(found.get(proof.name())).orElseGet(() -> known(proof)));
        }
        return judged(certificate, seen);
    }

    /// Looks for all, also for what was proven before: a renewal counts on what stands now.
    Evidence gatherAnew(Certificate certificate) {
        return judged(certificate, List.copyOf(look(certificate, certificate.proofs()).values()));
    }

    private Evidence judged(Certificate certificate, List<Seen> seen) {
        Optional<Issuer> issuer = issuers.of(certificate);
        if (issuer.isEmpty()) {
            return new Evidence(
                    certificate,
                    seen,
                    new Verdict.Answered(
                            new Issuer.Answer.Unavailable(
                                    issuers.missing(certificate),
                                    Actor.SERVER_OPERATOR,
                                    Optional.of(Instant.MAX))));
        }
        Evidence evidence = new Evidence(certificate, seen, new Verdict.Wait());
        if (!seen.stream().allMatch(Seen::proven)) {
            return evidence;
        }
        List<String> caaNames;
        try {
            caaNames = issuer.get().caaNames();
        } catch (IssuerAway away) {
            return new Evidence(certificate, seen, new Verdict.Answered(away.answer()));
        }
        return permitted(evidence, caaNames);
    }

    private ProofForm form(Certificate certificate) {
        return issuers.of(certificate).map(Issuer::proofForm).orElse(ProofForm.ACM_RECORD);
    }

    private Map<DomainName, Seen> look(Certificate certificate, List<Proof> proofs) {
        return looks.look(certificate, proofs, form(certificate));
    }

    private static Seen known(Proof proof) {
        return new Seen(
                true,
                proof.lastLook().map(Proof.Look::seen).orElse("The record is there."),
                Optional.empty());
    }

    /// Every name is proven: whether its owner permits the issuer.
    private Evidence permitted(Evidence evidence, List<String> caaNames) {
        Map<DomainName, CaaVerdict> verdicts =
                questions.inParallel(evidence.certificate().names(), lookup.caa(caaNames));
        Optional<String> forbidden = Optional.empty();
        Optional<String> unknown = Optional.empty();
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < evidence.seen().size(); i++) {
            DomainName name = evidence.certificate().names().get(i);
            Seen proven = evidence.seen().get(i);
            CaaVerdict verdict =
                    Optional.ofNullable(verdicts.get(name))
                            .orElseGet(() -> new CaaVerdict.Unknown("it was not asked for"));
            switch (verdict) {
                case CaaVerdict.Allowed _ ->
                        seen.add(
                                new Seen(
                                        true,
                                        proven.words(),
                                        proven.diagnosis().map(known -> known.with(verdict)),
                                        proven.way()));
                case CaaVerdict.Forbidden(DomainName at, String records) -> {
                    String words =
                            "The CAA records at "
                                    + at
                                    + " do not permit this issuer to certify "
                                    + name
                                    + ": "
                                    + records;
                    forbidden = forbidden.or(() -> Optional.of(words));
                    seen.add(
                            refused(
                                    proven,
                                    verdict,
                                    Cause.CAA_FORBIDS,
                                    words,
                                    permission(name, at, caaNames)));
                }
                case CaaVerdict.Unknown(String message) -> {
                    String words =
                            "The CAA records of "
                                    + name
                                    + " could not be read, which is not permission: "
                                    + message;
                    unknown = unknown.or(() -> Optional.of(words));
                    seen.add(
                            refused(
                                    proven,
                                    verdict,
                                    Cause.CAA_UNREADABLE,
                                    words,
                                    "Ask whoever runs the name servers of "
                                            + name.base()
                                            + " to have them answer questions of the type CAA."));
                }
            }
        }
        Evidence judged = new Evidence(evidence.certificate(), seen, new Verdict.Wait());
        if (forbidden.isPresent()) {
            return new Evidence(
                    evidence.certificate(), seen, new Verdict.Forbidden(forbidden.get()));
        }
        if (unknown.isPresent()) {
            return judged.postponed(Cause.CAA_UNREADABLE, unknown.get());
        }
        return new Evidence(
                evidence.certificate(),
                seen,
                new Verdict.Ready(keyPairs.generate(evidence.certificate().keyAlgorithm())));
    }

    private static String permission(DomainName name, DomainName at, List<String> caaNames) {
        return "Add the record "
                + at
                + ". CAA 0 "
                + (name.isWildcard() ? "issuewild" : "issue")
                + " \""
                + (caaNames.isEmpty() ? "" : caaNames.getFirst())
                + "\", then ask for the certificate again.";
    }

    /// The proof itself stays.
    private static Seen refused(
            Seen proven, CaaVerdict verdict, Cause cause, String words, String remedy) {
        Diagnosis base =
                proven.diagnosis()
                        .orElseGet(() ->
                                Diagnosis.of(Finding.of(Cause.NONE, proven.words(), List.of())));
        return new Seen(
                true,
                proven.words(),
                Optional.of(base.with(verdict, cause, words, remedy)),
                proven.way());
    }
}
