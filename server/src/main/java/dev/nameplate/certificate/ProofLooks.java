package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Seen;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.Issuer.Way;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.Vault;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Looks whether the proofs of a certificate stand, where its issuer can count on them. Blocking; touches no row.
final class ProofLooks {
    private final ProofLookup lookup;
    private final Vault vault;
    private final TrafficProbe probe;
    private final Questions questions;
    private final boolean challenges;

    /// @param challenges whether any issuer counts on the record that ACME authorities look for
    ProofLooks(ProofLookup lookup, Vault vault, Questions questions, boolean challenges) {
        this.lookup = lookup;
        this.vault = vault;
        this.probe = new TrafficProbe(vault);
        this.questions = questions;
        this.challenges = challenges;
    }

    /// What is shown of each proof now, in their order, where the certificate's issuer can count on it.
    ///
    /// @param form which its issuer counts on
    Map<DomainName, Seen> look(Certificate certificate, List<Proof> proofs, ProofForm form) {
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
                challenges ? sightings(missed, proof -> other(certificate, proof, form)) : Map.of();
        Map<DomainName, Sighting> arrivals =
                form == ProofForm.ACME_CHALLENGE
                        ? questions.inParallel(
                                missed.stream()
                                        .map(Proof::name)
                                        .filter(name -> !name.isWildcard())
                                        .toList(),
                                name -> probe.look(lookup, certificate.account(), name))
                        : Map.of();
        Map<HttpRecord, Sighting> files =
                questions.inParallel(
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
                                seen(second.filter(ProofLooks::isFound).orElse(sighting));
                        case ACME_CHALLENGE ->
                                isFound(arrivals.get(proof.name()))
                                        ? arrived(proof.name(), wanted)
                                        : second.filter(ProofLooks::isFound).isPresent()
                                                ? onlyOurs(certificate, proof, wanted, sighting)
                                                : seen(sighting);
                    });
        }
        return seen;
    }

    /// Names that share a base share a record: it is asked for once.
    private Map<CnameRecord, Sighting> sightings(
            List<Proof> proofs, Function<Proof, CnameRecord> record) {
        return questions.inParallel(proofs.stream().map(record).distinct().toList(), lookup::look);
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

    private static String asked(List<String> servers) {
        return servers.isEmpty() ? "" : " (asked " + String.join(", ", servers) + ")";
    }
}
