package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.certificate.RenewalReports.Delay;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.Finding;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Steps 3 to 6 of [RenewalWork]: looks for the proofs anew, has a new certificate signed, and stores it beside the current one;
/// or instead of it, where nothing serves it.
record RenewalSigning(
        Database database,
        Certificates certificates,
        Announcements announcements,
        Vault vault,
        Issuers issuers,
        EvidenceGathering gathering,
        ConcurrentCalls calls,
        InstantSource clock) {
    private static final Logger LOG = LoggerFactory.getLogger(RenewalSigning.class);

    record Looking(Certificate certificate, State.Issued issued) {}

    void sign(List<Looking> looks) {
        if (looks.isEmpty()) {
            return;
        }
        Map<CertificateId, Issuer.Answer> known =
                OpenOrders.answers(
                        issuers,
                        OrderId.Slot.MAIN,
                        looks.stream().map(Looking::certificate).toList());
        List<Evidence> evidence =
                calls.all(
                        looks.stream()
                                .<Callable<Evidence>>map(each -> () -> evidence(each, known))
                                .toList());
        Map<CertificateId, X509Certificate> replaced = current(looks, known);
        Map<Evidence, Issuer.Answer> answers =
                OpenOrders.ask(
                        issuers,
                        OrderId.Slot.MAIN,
                        evidence.stream().filter(RenewalSigning::isReady).toList(),
                        certificate -> Optional.ofNullable(replaced.get(certificate.id())));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Settled> settled = new ArrayList<>();
        for (int i = 0; i < looks.size(); i++) {
            Looking looking = looks.get(i);
            Evidence found = evidence.get(i);
            settled.add(
                    switch (found.verdict()) {
                        case Verdict.Ready _, Verdict.Answered _ ->
                                settled(looking, Objects.requireNonNull(answers.get(found)), now);
                        case Verdict.Wait() -> waiting(looking, found, missing(found), now);
                        case Verdict.Forbidden(String message) ->
                                new Settled.Unsigned(
                                        looking,
                                        new Issuer.Answer.Refused(
                                                message
                                                        + ". Whoever runs that zone must permit "
                                                        + String.join(" or ", caaNames(found))
                                                        + " there.",
                                                Actor.NAME_OWNER));
                    });
        }
        database.write(write -> {
            settled.forEach(each -> settle(write, each, now));
            return settled;
        });
    }

    static boolean isReady(Evidence evidence) {
        return switch (evidence.verdict()) {
            case Verdict.Ready _, Verdict.Answered _ -> true;
            case Verdict.Wait(), Verdict.Forbidden _ -> false;
        };
    }

    private List<String> caaNames(Evidence evidence) {
        return issuers.of(evidence.certificate()).map(Issuer::caaNames).orElse(List.of());
    }

    /// What is served now, for those that may be ordered.
    private Map<CertificateId, X509Certificate> current(
            List<Looking> looks, Map<CertificateId, Issuer.Answer> known) {
        return database.read(handle -> {
            Map<CertificateId, X509Certificate> current = new HashMap<>();
            for (Looking looking : looks) {
                CertificateId id = looking.certificate().id();
                if (!known.containsKey(id) && isItsOwn(handle, looking.certificate())) {
                    certificates.chain(handle, id).stream()
                            .findFirst()
                            .ifPresent(leaf -> current.put(id, leaf));
                }
            }
            return current;
        });
    }

    /// Who did not sign the current one knows nothing of it.
    private static boolean isItsOwn(Handle handle, Certificate certificate) {
        return IssuerRows.issuedBy(handle, certificate.id())
                .filter(certificate.issuers().current()::equals)
                .isPresent();
    }

    private Evidence evidence(Looking looking, Map<CertificateId, Issuer.Answer> known) {
        return Optional.ofNullable(known.get(looking.certificate().id()))
                .map(answer -> Evidence.known(looking.certificate(), new Verdict.Answered(answer)))
                .orElseGet(() -> gather(looking.certificate()));
    }

    /// The rim of a virtual thread: whatever goes wrong for one certificate harms no other.
    private Evidence gather(Certificate certificate) {
        try {
            return gathering.gatherAnew(certificate);
        } catch (RuntimeException e) {
            LOG.warn("looking for the proofs of certificate {} failed", certificate.id(), e);
            return new Evidence(
                    certificate,
                    certificate.proofs().stream()
                            .map(_ ->
                                    new Evidence.Seen(
                                            false,
                                            "The look failed: " + e.getMessage(),
                                            Optional.empty()))
                            .toList(),
                    new Verdict.Wait());
        }
    }

    /// How a look ended.
    private sealed interface Settled {
        record Signed(Looking looking, State.Issued issued, X509Certificate leaf, Material material)
                implements Settled {}

        /// @param evidence what was seen of the names
        record Waiting(Looking looking, Evidence evidence, Delay delay) implements Settled {}

        /// Said by an issuer, so that another may have its turn.
        record Unsigned(Looking looking, Issuer.Answer answer) implements Settled {}
    }

    private static Settled waiting(Looking looking, Evidence found, String why, Instant now) {
        return new Settled.Waiting(
                looking,
                found,
                new Delay(
                        Renewal.Status.PENDING_VALIDATION,
                        why,
                        found.seen().stream()
                                .map(seen ->
                                        seen.proven() ? Proof.Status.SUCCESS : Proof.Status.PENDING)
                                .toList(),
                        RenewalTiming.nextLook(now, looking.issued().notAfter())));
    }

    static String missing(Evidence evidence) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < evidence.seen().size(); i++) {
            Evidence.Seen seen = evidence.seen().get(i);
            if (!seen.proven()) {
                Proof proof = evidence.certificate().proofs().get(i);
                words.add(
                        proof.name()
                                + ": "
                                + withoutStop(seen.words())
                                + ". "
                                + remedy(proof, seen));
            }
        }
        // Every proof is there: it was CAA that could not be read.
        return words.isEmpty() ? evidence.seen().getFirst().words() : String.join(" ", words);
    }

    private static String remedy(Proof proof, Evidence.Seen seen) {
        Optional<String> special =
                seen.diagnosis()
                        .map(Diagnosis::finding)
                        .filter(finding ->
                                finding.cause() == Cause.CHALLENGE_RECORD_MISSING
                                        || finding.cause() == Cause.CHALLENGE_NAME_TAKEN)
                        .map(Finding::remedy);
        return special.orElseGet(() -> remedy(proof));
    }

    private static String remedy(Proof proof) {
        return proof.file()
                .map(file ->
                        "Whoever serves %s must redirect %s to %s."
                                .formatted(proof.name(), file.redirectFrom(), file.redirectTo()))
                .orElseGet(() ->
                        "Whoever runs the DNS of %s must have the record %s CNAME %s there."
                                .formatted(
                                        proof.name().base(),
                                        proof.record().name(),
                                        proof.record().value()));
    }

    private static String withoutStop(String words) {
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    private Settled settled(Looking looking, Issuer.Answer answer, Instant now) {
        return switch (answer) {
            case Issuer.Answer.Signed(List<X509Certificate> chain, KeyPair keys) ->
                    new Settled.Signed(
                            looking,
                            State.Issued.of(chain.getFirst(), now),
                            chain.getFirst(),
                            SealedKeys.material(
                                    vault, looking.certificate().id(), chain, keys.getPrivate()));
            case Issuer.Answer.Refused _, Issuer.Answer.Unavailable _, Issuer.Answer.UnderWay _ ->
                    new Settled.Unsigned(looking, answer);
        };
    }

    private void settle(Write write, Settled settled, Instant now) {
        Looking read =
                switch (settled) {
                    case Settled.Signed(Looking looking, _, _, _) -> looking;
                    case Settled.Waiting(Looking looking, _, _) -> looking;
                    case Settled.Unsigned(Looking looking, _) -> looking;
                };
        if (!PendingRows.outdated(write.handle(), List.of(read.certificate())).isEmpty()) {
            // Deleted, revoked or moved while its issuer was asked: it leaves no order behind, and
            // is
            // due still if anything is to be done.
            isDone(write, read);
            if (settled instanceof Settled.Signed signed) {
                signedInVain(write, signed);
            }
            return;
        }
        switch (settled) {
            case Settled.Signed signed -> {
                put(write, signed, now);
                isDone(write, signed.looking());
            }
            case Settled.Waiting(Looking looking, Evidence evidence, Delay delay) -> {
                RenewalRows.seen(write.handle(), evidence, now);
                RenewalReports.postponed(
                        write, looking.certificate(), looking.issued(), delay, now);
            }
            case Settled.Unsigned(Looking looking, Issuer.Answer answer) ->
                    unsigned(write, looking, answer, now);
        }
    }

    /// Its issuer may forget the order.
    private void isDone(Write write, Looking looking) {
        OpenOrders.settled(issuers, write, OrderId.Slot.MAIN, List.of(looking.certificate()));
    }

    private void unsigned(Write write, Looking looking, Issuer.Answer answer, Instant now) {
        Certificate certificate = looking.certificate();
        OrderId order = OrderId.main(certificate.id());
        switch (IssuerAnswers.keep(
                write, order, certificate.issuers(), answer, issuers.patience(), now)) {
            case IssuerAnswers.Turn.Stay() ->
                    RenewalReports.postponed(
                            write, certificate, looking.issued(), delay(looking, answer, now), now);
            case IssuerAnswers.Turn.Next(IssuerChoice choice, Instant from) -> {
                isDone(write, looking);
                IssuerRows.turn(write.handle(), certificate, choice);
                RenewalReports.postponed(
                        write,
                        certificate,
                        looking.issued(),
                        new Delay(
                                Renewal.Status.PENDING_AUTO_RENEWAL,
                                words(certificate, answer)
                                        + " The next one is asked: "
                                        + choice.current()
                                        + ".",
                                RenewalRows.all(certificate, Proof.Status.SUCCESS),
                                from),
                        now);
            }
            case IssuerAnswers.Turn.Over() -> {
                isDone(write, looking);
                String why = IssuerAnswers.refusals(write.handle(), order, certificate.issuers());
                IssuerAnswers.over(write.handle(), order);
                IssuerRows.turn(write.handle(), certificate, certificate.issuers().fromTheFirst());
                RenewalReports.postponed(
                        write,
                        certificate,
                        looking.issued(),
                        refused(looking, answer, why, now),
                        now);
            }
        }
    }

    /// Whoever permits an issuer acts for a name; all else is the operator's.
    private static Delay refused(Looking looking, Issuer.Answer answer, String why, Instant now) {
        return answer instanceof Issuer.Answer.Refused(_, Actor actor) && actor == Actor.NAME_OWNER
                ? new Delay(
                        Renewal.Status.PENDING_VALIDATION,
                        why,
                        RenewalRows.all(looking.certificate(), Proof.Status.SUCCESS),
                        RenewalTiming.nextLook(now, looking.issued().notAfter()))
                : Delay.ofOurs(
                        looking.certificate(),
                        looking.issued(),
                        "The issuer refuses it: " + why,
                        now);
    }

    private static Delay delay(Looking looking, Issuer.Answer answer, Instant now) {
        Certificate certificate = looking.certificate();
        return switch (answer) {
            case Issuer.Answer.UnderWay(String message, Instant nextLook, _) ->
                    new Delay(
                            Renewal.Status.PENDING_AUTO_RENEWAL,
                            message,
                            RenewalRows.all(certificate, Proof.Status.SUCCESS),
                            nextLook);
            case Issuer.Answer.Unavailable _, Issuer.Answer.Refused _, Issuer.Answer.Signed _ ->
                    Delay.ofOurs(certificate, looking.issued(), words(certificate, answer), now);
        };
    }

    private static String words(Certificate certificate, Issuer.Answer answer) {
        return switch (answer) {
            case Issuer.Answer.Refused(String message, _) ->
                    "The issuer %s refuses it: %s"
                            .formatted(certificate.issuers().current(), message);
            case Issuer.Answer.Unavailable(String message, _, _) ->
                    "The issuer could not sign yet: " + message;
            case Issuer.Answer.UnderWay(String message, _, _) -> message;
            case Issuer.Answer.Signed _ -> "";
        };
    }

    /// Used is asked again: it may have been attached since.
    private void put(Write write, Settled.Signed signed, Instant now) {
        Looking looking = signed.looking();
        Certificate certificate = looking.certificate();
        IssuerName issuer = certificate.issuers().current();
        IssuerAnswers.signed(
                write.handle(), OrderId.main(certificate.id()), certificate.issuers(), now);
        boolean used = !certificates.usedBy(write.handle(), certificate.id()).isEmpty();
        boolean kept =
                used
                        ? RenewalRows.putCandidate(
                                write.handle(), signed.material(), issuer, looking.issued(), now)
                        : RenewalRows.succeed(
                                write.handle(),
                                certificate.id(),
                                looking.issued(),
                                signed.issued(),
                                issuer);
        if (!kept) {
            signedInVain(write, signed);
            return;
        }
        IssuedLeaves.put(write.handle(), certificate.id(), issuer, signed.leaf());
        if (used) {
            RenewalRows.report(
                    write.handle(),
                    certificate.id(),
                    new Renewal(
                            Renewal.Status.PENDING_AUTO_RENEWAL,
                            Optional.empty(),
                            now,
                            RenewalRows.all(certificate, Proof.Status.SUCCESS)));
            RenewalRows.lookAgain(
                    write.handle(), certificate.id().toString(), RenewalTiming.firstCheck(now));
            announcements.changed(write, certificate);
        } else {
            CertificateRows.putMaterial(write.handle(), List.of(signed.material()));
            announcements.changed(write, certificate);
            certificates.spares().firstChanged(write, certificate.id());
            RenewalReports.succeeded(write, certificate, signed.issued(), now);
        }
    }

    private void signedInVain(Write write, Settled.Signed signed) {
        Certificate certificate = signed.looking().certificate();
        certificates
                .ends()
                .signedInVain(
                        write, certificate.id(), certificate.issuers().current(), signed.leaf());
    }
}
