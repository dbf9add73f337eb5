package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Seen;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;

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
    private final KeyPairs keyPairs;
    private final ExecutorService threads;
    private final Semaphore questions = new Semaphore(MAX_QUESTIONS);

    EvidenceGathering(
            ProofLookup lookup, Issuers issuers, KeyPairs keyPairs, ExecutorService threads) {
        this.lookup = lookup;
        this.issuers = issuers;
        this.keyPairs = keyPairs;
        this.threads = threads;
    }

    /// Looks for what is not proven yet.
    Evidence gather(Certificate certificate) {
        List<Proof> open =
                certificate.proofs().stream()
                        .filter(proof -> proof.status() != Proof.Status.SUCCESS)
                        .toList();
        Map<DomainName, Seen> found = look(open);
        List<Seen> seen = new ArrayList<>();
        for (Proof proof : certificate.proofs()) {
            seen.add(Optional.ofNullable(found.get(proof.name())).orElseGet(() -> known(proof)));
        }
        return judged(certificate, seen);
    }

    /// Looks for all, also for what was proven before: a renewal counts on what stands now.
    Evidence gatherAnew(Certificate certificate) {
        return judged(certificate, List.copyOf(look(certificate.proofs()).values()));
    }

    private Evidence judged(Certificate certificate, List<Seen> seen) {
        Evidence evidence = new Evidence(certificate, seen, new Verdict.Wait());
        if (!seen.stream().allMatch(Seen::proven)) {
            return evidence;
        }
        return issuers.of(certificate)
                .map(issuer -> permitted(evidence, issuer.caaNames()))
                .orElseGet(() ->
                        evidence.postponed(Cause.ISSUER_UNAVAILABLE, issuers.missing(certificate)));
    }

    /// What is shown of each proof now, in their order. Needs no certificate.
    Map<DomainName, Seen> look(List<Proof> proofs) {
        // Names that share a base share a record: it is asked for once.
        Map<CnameRecord, Sighting> sightings =
                inParallel(
                        proofs.stream()
                                .filter(proof -> proof.file().isEmpty())
                                .map(Proof::record)
                                .distinct()
                                .toList(),
                        lookup::look);
        Map<HttpRecord, Sighting> files =
                inParallel(
                        proofs.stream().flatMap(proof -> proof.file().stream()).toList(),
                        lookup::look);
        Map<DomainName, Seen> seen = new LinkedHashMap<>();
        for (Proof proof : proofs) {
            proof.file()
                    .map(files::get)
                    .or(() -> Optional.ofNullable(sightings.get(proof.record())))
                    .ifPresent(sighting -> seen.put(proof.name(), seen(sighting)));
        }
        return seen;
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
                                        proven.diagnosis().map(known -> known.with(verdict))));
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
                true, proven.words(), Optional.of(base.with(verdict, cause, words, remedy)));
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
