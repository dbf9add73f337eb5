package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.certificate.PendingRows.Looked;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.vault.Vault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Steps 4 to 6 of [IssuanceWork], for a group of certificates at once: has signed what is ready, and stores what came of all.
///
/// @param decision as of [IssuanceWork]
record Settlement(
        Database database,
        Announcements announcements,
        Vault vault,
        Issuers issuers,
        InstantSource clock,
        Consumer<List<Certificate>> decision) {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    /// A certificate that the issuer has signed, with all that its rows need.
    private record Signed(
            Evidence evidence, State.Issued state, X509Certificate leaf, Material material) {}

    /// One that may have to be given up, or be another issuer's turn.
    ///
    /// @param reason what it fails for, should nobody else be left to ask
    private record Unsigned(Evidence evidence, Issuer.Answer answer, State.FailureReason reason) {}

    void settle(List<Evidence> group) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Looked> looked = new ArrayList<>();
        List<Signed> signed = new ArrayList<>();
        List<Unsigned> unsigned = new ArrayList<>();
        List<Evidence> ready = new ArrayList<>();
        for (Evidence evidence : group) {
            switch (evidence.verdict()) {
                case Verdict.Wait() -> looked.add(postponed(evidence, now));
                case Verdict.Forbidden(String message) ->
                        unsigned.add(
                                new Unsigned(
                                        evidence,
                                        new Issuer.Answer.Refused(message, Actor.NAME_OWNER),
                                        State.FailureReason.CAA_ERROR));
                case Verdict.Ready _, Verdict.Answered _ -> ready.add(evidence);
            }
        }
        OpenOrders.ask(issuers, ready)
                .forEach((evidence, answer) -> {
                    if (answer
                            instanceof
                            Issuer.Answer.Signed(List<X509Certificate> chain, KeyPair keys)) {
                        signed.add(signed(evidence, chain, keys, now));
                    } else {
                        unsigned.add(new Unsigned(evidence, answer, State.FailureReason.OTHER));
                    }
                });
        int failed =
                database.write(write -> {
                    Settling settling = new Settling(write, now);
                    Set<CertificateId> outdated = settling.setAside(group);
                    looked.stream()
                            .filter(each -> !outdated.contains(each.evidence().certificate().id()))
                            .forEach(settling.waiting::add);
                    Map<Boolean, List<Signed>> byUse =
                            signed.stream()
                                    .collect(
                                            Collectors.partitioningBy(each ->
                                                    !outdated.contains(
                                                            each.evidence().certificate().id())));
                    List<Signed> kept = byUse.getOrDefault(true, List.of());
                    byUse.getOrDefault(false, List.of()).forEach(each -> inVain(write, each, now));
                    kept.forEach(each -> settling.decided(each.evidence()));
                    unsigned.stream()
                            .filter(each -> !outdated.contains(each.evidence().certificate().id()))
                            .forEach(settling::take);
                    settling.store(kept);
                    return settling.failed;
                });
        LOG.debug(
                "issued {}, failed {}, waiting {}",
                signed.size(),
                failed,
                group.size() - signed.size() - failed);
    }

    /// What one group comes to, within its transaction.
    private final class Settling {
        private final Write write;
        private final Instant now;
        final List<Looked> waiting = new ArrayList<>();
        private final List<Looked> decided = new ArrayList<>();
        private final List<Certificate> settled = new ArrayList<>();
        int failed;

        Settling(Write write, Instant now) {
            this.write = write;
            this.now = now;
        }

        /// What was deleted, revoked or moved while its issuer was asked leaves no order behind, and what came of it is not its
        /// answer. Our own authority keeps no orders, so nothing is read for it: each statement tells by itself whether it still
        /// holds.
        Set<CertificateId> setAside(List<Evidence> asked) {
            List<Certificate> certificates =
                    asked.stream()
                            .map(Evidence::certificate)
                            .filter(each -> !each.issuers().equals(IssuerChoice.EMBEDDED))
                            .toList();
            Set<CertificateId> outdated = PendingRows.outdated(write.handle(), certificates);
            certificates.stream()
                    .filter(each -> outdated.contains(each.id()))
                    .forEach(settled::add);
            return outdated;
        }

        void decided(Evidence evidence) {
            decided.add(new Looked(evidence, now, Optional.empty()));
            settled.add(evidence.certificate());
        }

        void take(Unsigned each) {
            Evidence evidence = each.evidence();
            Certificate certificate = evidence.certificate();
            Evidence told = told(evidence, each.answer());
            switch (IssuerAnswers.keep(
                    write,
                    OrderId.main(certificate.id()),
                    certificate.issuers(),
                    each.answer(),
                    issuers.patience(),
                    now)) {
                case IssuerAnswers.Turn.Stay() ->
                        waiting.add(
                                new Looked(
                                        told,
                                        now,
                                        Optional.of(nextLook(certificate, each.answer())),
                                        each.answer().limited()));
                case IssuerAnswers.Turn.Next(IssuerChoice choice, Instant from) -> {
                    IssuerRows.turn(write.handle(), certificate, choice);
                    settled.add(certificate);
                    waiting.add(new Looked(told, now, Optional.of(from), each.answer().limited()));
                }
                case IssuerAnswers.Turn.Over() -> {
                    failed++;
                    decided(evidence);
                    PendingRows.fail(
                            write.handle(),
                            certificate,
                            new State.Failed(
                                    each.reason(),
                                    IssuerAnswers.refusals(
                                            write.handle(),
                                            OrderId.main(certificate.id()),
                                            certificate.issuers())));
                }
            }
        }

        void store(List<Signed> signed) {
            PendingRows.record(write.handle(), waiting);
            PendingRows.record(write.handle(), decided);
            PendingRows.postpone(write.handle(), waiting);
            Settlement.this.store(write, signed, now);
            OpenOrders.settled(issuers, write, OrderId.Slot.MAIN, settled);
            if (!decided.isEmpty()) {
                List<Certificate> certificates =
                        decided.stream().map(each -> each.evidence().certificate()).toList();
                write.afterCommit(() -> decision.accept(certificates));
            }
        }

        private Instant nextLook(Certificate certificate, Issuer.Answer answer) {
            Instant scheduled = ProofSchedule.next(certificate.createdAt(), now);
            return switch (answer) {
                case Issuer.Answer.UnderWay(_, Instant nextLook, _) -> nextLook;
                case Issuer.Answer.Unavailable(_, _, Optional<Instant> until) ->
                        until.filter(at -> at.isAfter(now) && at.isBefore(Instant.MAX))
                                .orElse(scheduled);
                case Issuer.Answer.Signed _, Issuer.Answer.Refused _ -> scheduled;
            };
        }
    }

    /// The evidence with what its issuer said in place of what was seen: the proofs are there.
    private static Evidence told(Evidence evidence, Issuer.Answer answer) {
        String words =
                switch (answer) {
                    case Issuer.Answer.Signed _ -> "";
                    case Issuer.Answer.Refused(String message, _) ->
                            "The issuer %s refuses it: %s"
                                    .formatted(evidence.certificate().issuers().current(), message);
                    case Issuer.Answer.Unavailable(String message, _, _) ->
                            "The issuer could not sign yet: " + message;
                    case Issuer.Answer.UnderWay(String message, _, _) -> message;
                };
        return evidence.postponed(IssuerAnswers.cause(answer), words);
    }

    private Signed signed(
            Evidence evidence, List<X509Certificate> chain, KeyPair keys, Instant now) {
        return new Signed(
                evidence,
                State.Issued.of(chain.getFirst(), now),
                chain.getFirst(),
                SealedKeys.material(vault, evidence.certificate().id(), chain, keys.getPrivate()));
    }

    private static Looked postponed(Evidence evidence, Instant now) {
        return new Looked(
                evidence,
                now,
                Optional.of(ProofSchedule.next(evidence.certificate().createdAt(), now)));
    }

    private void store(Write write, List<Signed> signed, Instant now) {
        if (signed.isEmpty()) {
            return;
        }
        boolean[] mine =
                CertificateRows.markIssued(
                        write.handle(),
                        "PENDING",
                        signed.stream().map(s -> s.material().id()).toList(),
                        signed.stream().map(s -> s.evidence().certificate().issuers()).toList(),
                        signed.stream().map(Signed::state).toList());
        List<Material> materials = new ArrayList<>();
        for (int i = 0; i < mine.length; i++) {
            if (!mine[i]) {
                inVain(write, signed.get(i), now);
            } else {
                Certificate certificate = signed.get(i).evidence().certificate();
                materials.add(signed.get(i).material());
                IssuedLeaves.put(
                        write.handle(),
                        certificate.id(),
                        certificate.issuers().current(),
                        signed.get(i).leaf());
                announcements.changed(write, certificate);
                IssuerRows.issuedFirst(write.handle(), certificate);
                IssuerAnswers.signed(
                        write.handle(), OrderId.main(certificate.id()), certificate.issuers(), now);
            }
        }
        CertificateRows.putMaterial(write.handle(), materials);
    }

    /// Deleted, moved or issued otherwise while its issuer was asked.
    private static void inVain(Write write, Signed signed, Instant now) {
        Certificate certificate = signed.evidence().certificate();
        IssuedLeaves.putInVain(
                write.handle(),
                certificate.id(),
                certificate.issuers().current(),
                signed.leaf(),
                now);
    }
}
