package dev.nameplate.certificate;

import dev.nameplate.certificate.Evidence.Seen;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.db.Write;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.Zones;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.Vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/// Has a certificate come from other issuers, from now on and at once: what it has is served until what the new one signs is seen
/// at the edge. Got from [Certificates#moves].
public final class IssuerMoves {
    /// How long a request is known again by its key.
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final Certificates certificates;
    private final Zones zones;
    private final Vault vault;
    private final InstantSource clock;
    private final Wakeup wakeup;
    private final OrderCancellation orders;
    private final CertificateSettings settings;

    IssuerMoves(
            Certificates certificates,
            Zones zones,
            Vault vault,
            InstantSource clock,
            Wakeup wakeup,
            OrderCancellation orders,
            CertificateSettings settings) {
        this.certificates = certificates;
        this.zones = zones;
        this.vault = vault;
        this.clock = clock;
        this.wakeup = wakeup;
        this.orders = orders;
        this.settings = settings;
    }

    /// Of a request that was heard before: what it was answered then, and the certificate as it is now.
    ///
    /// @param changed false where it came from these already
    /// @param reissued whether the first of them is asked now
    public record Moved(Certificate certificate, boolean changed, boolean reissued) {}

    /// Asked for the same again it changes nothing.
    ///
    /// @param key by which the request is known again, if it comes again
    /// @throws NotMovable if nothing here issues it, now or ever again
    /// @throws NotRenewable if a name of it is another account's now
    /// @throws KeyReused if the key was another request's
    public Moved move(
            Write write, Certificate certificate, IssuerChoice choice, Optional<String> key) {
        CertificateId id = certificate.id();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Certificate present =
                certificates
                        .find(write.handle(), certificate.account(), id)
                        .orElseThrow(() ->
                                new NotMovable("Certificate " + id + " was deleted meanwhile."));
        Optional<IssuerRows.Heard> before =
                key.flatMap(each -> IssuerRows.heard(write.handle(), id, each));
        if (before.isPresent()) {
            IssuerRows.Heard heard = before.get();
            if (!heard.digest().equals(choice.text())) {
                throw new KeyReused();
            }
            return new Moved(present, heard.changed(), heard.reissued());
        }
        Moved moved = carriedOut(write, present, choice, now);
        key.ifPresent(each ->
                IssuerRows.remember(
                        write.handle(),
                        id,
                        each,
                        new IssuerRows.Heard(choice.text(), moved.changed(), moved.reissued()),
                        now,
                        now.minus(REMEMBERED)));
        return moved;
    }

    private Moved carriedOut(Write write, Certificate present, IssuerChoice choice, Instant now) {
        CertificateId id = present.id();
        check(present, now);
        if (present.issuers().order().equals(choice.order())) {
            return new Moved(present, false, false);
        }
        boolean another = !present.issuers().current().equals(choice.current());
        if (another) {
            orders.cancel(write, OrderId.main(id));
            IssuerAnswers.over(write.handle(), OrderId.main(id));
        }
        IssuerRows.choose(write.handle(), id, choice);
        records(write, present, choice);
        boolean reissued = reissue(write, present, choice, another, now);
        return new Moved(
                certificates.find(write.handle(), present.account(), id).orElseThrow(),
                true,
                reissued);
    }

    /// Whether a move would be refused, whoever it is to.
    ///
    /// @throws NotMovable if so
    public void check(Certificate certificate) {
        check(certificate, clock.instant());
    }

    private static void check(Certificate certificate, Instant now) {
        String what = "Certificate " + certificate.id();
        if (certificate.origin() == Origin.IMPORTED) {
            throw new NotMovable(
                    what
                            + " was imported: it comes from whoever issued it. Request one for the same names to have it issued"
                            + " here.");
        }
        boolean alive =
                switch (certificate.state()) {
                    case State.Pending _ -> true;
                    case State.Issued issued -> !issued.isExpired(now);
                    case State.Revoked _, State.Failed _, State.TimedOut _ -> false;
                };
        if (!alive) {
            throw new NotMovable(
                    what
                            + " is neither pending nor issued and valid, so that nothing more is issued for it: request a new"
                            + " one.");
        }
    }

