package dev.nameplate.certificate;

import dev.nameplate.dns.Cause;
import dev.nameplate.dns.Finding;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one round of looking found out about a pending certificate.
///
/// @param seen one for each proof of the certificate, in the same order
record Evidence(Certificate certificate, List<Seen> seen, Verdict verdict) {
    /// Whatever was told of the order while it was under way is over.
    private static final Seen SIGNED =
            new Seen(
                    true,
                    "The issuer has seen the proof.",
                    Optional.of(
                            Diagnosis.of(
                                    Finding.of(
                                            Cause.NONE,
                                            "The issuer has seen the proof.",
                                            List.of()))));

    Evidence {
        seen = List.copyOf(seen);
    }

    /// @param words the short form of the diagnosis
    /// @param diagnosis empty where nothing new was found out
    /// @param way how it was seen
    record Seen(boolean proven, String words, Optional<Diagnosis> diagnosis, Issuer.Way way) {
        Seen(boolean proven, String words, Optional<Diagnosis> diagnosis) {
            this(proven, words, diagnosis, Issuer.Way.DNS);
        }
    }

    sealed interface Verdict {
        /// Something is missing still, or could not be found out.
        record Wait() implements Verdict {}

        /// The owner of a name forbids us to issue.
        record Forbidden(String message) implements Verdict {}

        /// Every name is proven and may be issued for; `keys` are for this certificate.
        record Ready(KeyPair keys) implements Verdict {}

        /// The issuer has the order already: nothing was looked at.
        record Answered(Issuer.Answer answer) implements Verdict {}
    }

    /// What is known of it, without a look.
    static Evidence known(Certificate certificate, Verdict verdict) {
        return new Evidence(
                certificate,
                certificate.proofs().stream()
                        .map(proof -> signed(verdict) ? SIGNED : lastSeen(proof))
                        .toList(),
                verdict);
    }

    private static boolean signed(Verdict verdict) {
        return verdict instanceof Verdict.Answered(Issuer.Answer.Signed _);
    }

    private static Seen lastSeen(Proof proof) {
        return new Seen(
                proof.status() == Proof.Status.SUCCESS,
                proof.lastLook().map(Proof.Look::seen).orElse(""),
                Optional.empty());
    }

    /// What its issuer is asked for.
    Issuer.Order order(OrderId.Slot slot, KeyPair keys, Optional<X509Certificate> replaces) {
        List<Issuer.Name> names = new ArrayList<>();
        for (int i = 0; i < certificate.proofs().size(); i++) {
            Proof proof = certificate.proofs().get(i);
            names.add(new Issuer.Name(proof.name(), proof.record().value(), seen.get(i).way()));
        }
        return new Issuer.Order(
                new OrderId(certificate.id(), slot), certificate.account(), names, keys, replaces);
    }

    /// The same, but not ready after all, for a reason that concerns every name.
    Evidence postponed(Cause cause, String why) {
        return new Evidence(
                certificate,
                seen.stream()
                        .map(s ->
                                new Seen(
                                        s.proven(),
                                        why,
                                        Optional.of(
                                                s.diagnosis()
                                                        .orElseGet(() ->
                                                                Diagnosis.of(
                                                                        Finding.of(
                                                                                Cause.NONE,
                                                                                s.words(),
                                                                                List.of())))
                                                        .because(cause, why)),
                                        s.way()))
                        .toList(),
                new Verdict.Wait());
    }
}
