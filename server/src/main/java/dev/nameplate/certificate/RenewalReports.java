package dev.nameplate.certificate;

import dev.nameplate.db.Write;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is said of a renewal: in its row, in notices, in the log.
final class RenewalReports {
    private static final Logger LOG = LoggerFactory.getLogger(RenewalReports.class);

    private RenewalReports() {}

    static void succeeded(Write write, Certificate certificate, State.Issued issued, Instant now) {
        RenewalRows.report(
                write.handle(),
                certificate.id(),
                new Renewal(
                        Renewal.Status.SUCCESS,
                        Optional.empty(),
                        now,
                        RenewalRows.all(certificate, Proof.Status.SUCCESS)));
        write.afterCommit(() ->
                LOG.info(
                        "certificate {} is renewed: serial {}, until {}",
                        certificate.id(),
                        issued.serial(),
                        issued.notAfter()));
    }

    /// How far a renewal came that is not done, and when it is looked at next.
    record Delay(Renewal.Status status, String reason, List<Proof.Status> names, Instant next) {
        Delay {
            names = List.copyOf(names);
        }

        /// Something of ours failed: every proof is right, and no owner of a name has to do anything.
        static Delay ofOurs(Certificate certificate, State.Issued issued, String why, Instant now) {
            return new Delay(
                    Renewal.Status.PENDING_AUTO_RENEWAL,
                    why + " The operator of this server must act.",
                    RenewalRows.all(certificate, Proof.Status.SUCCESS),
                    RenewalTiming.afterOurFault(now, issued.notAfter()));
        }
    }

    static void postponed(
            Write write, Certificate certificate, State.Issued issued, Delay delay, Instant now) {
        RenewalRows.report(
                write.handle(),
                certificate.id(),
                new Renewal(delay.status(), Optional.of(delay.reason()), now, delay.names()));
        RenewalRows.lookAgain(write.handle(), certificate.id().toString(), delay.next());
        notice(write, certificate, issued, "its renewal waits. " + delay.reason(), now);
    }

    /// At most one notice a day, and none before the account wants any.
    static void notice(
            Write write, Certificate certificate, State.Issued issued, String why, Instant now) {
        int days =
                ExpiryEvents.daysBefore(
                        write.handle(), certificate.account(), certificate.region());
        if (now.isBefore(issued.notAfter().minus(Duration.ofDays(days)))) {
            return;
        }
        if (CertificateNotices.append(write.handle(), certificate, issued.notAfter(), why, now)) {
            write.afterCommit(() -> CertificateNotices.log(certificate, issued.notAfter(), why));
        }
    }
}
