package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Seen;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.Issuer.Way;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Looks at the DNS for one certificate, pending or to be renewed: the proofs, then CAA, and makes its key pair once both are
/// right. Blocking; runs on virtual threads. Touches no row.
final class EvidenceGathering {
    /// How many questions may be under way at once. Each may hold a socket for seconds, and the same few authoritative servers
    /// often answer for many names.
    private static final int MAX_QUESTIONS = 128;

    private final ProofLookup lookup;
    private final Issuers issuers;
    private final Vault vault;
    private final TrafficProbe probe;
    private final KeyPairs keyPairs;
    private final ExecutorService threads;
    private final Semaphore questions = new Semaphore(MAX_QUESTIONS);

    EvidenceGathering(
            ProofLookup lookup,
            Issuers issuers,
            Vault vault,
            KeyPairs keyPairs,
            ExecutorService threads) {
        this.vault = vault;
        this.probe = new TrafficProbe(vault);
        this.lookup = lookup;
        this.issuers = issuers;
        this.keyPairs = keyPairs;
        this.threads = threads;
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
        return seen.stream().allMatch(Seen::proven)
                ? permitted(evidence, issuer.get().caaNames())
                : evidence;
    }

    private ProofForm form(Certificate certificate) {
        return issuers.of(certificate).map(Issuer::proofForm).orElse(ProofForm.ACM_RECORD);
    }

    /// What is shown of each proof now, in their order, where the certificate's issuer can count on it.
    private Map<DomainName, Seen> look(Certificate certificate, List<Proof> proofs) {
        ProofForm form = form(certificate);
        List<Proof> byRecord = proofs.stream().filter(proof -> proof.file().isEmpty()).toList();
        Map<CnameRecord, Sighting> sightings =
                sightings(byRecord, proof -> wanted(certificate, proof, form));
        List<Proof> missed =
                byRecord.stream()
                        .filter(proof -> !isFound(sightings.get(wanted(certificate, proof, form))))
                        .toList();
        // Both records lead to the same target. Ours counts where it is found, an ACME authority
        // looks in one place.
        Map<CnameRecord, Sighting> elsewhere =
                issuers.anyLooksForChallenge()
                        ? sightings(missed, proof -> other(certificate, proof, form))
                        : Map.of();
        Map<DomainName, Sighting> arrivals =
                form == ProofForm.ACME_CHALLENGE
                        ? inParallel(
                                missed.stream()
                                        .map(Proof::name)
                                        .filter(name -> !name.isWildcard())
                                        .toList(),
                                name -> probe.look(lookup, certificate.account(), name))
                        : Map.of();
        Map<HttpRecord, Sighting> files =
                inParallel(
                        proofs.stream().flatMap(proof -> proof.file().stream()).toList(),
                        lookup::look);
        Map<DomainName, Seen> seen = new LinkedHashMap<>();
        for (Proof proof : proofs) {
            if (proof.file().isPresent()) {
                Seen file = seen(sightingOf(files, proof.file().get()));
                seen.put(
                        proof.name(),
                        new Seen(file.proven(), file.words(), file.diagnosis(), Way.TRAFFIC));
                continue;
            }
            CnameRecord wanted = wanted(certificate, proof, form);
            Sighting sighting = sightingOf(sightings, wanted);
            Optional<Sighting> second =
                    Optional.ofNullable(elsewhere.get(other(certificate, proof, form)));
            seen.put(
                    proof.name(),
                    switch (form) {
                        case ACM_RECORD ->
                                seen(second.filter(EvidenceGathering::isFound).orElse(sighting));
                        case ACME_CHALLENGE ->
                                isFound(arrivals.get(proof.name()))
                                        ? arrived(proof.name(), wanted)
                                        : second.filter(EvidenceGathering::isFound).isPresent()
                                                ? onlyOurs(certificate, proof, wanted, sighting)
                                                : seen(sighting);
                    });
        }
        return seen;
    }

    /// Names that share a base share a record: it is asked for once.
    private Map<CnameRecord, Sighting> sightings(
            List<Proof> proofs, Function<Proof, CnameRecord> record) {
        return inParallel(proofs.stream().map(record).distinct().toList(), lookup::look);
    }

    private CnameRecord wanted(Certificate certificate, Proof proof, ProofForm form) {
        return form == ProofForm.ACME_CHALLENGE
                ? StandingCname.in(vault, certificate.account(), proof, form)
                : proof.record();
    }

