package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Verdict;
import dev.nameplate.db.Write;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Talks to the issuers of many certificates at once: each issuer is asked in one call for all that is its turn.
final class OpenOrders {
    private OpenOrders() {}

    /// What the issuers know of orders placed before.
    static Map<CertificateId, Issuer.Answer> answers(
            Issuers issuers, OrderId.Slot slot, Collection<Certificate> certificates) {
        Map<CertificateId, Issuer.Answer> answers = new HashMap<>();
        byIssuer(issuers, certificates, Function.identity())
                .forEach((issuer, theirs) ->
                        issuer.underWay(ids(slot, theirs))
                                .forEach((id, answer) -> answers.put(id.certificate(), answer)));
        return answers;
    }

    /// Has what is ready signed or ordered; what was answered already keeps its answer.
    ///
    /// @param ready each [Verdict.Ready] or [Verdict.Answered]
    static Map<Evidence, Issuer.Answer> ask(Issuers issuers, List<Evidence> ready) {
        return ask(issuers, OrderId.Slot.MAIN, ready, _ -> Optional.empty());
    }

    /// @param replaces the certificate whose place the new one takes
    static Map<Evidence, Issuer.Answer> ask(
            Issuers issuers,
            OrderId.Slot slot,
            List<Evidence> ready,
            Function<Certificate, Optional<X509Certificate>> replaces) {
        Map<Evidence, Issuer.Answer> answers = new LinkedHashMap<>();
        Map<Evidence, KeyPair> toAsk = new LinkedHashMap<>();
        for (Evidence evidence : ready) {
            switch (evidence.verdict()) {
                case Verdict.Answered(Issuer.Answer answer) -> answers.put(evidence, answer);
                case Verdict.Ready(KeyPair keys) -> toAsk.put(evidence, keys);
                case Verdict.Wait(), Verdict.Forbidden _ ->
                        throw new IllegalArgumentException(
                                "certificate "
                                        + evidence.certificate().id()
                                        + " is not ready to be issued");
            }
        }
        byIssuer(issuers, toAsk.keySet(), Evidence::certificate)
                .forEach((issuer, theirs) -> {
                    List<Issuer.Answer> given =
                            issuer.issue(
                                    theirs.stream()
                                            .map(evidence ->
                                                    evidence.order(
                                                            slot,
                                                            Objects.requireNonNull(
                                                                    toAsk.get(evidence)),
                                                            replaces.apply(evidence.certificate())))
                                            .toList());
                    for (int i = 0; i < theirs.size(); i++) {
                        answers.put(theirs.get(i), given.get(i));
                    }
                });
        return answers;
    }

    /// Nobody waits any more for what whoever's turn it is had to say, or it is stored in this transaction.
    static void settled(
            Issuers issuers, Write write, OrderId.Slot slot, Collection<Certificate> certificates) {
        byIssuer(issuers, certificates, Function.identity())
                .forEach((issuer, theirs) -> issuer.settled(write, ids(slot, theirs)));
    }

    private static <T> Map<Issuer, List<T>> byIssuer(
            Issuers issuers, Collection<T> all, Function<T, Certificate> certificate) {
        return all.stream()
                .filter(each -> issuers.of(certificate.apply(each)).isPresent())
                .collect(
                        Collectors.groupingBy(
                                each -> issuers.of(certificate.apply(each)).orElseThrow(),
                                LinkedHashMap::new,
                                Collectors.toList()));
    }

    private static List<OrderId> ids(OrderId.Slot slot, List<Certificate> certificates) {
        return certificates.stream().map(each -> new OrderId(each.id(), slot)).toList();
    }
}
