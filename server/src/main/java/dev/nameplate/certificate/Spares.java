package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// What may be done with spares from outside. A spare takes the first one's place in the transaction that says so: it is put beside
/// it as a renewal's new material is, so the edge serves it from that commit on, and it becomes the certificate's own once a
/// handshake has shown it ([RenewalWork], steps 6 to 8').
public final class Spares {
    private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

    private final Announcements announcements;
    private final IssuerRules rules;
    private final InstantSource clock;
    private final Wakeup wakeup;

    Spares(Announcements announcements, IssuerRules rules, InstantSource clock, Wakeup wakeup) {
        this.announcements = announcements;
        this.rules = rules;
        this.clock = clock;
        this.wakeup = wakeup;
    }

    public Optional<Spare> of(Handle handle, CertificateId id) {
        return SpareRows.find(handle, id);
    }

    /// How many are how far.
    public static Map<Spare.State, Long> counts(Handle handle) {
        return SpareRows.counts(handle);
    }

    /// Chooses the issuers of one certificate's spare; none of an empty list, those of the settings of an empty choice.
    ///
    /// @throws IllegalArgumentException if the certificate is an import, which nobody here may have certified
    public void choose(Write write, Certificate certificate, Optional<List<IssuerName>> issuers) {
        if (certificate.origin() == Origin.IMPORTED) {
            throw new IllegalArgumentException(
                    "certificate " + certificate.id() + " was imported and has no issuer here");
        }
        SpareRows.choose(write.handle(), certificate.id(), issuers.map(SpareRows::text), now());
        wake(write);
    }

    /// Puts the spare in the first one's place now.
    ///
    /// @throws NoSpare if there is none
    public void switchNow(Write write, Certificate certificate) {
        if (!(certificate.state() instanceof State.Issued issued)) {
            throw new NoSpare("Certificate " + certificate.id() + " is not issued.");
        }
        if (!switchTo(write, certificate, issued, Spare.Why.ORDERED)) {
            throw new NoSpare(
                    "Certificate %s has no spare that could take its place. %s"
                            .formatted(
                                    certificate.id(),
                                    of(write.handle(), certificate.id())
                                            .flatMap(Spare::message)
                                            .orElse(
                                                    "It gets one while it is in use, if issuers are named for it.")));
        }
    }

    /// The first one is about to be revoked: the spare takes its place, if it need not go as well.
    ///
    /// @param stays whether one with this key, as of [IssuedLeaves#keyDigest], need not go
    /// @return false if there is none to take its place
    public boolean standIn(Write write, Certificate certificate, Predicate<Leaf> stays) {
        return certificate.state() instanceof State.Issued issued
                && leaf(write.handle(), certificate.id()).filter(stays).isPresent()
                && switchTo(write, certificate, issued, Spare.Why.EMERGENCY);
    }

    /// The leaf of a spare.
    public record Leaf(
            CertificateId id, IssuerName issuer, Instant issuedAt, X509Certificate certificate) {
        /// As in [State.Issued#serial].
        public String serial() {
            return X509.serial(certificate);
        }
    }

    private static Optional<Leaf> leaf(Handle handle, CertificateId id) {
        return SpareRows.find(handle, id)
                .flatMap(Spare::ready)
                .flatMap(ready ->
                        SpareRows.leaf(handle, id)
                                .map(leaf -> new Leaf(id, ready.issuer(), ready.issuedAt(), leaf)));
    }

    /// Some of those there are.
    ///
    /// @param leaves without those that do not load
    /// @param next behind which the others are; empty: these were the last
    public record Page(List<Leaf> leaves, Optional<String> next) {}

    /// Those of an account, in the order of certificate ids behind `after`.
    public Page leaves(Handle handle, AccountId account, String after, int limit) {
        List<CertificateId> ids =
                handle.createQuery(
                                """
                                SELECT s.certificate_id FROM certificate_spare s JOIN certificate c ON c.id = s.certificate_id
                                WHERE c.account = :account AND s.serial IS NOT NULL AND s.certificate_id > :after
                                ORDER BY s.certificate_id LIMIT :limit
                                """)
                        .bind("account", account.value())
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((rs, _) -> SpareRows.id(rs))
                        .list();
        return new Page(
                ids.stream().flatMap(id -> leaf(handle, id).stream()).toList(),
                ids.size() < limit ? Optional.empty() : Optional.of(ids.getLast().toString()));
    }

    /// A leaf is to be revoked: where it is a spare, it is not kept, and not served either if it was about to be.
    public void discard(Write write, Certificate certificate, String serial) {
        CertificateId id = certificate.id();
        boolean kept =
                of(write.handle(), id)
                        .flatMap(Spare::ready)
                        .map(Spare.Ready::serial)
                        .filter(serial::equals)
                        .isPresent();
        if (!kept) {
            return;
        }
        if (RenewalRows.candidateSerial(write.handle(), id).filter(serial::equals).isPresent()) {
            RenewalRows.dropCandidate(write.handle(), id);
            announcements.changed(write, certificate);
        }
        IssuedLeaves.replaced(write.handle(), id, serial, now());
        SpareRows.empty(write.handle(), id, now());
        wake(write);
    }

