package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How certificates end, and each of their leaves: what has to go with them, and who has to be told.
///
/// @param revoker our own authority's side of it
/// @param orders that their issuers have in hand
record Ends(
        Announcements announcements,
        Spares spares,
        Revoker revoker,
        OrderCancellation orders,
        Quarantine quarantine,
        InstantSource clock,
        Wakeup wakeup) {
    /// Whether anything uses it was looked at before.
    void delete(Write write, CertificateId certificate) {
        String id = certificate.toString();
        DeletedCertificates.put(write.handle(), certificate, now());
        List<String> names = CertificateRows.readableNames(write.handle(), id);
        cancelOrders(write, certificate);
        RenewalRows.forget(write.handle(), id);
        write.afterCommit(() -> quarantine.forget(id));
        write.handle().execute("DELETE FROM certificate_material WHERE certificate_id = ?", id);
        write.handle().execute("DELETE FROM certificate_name WHERE certificate_id = ?", id);
        ImportRows.forget(write.handle(), id);
        IssuerAnswers.delete(write.handle(), id);
        IssuerRows.forget(write.handle(), id);
        spares.forget(write, certificate);
        SpareNotices.forget(write.handle(), certificate);
        write.handle().execute("DELETE FROM certificate_link WHERE certificate_id = ?", id);
        LostNames.forget(write.handle(), id);
        if (write.handle().execute("DELETE FROM certificate WHERE id = ?", id) == 1) {
            announcements.changed(write, id, names);
        }
    }

    /// Every leaf that it has: what is served, what a renewal tries out, what is kept ready.
    ///
    /// @throws IllegalArgumentException if it is not issued, or not by us
    void revoke(Write write, Certificate certificate, RevocationReason reason) {
        if (!(certificate.state() instanceof State.Issued issued)) {
            throw new IllegalArgumentException(
                    "certificate " + certificate.id() + " is not issued");
        }
        Instant now = now();
        revokeLeaf(write, certificate.id(), issued.serial(), reason);
        Stream.concat(
                        RenewalRows.candidateSerial(write.handle(), certificate.id()).stream(),
                        spares.forget(write, certificate.id()).stream())
                .distinct()
                .forEach(serial -> revokeLeaf(write, certificate.id(), serial, reason));
        RenewalRows.giveUp(write.handle(), certificate.id(), now);
        cancelOrders(write, certificate.id());
        write.handle()
                .execute(
                        """
                        UPDATE certificate SET state = 'REVOKED', revoked_at = ?, revocation_reason = ?, next_due = NULL
                        WHERE id = ? AND state = 'ISSUED'
                        """,
                        now.toEpochMilli(),
                        reason.name(),
                        certificate.id().toString());
        announcements.changed(write, certificate);
    }

    private void cancelOrders(Write write, CertificateId id) {
        for (OrderId.Slot slot : OrderId.Slot.values()) {
            orders.cancel(write, new OrderId(id, slot));
        }
    }

    /// As of [Certificates#revokeLeaf].
    void revokeLeaf(Write write, CertificateId id, String serial, RevocationReason reason) {
        IssuerName signer = IssuedLeaves.signer(write.handle(), id, serial);
        if (signer.equals(IssuerName.EMBEDDED)) {
            revoker.revoke(write, serial, reason, now());
        } else {
            AuthorityRevocations.ask(write, id, serial, signer, reason, now());
            write.afterCommit(() -> wakeup.wake(AuthorityRevocationWork.NAME));
        }
    }

    /// A leaf was signed that nothing has, because what it was for ended meanwhile. It is known until its own end, and revoked if its
    /// certificate was.
    void signedInVain(Write write, CertificateId id, IssuerName issuer, X509Certificate leaf) {
        IssuedLeaves.putInVain(write.handle(), id, issuer, leaf, now());
        revokedFor(write.handle(), id)
                .ifPresent(reason -> revokeLeaf(write, id, X509.serial(leaf), reason));
    }

    private static Optional<RevocationReason> revokedFor(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT revocation_reason FROM certificate WHERE id = :id AND state = 'REVOKED'")
                .bind("id", id.toString())
                .mapTo(String.class)
                .findOne()
                .map(RevocationReason::valueOf);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