    /// @param another whether somebody else's turn it is now
    private boolean reissue(
            Write write,
            Certificate certificate,
            IssuerChoice choice,
            boolean another,
            Instant now) {
        CertificateId id = certificate.id();
        if (certificate.state() instanceof State.Pending) {
            if (!another) {
                return false;
            }
            IssuerRows.askAnew(write.handle(), id, now, now.plus(settings.validationTime()));
            write.afterCommit(() -> wakeup.wake(IssuanceWork.NAME));
            return true;
        }
        if (IssuerRows.issuedBy(write.handle(), id).filter(choice.current()::equals).isPresent()) {
            if (another) {
                // It is that one's already; a renewal that another had in hand goes on with it.
                certificates.orderDecided(write, id);
            }
            return false;
        }
        certificates.replaceNow(write, certificate);
        return true;
    }

    /// One that an ACME authority finds proves the name to every issuer; what was set for our own is left as it is until then.
    private void records(Write write, Certificate certificate, IssuerChoice choice) {
        if (settings.issuers().form(choice) != ProofForm.ACME_CHALLENGE) {
            return;
        }
        for (Proof proof : certificate.proofs()) {
            if (proof.file().isPresent()
                    || StandingCname.form(proof.record()) == ProofForm.ACME_CHALLENGE) {
                continue;
            }
            CnameRecord record =
                    StandingCname.in(vault, certificate.account(), proof, ProofForm.ACME_CHALLENGE);
            boolean automatic =
                    zones.require(write, certificate.account(), certificate.id().toString(), record)
                            .isPresent();
            IssuerRows.record(write.handle(), certificate.id(), proof.name(), record, automatic);
        }
    }

    /// What an issuer would find of one name now.
    ///
    /// @param record that it looks for; empty for a name that is proven over HTTP
    /// @param words what was found
    /// @param diagnosis as JSON, as in [Diagnoses#texts]
    public record Standing(
            DomainName name,
            Optional<CnameRecord> record,
            boolean proven,
            String words,
            Optional<String> diagnosis) {}

    /// Asks the DNS what the issuer whose turn it is would find: where a name is not proven to it, which record is to be set and
    /// why. Blocking; not inside a transaction.
    public List<Standing> outlook(ProofLookup lookup, Certificate asked) {
        ProofForm form =
                Optional.ofNullable(settings.issuers().forms().get(asked.issuers().current()))
                        .orElse(ProofForm.ACM_RECORD);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<DomainName, Seen> seen =
                    new ProofLooks(
                                    lookup,
                                    vault,
                                    new Questions(threads),
                                    settings.issuers()
                                            .forms()
                                            .containsValue(ProofForm.ACME_CHALLENGE))
                            .look(asked, asked.proofs(), form);
            List<Standing> all = new ArrayList<>();
            for (Proof proof : asked.proofs()) {
                Optional.ofNullable(seen.get(proof.name()))
                        .map(each -> standing(asked, proof, each, form))
                        .ifPresent(all::add);
            }
            return all;
        }
    }

    private Standing standing(Certificate certificate, Proof proof, Seen seen, ProofForm form) {
        return new Standing(
                proof.name(),
                proof.file().isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                form == ProofForm.ACME_CHALLENGE
                                        ? StandingCname.in(
                                                vault, certificate.account(), proof, form)
                                        : proof.record()),
                seen.proven(),
                seen.words(),
                seen.diagnosis().map(DiagnosisJson::write));
    }

    /// The key was another request's.
    public static final class KeyReused extends RuntimeException {
        private static final long serialVersionUID = 1;

        KeyReused() {
            super("this key was another request's about the certificate");
        }
    }
}