    private CnameRecord other(Certificate certificate, Proof proof, ProofForm form) {
        ProofForm other =
                StandingCname.form(wanted(certificate, proof, form)) == ProofForm.ACM_RECORD
                        ? ProofForm.ACME_CHALLENGE
                        : ProofForm.ACM_RECORD;
        return StandingCname.in(vault, certificate.account(), proof, other);
    }

    private static <K> Sighting sightingOf(Map<K, Sighting> sightings, K key) {
        return Optional.ofNullable(sightings.get(key))
                .orElseThrow(() -> new IllegalStateException("nobody looked for " + key));
    }

    private static boolean isFound(@Nullable Sighting sighting) {
        return sighting instanceof Sighting.Found;
    }

    private static Seen arrived(DomainName name, CnameRecord wanted) {
        String words =
                "The web traffic of %s arrives here, so the authority is shown the proof there. With %s CNAME %s it need not."
                        .formatted(name, wanted.name(), wanted.value());
        return new Seen(
                true,
                words,
                Optional.of(Diagnosis.of(Finding.of(Cause.NONE, words, List.of()))),
                Way.TRAFFIC);
    }

    /// The owner did what was asked of them before the certificate moved to an ACME authority.
    private Seen onlyOurs(
            Certificate certificate, Proof proof, CnameRecord wanted, Sighting sighting) {
        if (sighting.finding().cause() == Cause.CHALLENGE_NAME_TAKEN) {
            return seen(sighting);
        }
        CnameRecord ours = other(certificate, proof, ProofForm.ACME_CHALLENGE);
        String words =
                "%s stands and proves the name to this server's own authority, but the issuer %s looks at %s alone, where the record is not: %s"
                        .formatted(
                                ours.name(),
                                certificate.issuers().current(),
                                wanted.name(),
                                sighting.finding().words());
        Finding finding =
                new Finding(
                        Cause.CHALLENGE_RECORD_MISSING,
                        words,
                        "Set %s CNAME %s%s. It serves every issuer; %s is of no use then."
                                .formatted(
                                        wanted.name(),
                                        wanted.value(),
                                        proof.name().isWildcard()
                                                ? ""
                                                : " or point %s here".formatted(proof.name()),
                                        ours.name()),
                        sighting.finding().seen(),
                        sighting.finding().servers(),
                        sighting.finding().trace());
        return new Seen(
                false, words + asked(finding.servers()), Optional.of(Diagnosis.of(finding)));
    }

    private static Seen known(Proof proof) {
        return new Seen(
                true,
                proof.lastLook().map(Proof.Look::seen).orElse("The record is there."),
                Optional.empty());
    }

    private static Seen seen(Sighting sighting) {
        Finding finding = sighting.finding();
        Diagnosis diagnosis = Diagnosis.of(finding);
        String asked = asked(finding.servers());
        return switch (sighting) {
            case Sighting.Found _ ->
                    new Seen(true, "The record is there" + asked + ".", Optional.of(diagnosis));
            case Sighting.Absent _, Sighting.Unreachable _ ->
                    new Seen(false, finding.words() + asked, Optional.of(diagnosis));
        };
    }

    /// Every name is proven: whether its owner permits the issuer.
    private Evidence permitted(Evidence evidence, List<String> caaNames) {
        Map<DomainName, CaaVerdict> verdicts =
                inParallel(evidence.certificate().names(), lookup.caa(caaNames));
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

    private static String asked(List<String> servers) {
        return servers.isEmpty() ? "" : " (asked " + String.join(", ", servers) + ")";
    }

    private <K, V> Map<K, V> inParallel(List<K> keys, Function<K, V> question) {
        Map<K, V> answers = new LinkedHashMap<>();
        if (keys.size() == 1) {
            answers.put(keys.getFirst(), ask(keys.getFirst(), question));
            return answers;
        }
        Map<K, Future<V>> asked = new LinkedHashMap<>();
        keys.forEach(key -> asked.put(key, threads.submit(() -> ask(key, question))));
        try {
            for (Map.Entry<K, Future<V>> entry : asked.entrySet()) {
                answers.put(entry.getKey(), entry.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a question to the DNS failed", e.getCause());
        } catch (InterruptedException e) {
            throw stopped();
        }
        return answers;
    }

    private <K, V> V ask(K key, Function<K, V> question) {
        try {
            questions.acquire();
        } catch (InterruptedException e) {
            throw stopped();
        }
        try {
            return question.apply(key);
        } finally {
            questions.release();
        }
    }

    private static CancellationException stopped() {
        Thread.currentThread().interrupt();
        return new CancellationException("the server is stopping");
    }
}
