package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Zones;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.names.Region;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a request for a certificate makes: a pending one with its standing records, or a failed one where its names are not certified
/// here.
record Requests(
        Zones zones,
        Announcements announcements,
        StandingCname standingCname,
        StandingFile standingFile,
        CertificateSettings settings,
        Wakeup wakeup) {
    /// As of [Certificates#request], of an account that may have one more.
    Certificate make(
            Write write,
            CertificateId id,
            AccountId account,
            Region region,
            Request request,
            Instant now) {
        Optional<State.Failed> refused =
                settings.names().refusal(request.names()).map(Requests::failed);
        IssuerChoice issuers =
                request.issuers().orElse(settings.issuers().standard(request.origin()));
        Issuer.ProofForm form = settings.issuers().form(issuers);
        Map<CnameRecord, Proof.Automatic> written = new HashMap<>();
        List<Proof> proofs =
                request.names().stream()
                        .map(name -> {
                            CnameRecord record = standingCname.of(account, name, form);
                            if (refused.isPresent()) {
                                return proof(
                                        name,
                                        record,
                                        Proof.Status.FAILED,
                                        Proof.Automatic.NONE,
                                        Optional.empty());
                            }
                            if (request.validation() == Validation.HTTP) {
                                return byFile(account, name, record, now);
                            }
                            return proof(
                                    name,
                                    record,
                                    Proof.Status.PENDING,
                                    written.computeIfAbsent(
                                            record, _ -> require(write, account, id, record)),
                                    Optional.of(now));
                        })
                        .toList();
        Instant deadline = now.plus(settings.validationTime());
        Certificate certificate =
                new Certificate(
                        id,
                        account,
                        region,
                        request.origin(),
                        request.names(),
                        settings.issuers().key(request.key(), issuers),
                        now,
                        refused.isPresent() ? refused.get() : new State.Pending(deadline),
                        proofs,
                        request.validation(),
                        new Export(request.exportable(), Optional.empty()),
                        issuers,
                        Optional.empty());
        CertificateRows.insert(write.handle(), certificate, deadline);
        if (request.validation() == Validation.HTTP && refused.isEmpty()) {
            // The edge may know already that it serves nothing under these names.
            announcements.changed(write, certificate);
        }
        refused.ifPresentOrElse(
                state -> PendingRows.fail(write.handle(), certificate, state),
                () -> write.afterCommit(() -> wakeup.wake(IssuanceWork.NAME)));
        return certificate;
    }

    private Proof.Automatic require(
            Write write, AccountId account, CertificateId id, CnameRecord record) {
        return zones.require(write, account, id.toString(), record).isPresent()
                ? Proof.Automatic.SUCCEEDED
                : Proof.Automatic.NONE;
    }

    private static Proof proof(
            DomainName name,
            CnameRecord record,
            Proof.Status status,
            Proof.Automatic automatic,
            Optional<Instant> nextLook) {
        return new Proof(name, record, status, automatic, Optional.empty(), nextLook);
    }

    private Proof byFile(AccountId account, DomainName name, CnameRecord record, Instant now) {
        return new Proof(
                name,
                record,
                Proof.Status.PENDING,
                Proof.Automatic.NONE,
                Optional.empty(),
                Optional.of(now),
                Optional.of(standingFile.of(account, name)));
    }

    private static State.Failed failed(NamePolicy.Refusal refusal) {
        return new State.Failed(
                switch (refusal.reason()) {
                    case DOMAIN_NOT_ALLOWED -> State.FailureReason.DOMAIN_NOT_ALLOWED;
                    case INVALID_PUBLIC_DOMAIN -> State.FailureReason.INVALID_PUBLIC_DOMAIN;
                },
                refusal.message());
    }
}
