package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.vault.Vault;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Gets spares from their issuers, as [RenewalSigning] gets what is served: the same names, proofs and CAA, but another key, and
/// orders of their own. What goes wrong is told in the spare's row and nowhere else.
record SpareOrdering(
        Database database,
        Certificates certificates,
        Vault vault,
        Issuers issuers,
        EvidenceGathering gathering,
        ConcurrentCalls calls,
        Duration statusEvery,
        InstantSource clock) {
    private static final Logger LOG = LoggerFactory.getLogger(SpareOrdering.class);
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(12);

    /// @param certificate with the spare's issuers in place of its own
    /// @param by the next look must not come after this
    record Wanted(Certificate certificate, Spare spare, Optional<Instant> by) {}

    /// It is not asked of those any more.
    void giveUp(Write write, Certificate certificate, IssuerChoice choice) {
        OpenOrders.settled(issuers, write, OrderId.Slot.SPARE, List.of(certificate.from(choice)));
        IssuerAnswers.over(write.handle(), id(certificate));
    }

    void order(List<Wanted> all) {
        if (all.isEmpty()) {
            return;
        }
        Map<CertificateId, Issuer.Answer> known =
                OpenOrders.answers(
                        issuers,
                        OrderId.Slot.SPARE,
                        all.stream().map(Wanted::certificate).toList());
        List<Evidence> evidence =
                calls.all(
                        all.stream()
                                .<Callable<Evidence>>map(each -> () -> evidence(each, known))
                                .toList());
        Map<CertificateId, X509Certificate> replaced = replaced(all, known);
        Map<Evidence, Issuer.Answer> answers =
                OpenOrders.ask(
                        issuers,
                        OrderId.Slot.SPARE,
                        evidence.stream().filter(RenewalSigning::isReady).toList(),
                        certificate -> Optional.ofNullable(replaced.get(certificate.id())));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Settled> settled = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Evidence found = evidence.get(i);
            settled.add(settled(all.get(i), found, Optional.ofNullable(answers.get(found)), now));
        }
        database.write(write -> {
            settled.forEach(each -> settle(write, each, now));
            return settled;
        });
    }

    private Evidence evidence(Wanted wanted, Map<CertificateId, Issuer.Answer> known) {
        Certificate certificate = wanted.certificate();
        return Optional.ofNullable(known.get(certificate.id()))
                .map(answer -> Evidence.known(certificate, new Verdict.Answered(answer)))
                .orElseGet(() -> gather(certificate));
    }

    /// The rim of a virtual thread: whatever goes wrong for one certificate harms no other.
    private Evidence gather(Certificate certificate) {
        try {
            return gathering.gatherAnew(certificate);
        } catch (RuntimeException e) {
            LOG.warn("looking for the proofs of certificate {} failed", certificate.id(), e);
            return Evidence.known(
                    certificate,
                    new Verdict.Answered(
                            new Issuer.Answer.Unavailable("The look failed: " + e.getMessage())));
        }
    }

    /// Spares that are renewed by who signed them.
    private Map<CertificateId, X509Certificate> replaced(
            List<Wanted> all, Map<CertificateId, Issuer.Answer> known) {
        return database.read(handle -> {
            Map<CertificateId, X509Certificate> replaced = new HashMap<>();
            for (Wanted each : all) {
                Certificate certificate = each.certificate();
                if (!known.containsKey(certificate.id())
                        && each.spare()
                                .ready()
                                .map(Spare.Ready::issuer)
                                .filter(certificate.issuers().current()::equals)
                                .isPresent()) {
                    SpareRows.leaf(handle, certificate.id())
                            .ifPresent(leaf -> replaced.put(certificate.id(), leaf));
                }
            }
            return replaced;
        });
    }

    /// How a look ended.
    private sealed interface Settled {
        record Signed(Wanted wanted, State.Issued issued, X509Certificate leaf, Material material)
                implements Settled {}

        /// @param why nothing was ordered: a proof is missing
        record Unproven(Wanted wanted, String why) implements Settled {}

        record Unsigned(Wanted wanted, Issuer.Answer answer) implements Settled {}
    }

    private Settled settled(
            Wanted wanted, Evidence found, Optional<Issuer.Answer> answer, Instant now) {
        return switch (found.verdict()) {
            case Verdict.Wait() -> new Settled.Unproven(wanted, RenewalSigning.missing(found));
            case Verdict.Forbidden(String message) ->
                    new Settled.Unsigned(
                            wanted, new Issuer.Answer.Refused(message, Actor.NAME_OWNER));
            case Verdict.Ready _, Verdict.Answered _ -> settled(wanted, answer.orElseThrow(), now);
        };
    }

    private Settled settled(Wanted wanted, Issuer.Answer answer, Instant now) {
        return switch (answer) {
            case Issuer.Answer.Signed(List<X509Certificate> chain, KeyPair keys) ->
                    new Settled.Signed(
                            wanted,
                            State.Issued.of(chain.getFirst(), now),
                            chain.getFirst(),
                            SealedKeys.material(
                                    vault, wanted.certificate().id(), chain, keys.getPrivate()));
            case Issuer.Answer.Refused _, Issuer.Answer.Unavailable _, Issuer.Answer.UnderWay _ ->
                    new Settled.Unsigned(wanted, answer);
        };
    }

    private void settle(Write write, Settled settled, Instant now) {
        switch (settled) {
            case Settled.Signed(
                            Wanted wanted,
                            State.Issued issued,
                            X509Certificate leaf,
                            Material material) ->
                    put(write, wanted, issued, leaf, material, now);
            case Settled.Unproven(Wanted wanted, String why) ->
                    waiting(
                            write,
                            wanted,
                            why,
                            wanted.spare().failures() + 1,
                            Optional.empty(),
                            now);
            case Settled.Unsigned(Wanted wanted, Issuer.Answer answer) ->
                    unsigned(write, wanted, answer, now);
        }
    }

    private void put(
            Write write,
            Wanted wanted,
            State.Issued issued,
            X509Certificate leaf,
            Material material,
            Instant now) {
        Certificate certificate = wanted.certificate();
        IssuerName issuer = certificate.issuers().current();
        OpenOrders.settled(issuers, write, OrderId.Slot.SPARE, List.of(certificate));
        Optional<String> before =
                SpareRows.find(write.handle(), certificate.id())
                        .flatMap(Spare::ready)
                        .map(Spare.Ready::serial);
        Instant look = now.plus(RenewalTiming.place(certificate.id(), statusEvery));
        if (!SpareRows.put(write.handle(), material, issuer, issued, now, look)) {
            certificates.ends().signedInVain(write, certificate.id(), issuer, leaf);
            return;
        }
        certificates.spares().watch(write);
        IssuerAnswers.signed(write.handle(), id(certificate), certificate.issuers(), now);
        IssuedLeaves.put(write.handle(), certificate.id(), issuer, leaf);
        before.ifPresent(
                serial -> IssuedLeaves.replaced(write.handle(), certificate.id(), serial, now));
        write.afterCommit(() ->
                LOG.info(
                        "certificate {} has a spare: serial {} by {}, until {}",
                        certificate.id(),
                        issued.serial(),
                        issuer,
                        issued.notAfter()));
    }

    private void unsigned(Write write, Wanted wanted, Issuer.Answer answer, Instant now) {
        Certificate certificate = wanted.certificate();
        int failures = wanted.spare().failures();
        switch (IssuerAnswers.keep(
                write, id(certificate), certificate.issuers(), answer, issuers.patience(), now)) {
            case IssuerAnswers.Turn.Stay() -> stay(write, wanted, answer, now);
            case IssuerAnswers.Turn.Next(IssuerChoice choice, Instant from) -> {
                OpenOrders.settled(issuers, write, OrderId.Slot.SPARE, List.of(certificate));
                SpareRows.ask(write.handle(), certificate.id(), choice);
                waiting(
                        write,
                        wanted,
                        words(answer) + " The next one is asked: " + choice.current() + ".",
                        failures,
                        Optional.of(from),
                        now);
            }
            case IssuerAnswers.Turn.Over() -> {
                OpenOrders.settled(issuers, write, OrderId.Slot.SPARE, List.of(certificate));
                String why =
                        IssuerAnswers.refusals(
                                write.handle(), id(certificate), certificate.issuers());
                IssuerAnswers.over(write.handle(), id(certificate));
                SpareRows.ask(
                        write.handle(), certificate.id(), certificate.issuers().fromTheFirst());
                waiting(write, wanted, why, failures + 1, Optional.empty(), now);
            }
        }
    }

    private void stay(Write write, Wanted wanted, Issuer.Answer answer, Instant now) {
        int failures = wanted.spare().failures();
        switch (answer) {
            case Issuer.Answer.UnderWay(String message, Instant nextLook, _) ->
                    waiting(write, wanted, message, failures, Optional.of(nextLook), now);
            case Issuer.Answer.Unavailable(String message, _, Optional<Instant> until) ->
                    waiting(
                            write,
                            wanted,
                            message,
                            failures + 1,
                            until.filter(at -> at.isAfter(now) && at.isBefore(Instant.MAX)),
                            now);
            case Issuer.Answer.Refused _, Issuer.Answer.Signed _ ->
                    throw new IllegalStateException("nobody waits for what is decided");
        }
    }

    private static String words(Issuer.Answer answer) {
        return switch (answer) {
            case Issuer.Answer.Refused(String message, _) -> message;
            case Issuer.Answer.Unavailable(String message, _, _) -> message;
            case Issuer.Answer.UnderWay(String message, _, _) -> message;
            case Issuer.Answer.Signed _ -> "";
        };
    }

    /// @param next else by the number of failures
    private static void waiting(
            Write write,
            Wanted wanted,
            String why,
            int failures,
            Optional<Instant> next,
            Instant now) {
        CertificateId id = wanted.certificate().id();
        Instant at = next.orElseGet(() -> now.plus(pause(failures)));
        SpareRows.waiting(
                write.handle(),
                id,
                wanted.spare(),
                why,
                failures,
                wanted.by().filter(at::isAfter).orElse(at));
        if (failures > wanted.spare().failures()) {
            write.afterCommit(() -> LOG.warn("certificate {} gets no spare yet: {}", id, why));
        }
    }

    private static Duration pause(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.clamp(failures - 1, 0, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private static OrderId id(Certificate certificate) {
        return new OrderId(certificate.id(), OrderId.Slot.SPARE);
    }
}