    /// The certificates were used before spares were wanted.
    void usedBefore(Write write, List<String> ids) {
        ids.forEach(id ->
                SpareRows.want(write.handle(), new CertificateId(UUID.fromString(id)), now()));
        SpareRows.thoughtOf(write.handle(), ids);
        wake(write);
    }

    /// Whether each use is thought of when it is made; else a later start has to.
    boolean wanted() {
        return !rules.spare().isEmpty();
    }

    /// The certificate is used, and has a spare if the settings say so.
    void used(Write write, CertificateId id) {
        if (wanted() && SpareRows.want(write.handle(), id, now()) > 0) {
            wake(write);
        }
    }

    /// The certificate ends here.
    ///
    /// @return the serial of what was kept for it
    Optional<String> forget(Write write, CertificateId id) {
        Optional<String> serial =
                of(write.handle(), id).flatMap(Spare::ready).map(Spare.Ready::serial);
        SpareRows.delete(write.handle(), id);
        return serial;
    }

    /// The certificate has other material.
    void firstChanged(Write write, CertificateId id) {
        if (SpareRows.firstChanged(write.handle(), id, now())) {
            wake(write);
            watch(write);
        }
    }

    void orderDecided(Write write, CertificateId id) {
        if (SpareRows.orderDecided(write.handle(), id, now())) {
            wake(write);
        }
    }

    /// @param served what the certificate has now
    /// @return false if there is none, or the certificate has something else by now
    boolean switchTo(Write write, Certificate certificate, State.Issued served, Spare.Why why) {
        Handle handle = write.handle();
        CertificateId id = certificate.id();
        Instant now = now();
        Optional<Spare.Ready> ready =
                of(handle, id)
                        .flatMap(Spare::ready)
                        .filter(each ->
                                each.notAfter().isAfter(now)
                                        && !each.serial().equals(served.serial()));
        Optional<Material> material = SpareRows.material(handle, id);
        if (ready.isEmpty() || material.isEmpty() || SpareRows.leaf(handle, id).isEmpty()) {
            return false;
        }
        Optional<String> tried = RenewalRows.candidateSerial(handle, id);
        if (tried.filter(ready.get().serial()::equals).isPresent()) {
            return true;
        }
        if (!RenewalRows.putCandidate(handle, material.get(), ready.get().issuer(), served, now)) {
            return false;
        }
        tried.ifPresent(serial -> IssuedLeaves.replaced(handle, id, serial, now));
        RenewalRows.begin(handle, certificate, now, true);
        RenewalRows.lookAt(handle, id, RenewalTiming.firstCheck(now));
        SpareRows.switched(handle, id, why, now, now.plus(SpareStep.TRYING_OUT));
        SpareNotices.switched(
                handle,
                certificate,
                IssuerRows.issuedBy(handle, id).orElse(IssuerName.EMBEDDED),
                served,
                ready.get(),
                why,
                now);
        announcements.changed(write, certificate);
        write.afterCommit(() -> {
            LOG.warn(
                    "certificate {}: its spare by {}, serial {}, takes the place of {} ({})",
                    id,
                    ready.get().issuer(),
                    ready.get().serial(),
                    served.serial(),
                    why);
            wakeup.wake(RenewalWork.NAME);
            wakeup.wake(SpareWork.NAME);
        });
        return true;
    }

    /// What was the spare is the certificate's own: the row waits for another, and the certificate for another first one.
    void taken(Write write, Certificate certificate, Spare spare) {
        Instant now = now();
        SpareRows.empty(write.handle(), certificate.id(), now);
        if (spare.switched().map(Spare.Switched::why).filter(Spare.Why::wantsAnother).isEmpty()) {
            return;
        }
        try {
            RenewalRows.ask(write.handle(), certificate, now);
            write.afterCommit(() -> wakeup.wake(RenewalWork.NAME));
        } catch (NotRenewable refused) {
            LOG.warn("no other certificate is asked for: {}", refused.getMessage());
        }
    }

    /// What was tried out is not kept. Where it is the spare, it stays that; else nothing has it any more.
    void notTaken(Write write, CertificateId id, String serial) {
        boolean spare =
                of(write.handle(), id)
                        .flatMap(Spare::ready)
                        .map(Spare.Ready::serial)
                        .filter(serial::equals)
                        .isPresent();
        if (!spare) {
            IssuedLeaves.replaced(write.handle(), id, serial, now());
        }
    }

    /// There is something new to ask its authority about.
    void watch(Write write) {
        write.afterCommit(() -> wakeup.wake(StatusWork.NAME));
    }

    private void wake(Write write) {
        write.afterCommit(() -> wakeup.wake(SpareWork.NAME));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// There is nothing to switch to.
    public static final class NoSpare extends RuntimeException {
        NoSpare(String message) {
            super(message);
        }
    }
}
