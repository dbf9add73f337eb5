package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Seen;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.dns.CnameRecord;
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

/// Looks at the DNS for one certificate: the proofs, then CAA, and makes its key pair once both are right. Blocking; runs on
/// virtual threads. Touches no row.
final class EvidenceGathering {
    /// How many questions may be under way at once. Each may hold a socket for seconds, and the same few authoritative servers
    /// often answer for many names.
    private static final int MAX_QUESTIONS = 128;

    private final ProofLookup lookup;
    private final List<String> caaNames;
    private final KeyPairs keyPairs;
    private final ExecutorService threads;
    private final Semaphore questions = new Semaphore(MAX_QUESTIONS);

    /// @param caaNames the CAA values that permit the issuer
    EvidenceGathering(
            ProofLookup lookup, List<String> caaNames, KeyPairs keyPairs, ExecutorService threads) {
        this.lookup = lookup;
        this.caaNames = caaNames;
        this.keyPairs = keyPairs;
        this.threads = threads;
    }

    Evidence gather(Certificate certificate) {
        // Names that share a base share a record: it is asked for once.
        Map<CnameRecord, Sighting> sightings =
                inParallel(
                        certificate.proofs().stream()
                                .filter(proof -> proof.status() != Proof.Status.SUCCESS)
                                .map(Proof::record)
                                .distinct()
                                .toList(),
                        lookup::look);
        List<Seen> seen = new ArrayList<>();
        for (Proof proof : certificate.proofs()) {
            seen.add(
                    Optional.ofNullable(sightings.get(proof.record()))
                            .map(EvidenceGathering::inWords)
                            .orElseGet(() ->
                                    new Seen(
                                            true,
                                            proof.lastLook()
                                                    .map(Proof.Look::seen)
                                                    .orElse("The record is there."))));
        }
        Evidence evidence = new Evidence(certificate, seen, new Verdict.Wait());
        return seen.stream().allMatch(Seen::proven) ? permitted(evidence) : evidence;
    }

    private Evidence permitted(Evidence evidence) {
        Map<DomainName, CaaVerdict> verdicts =
                inParallel(evidence.certificate().names(), name -> lookup.caa(name, caaNames));
        Optional<String> unknown = Optional.empty();
        for (Map.Entry<DomainName, CaaVerdict> entry : verdicts.entrySet()) {
            switch (entry.getValue()) {
                case CaaVerdict.Allowed() -> {}
                case CaaVerdict.Forbidden(DomainName at, String records) -> {
                    return new Evidence(
                            evidence.certificate(),
                            evidence.seen(),
                            new Verdict.Forbidden(
                                    "The CAA records at "
                                            + at
                                            + " do not permit this issuer to certify "
                                            + entry.getKey()
                                            + ": "
                                            + records));
                }
                case CaaVerdict.Unknown(String message) ->
                        unknown =
                                Optional.of(
                                        "The CAA records of "
                                                + entry.getKey()
                                                + " could not be read, which is not permission: "
                                                + message);
            }
        }
        if (unknown.isPresent()) {
            return evidence.postponed(unknown.get());
        }
        return new Evidence(
                evidence.certificate(),
                evidence.seen(),
                new Verdict.Ready(keyPairs.generate(evidence.certificate().keyAlgorithm())));
    }

    private static Seen inWords(Sighting sighting) {
        return switch (sighting) {
            case Sighting.Found(List<String> servers) ->
                    new Seen(true, "The record is there" + asked(servers) + ".");
            case Sighting.Absent(_, List<String> servers, String message) ->
                    new Seen(false, message + asked(servers));
            case Sighting.Unreachable(List<String> servers, String message) ->
                    new Seen(false, message + asked(servers));
        };
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
