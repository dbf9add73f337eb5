package dev.nameplate.certificate;

import dev.nameplate.certificate.CertificateRows.Material;
import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The SQL of renewals. Each statement that changes a certificate holds only while it is issued and has the serial that was
/// read, so that what was revoked, deleted or renewed meanwhile is left alone.
final class RenewalRows {
    private RenewalRows() {}

    /// @param asked somebody wants it now
    /// @param candidate new material that is served and not yet the certificate's
    /// @param lost why it may not be renewed: a name of it is another account's now
    /// @param suggested when its authority wants it renewed, or its authority's limits make it begin
    record Due(
            Certificate certificate,
            boolean asked,
            boolean used,
            Optional<Candidate> candidate,
            Optional<String> lost,
            Optional<Instant> suggested) {}

    /// @param issued what the certificate becomes once it counts
    record Candidate(String version, State.Issued issued, Instant servedFrom) {}

    /// @param unreadable due, but their rows do not load
    record DueBatch(List<Due> all, Set<String> unreadable, boolean more) {}

    static DueBatch due(Handle handle, Quarantine quarantine, int shard, Instant now, int limit) {
        List<String> ids =
                handle.createQuery(
                                """
                                SELECT id FROM certificate WHERE shard = :shard AND renew_due <= :now
                                ORDER BY renew_due LIMIT :limit
                                """)
                        .bind("shard", shard)
                        .bind("now", now.toEpochMilli())
                        .bind("limit", limit)
                        .mapTo(String.class)
                        .list();
        if (ids.isEmpty()) {
            return new DueBatch(List.of(), Set.of(), false);
        }
        List<Certificate> certificates =
                CertificateRows.select(
                        handle,
                        "c.id IN (<ids>)",
                        "ORDER BY c.renew_due, c.id",
                        query -> query.bindList("ids", ids),
                        quarantine::report);
        Set<String> unreadable = new LinkedHashSet<>(ids);
        certificates.forEach(certificate -> unreadable.remove(certificate.id().toString()));
        Set<String> asked =
                Set.copyOf(
                        handle.createQuery(
                                        "SELECT certificate_id FROM certificate_renewal"
                                                + " WHERE certificate_id IN (<ids>) AND asked = 1")
                                .bindList("ids", ids)
                                .mapTo(String.class)
                                .list());
        Map<CertificateId, Candidate> candidates = candidates(handle, ids, quarantine);
        Map<CertificateId, Set<String>> users =
                Batches.usedBy(handle, certificates.stream().map(Certificate::id).toList());
        Map<CertificateId, String> lost =
                LostNames.of(handle, certificates.stream().map(Certificate::id).toList());
        Map<String, Instant> suggested = suggested(handle, ids);
        List<Due> all = new ArrayList<>();
        for (Certificate certificate : certificates) {
            all.add(
                    new Due(
                            certificate,
                            asked.contains(certificate.id().toString()),
                            users.containsKey(certificate.id()),
                            Optional.ofNullable(candidates.get(certificate.id())),
                            Optional.ofNullable(lost.get(certificate.id())),
                            Optional.ofNullable(suggested.get(certificate.id().toString()))));
        }
        return new DueBatch(all, unreadable, ids.size() == limit);
    }

    private static Map<String, Instant> suggested(Handle handle, List<String> ids) {
        Map<String, Instant> suggested = new HashMap<>();
        handle.createQuery(
                        """
                        SELECT c.id, CASE WHEN l.renew_at IS NULL OR l.spread_at < l.renew_at THEN l.spread_at
                            ELSE l.renew_at END FROM certificate c
                        JOIN issued_leaf l ON l.certificate_id = c.id AND l.serial = c.serial
                        WHERE c.id IN (<ids>) AND (l.renew_at IS NOT NULL OR l.spread_at IS NOT NULL)
                        """)
                .bindList("ids", ids)
                .map((rs, _) -> Map.entry(rs.getString(1), Instant.ofEpochMilli(rs.getLong(2))))
                .forEach(each -> suggested.put(each.getKey(), each.getValue()));
        return suggested;
    }

    private record CandidateRow(
            CertificateId id, String version, byte[] chain, Instant servedFrom) {
        /// Empty if it does not parse: the next look replaces it.
        Optional<Candidate> candidate(Quarantine quarantine) {
            return StoredMaterial.chain(new Material(id, version, chain, new byte[0]), quarantine)
                    .map(parsed ->
                            new Candidate(
                                    version,
                                    State.Issued.of(parsed.getFirst(), servedFrom),
                                    servedFrom));
        }
    }

    private static Map<CertificateId, Candidate> candidates(
            Handle handle, List<String> ids, Quarantine quarantine) {
        Map<CertificateId, Candidate> candidates = new HashMap<>();
        handle.createQuery(
                        "SELECT certificate_id, version, chain, served_from FROM certificate_candidate"
                                + " WHERE certificate_id IN (<ids>)")
                .bindList("ids", ids)
                .map((rs, _) ->
                        new CandidateRow(
                                new CertificateId(UUID.fromString(rs.getString(1))),
                                rs.getString(2),
                                rs.getBytes(3),
                                Instant.ofEpochMilli(rs.getLong(4))))
                .forEach(row ->
                        row.candidate(quarantine)
                                .ifPresent(candidate -> candidates.put(row.id(), candidate)));
        return candidates;
    }

    static Optional<Instant> firstDue(Handle handle, int shard) {
        return handle.createQuery(
                        """
                        SELECT renew_due FROM certificate
                        WHERE shard = :shard AND renew_due IS NOT NULL ORDER BY renew_due LIMIT 1
                        """)
                .bind("shard", shard)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    static void lookAgain(Handle handle, String id, Instant at) {
        handle.execute(
                "UPDATE certificate SET renew_due = ? WHERE id = ? AND renew_due IS NOT NULL",
                at.toEpochMilli(),
                id);
    }

    /// Also one that nothing was to be done about any more.
    static void lookAt(Handle handle, CertificateId id, Instant at) {
        handle.execute(
                "UPDATE certificate SET renew_due = ? WHERE id = ? AND state = 'ISSUED'",
                at.toEpochMilli(),
                id.toString());
    }

    static void lookNoMore(Handle handle, CertificateId id) {
        handle.execute("UPDATE certificate SET renew_due = NULL WHERE id = ?", id.toString());
    }

    /// @throws NotRenewable if it is nothing that can be renewed here
    static void ask(Handle handle, Certificate certificate, Instant now) {
        if (certificate.origin() == Origin.IMPORTED) {
            throw new NotRenewable(
                    "Certificate "
                            + certificate.id()
                            + " was imported: renew it where it was issued and import it again.");
        }
        if (!(certificate.state() instanceof State.Issued issued) || issued.isExpired(now)) {
            throw new NotRenewable(
                    "Certificate "
                            + certificate.id()
                            + " is not issued and valid, so that there is nothing to renew: request a new one.");
        }
        Optional.ofNullable(LostNames.of(handle, List.of(certificate.id())).get(certificate.id()))
                .ifPresent(why -> {
                    throw new NotRenewable("Certificate " + certificate.id() + ": " + why + ".");
                });
        begin(handle, certificate, now, true);
        handle.execute(
                "UPDATE certificate SET renew_due = ? WHERE id = ? AND state = 'ISSUED'",
                now.toEpochMilli(),
                certificate.id().toString());
    }

    /// One that is under way goes on as it is.
    static void begin(Handle handle, Certificate certificate, Instant now, boolean asked) {
        handle.createUpdate(
                        """
                        INSERT INTO certificate_renewal
                            (certificate_id, status, names, started_at, updated_at, asked)
                        VALUES (:id, 'PENDING_AUTO_RENEWAL', :names, :now, :now, :asked)
                        ON CONFLICT (certificate_id) DO UPDATE SET
                            asked = CASE WHEN excluded.asked = 1 THEN 1 ELSE certificate_renewal.asked END
                        """)
                .bind("id", certificate.id().toString())
                .bind("names", words(all(certificate, Proof.Status.PENDING)))
                .bind("now", now.toEpochMilli())
                .bind("asked", asked ? 1 : 0)
                .execute();
        handle.createUpdate(
                        """
                        UPDATE certificate_renewal SET status = 'PENDING_AUTO_RENEWAL', reason = NULL,
                            names = :names, started_at = :now, updated_at = :now, reissue = NULL
                        WHERE certificate_id = :id AND status IN ('SUCCESS', 'FAILED')
                        """)
                .bind("id", certificate.id().toString())
                .bind("names", words(all(certificate, Proof.Status.PENDING)))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void report(Handle handle, CertificateId id, Renewal renewal) {
        handle.createUpdate(
                        """
                        UPDATE certificate_renewal
                        SET status = :status, reason = :reason, names = :names, updated_at = :at,
                            asked = CASE WHEN :ended = 1 THEN 0 ELSE asked END
                        WHERE certificate_id = :id
                        """)
                .bind("id", id.toString())
                .bind("status", renewal.status().name())
                .bind("reason", renewal.reason().orElse(null))
                .bind("names", words(renewal.names()))
                .bind("at", renewal.updatedAt().toEpochMilli())
                .bind(
                        "ended",
                        switch (renewal.status()) {
                            case SUCCESS, FAILED -> 1;
                            case PENDING_AUTO_RENEWAL, PENDING_VALIDATION -> 0;
                        })
                .execute();
    }

    /// Keeps what was seen of each name, for whoever asks why it waits.
    static void seen(Handle handle, Evidence evidence, Instant now) {
        PreparedBatch names =
                handle.prepareBatch(
                        """
                        UPDATE certificate_name SET seen_at = :at, seen = :seen,
                            diagnosis = COALESCE(:diagnosis, diagnosis)
                        WHERE certificate_id = :id AND position = :position
                        """);
        for (int i = 0; i < evidence.seen().size(); i++) {
            Evidence.Seen seen = evidence.seen().get(i);
            names.bind("id", evidence.certificate().id().toString())
                    .bind("position", i)
                    .bind("at", now.toEpochMilli())
                    .bind("seen", seen.words())
                    .bind("diagnosis", seen.diagnosis().map(DiagnosisJson::write).orElse(null))
                    .add();
        }
        names.execute();
    }

    /// Has the new material served.
    ///
    /// @param served what is the certificate's, and stays so until the new counts
    /// @return false if there is no such certificate any more
    static boolean putCandidate(
            Handle handle,
            Material material,
            IssuerName issuedBy,
            State.Issued served,
            Instant now) {
        return handle.createUpdate(
                                """
                                INSERT INTO certificate_candidate
                                    (certificate_id, version, chain, sealed_key, served_from, issued_by)
                                SELECT id, :version, :chain, :key, :now, :issuedBy FROM certificate
                                WHERE id = :id AND state = 'ISSUED' AND serial = :serial
                                ON CONFLICT (certificate_id) DO UPDATE SET version = excluded.version,
                                    chain = excluded.chain, sealed_key = excluded.sealed_key,
                                    served_from = excluded.served_from, issued_by = excluded.issued_by
                                """)
                        .bind("id", material.id().toString())
                        .bind("version", material.version())
                        .bind("chain", material.chain())
                        .bind("key", material.sealedKey())
                        .bind("serial", served.serial())
                        .bind("issuedBy", issuedBy.text())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    /// Makes the candidate the certificate's own material.
    ///
    /// @return false if it is not there any more
    static boolean promote(
            Handle handle,
            CertificateId id,
            String version,
            State.Issued before,
            State.Issued after) {
        Optional<IssuerName> issuedBy =
                handle.createQuery(
                                """
                                SELECT COALESCE(issued_by, 'embedded') FROM certificate_candidate
                                WHERE certificate_id = :id AND version = :version
                                """)
                        .bind("id", id.toString())
                        .bind("version", version)
                        .mapTo(String.class)
                        .findOne()
                        .map(IssuerName::new);
        if (issuedBy.isEmpty() || !succeed(handle, id, before, after, issuedBy.get())) {
            return false;
        }
        handle.createUpdate(
                        """
                        UPDATE certificate_material SET
                            version = :version,
                            chain = (SELECT chain FROM certificate_candidate WHERE certificate_id = :id),
                            sealed_key = (SELECT sealed_key FROM certificate_candidate WHERE certificate_id = :id)
                        WHERE certificate_id = :id
                        """)
                .bind("id", id.toString())
                .bind("version", version)
                .execute();
        return dropCandidate(handle, id, version);
    }

    /// Serial and dates become those of the new material, and the next one is the first choice's turn.
    static boolean succeed(
            Handle handle,
            CertificateId id,
            State.Issued before,
            State.Issued after,
            IssuerName issuedBy) {
        IssuedLeaves.replaced(handle, id, before.serial(), after.issuedAt());
        return handle.createUpdate(
                                """
                                UPDATE certificate SET decided_at = :at, not_before = :notBefore, not_after = :notAfter,
                                    serial = :serial, issuer = :issuer, subject = :subject,
                                    signature_algorithm = :signature, key_usage = :uses,
                                    extended_key_usage = :extended, renew_due = :due,
                                    issued_by = :issuedBy, issuer_turn = 0
                                WHERE id = :id AND state = 'ISSUED' AND serial = :before
                                """)
                        .bind("id", id.toString())
                        .bind("at", after.issuedAt().toEpochMilli())
                        .bind("notBefore", after.notBefore().toEpochMilli())
                        .bind("notAfter", after.notAfter().toEpochMilli())
                        .bind("serial", after.serial())
                        .bind("issuer", after.issuer())
                        .bind("subject", after.subject())
                        .bind("signature", after.signatureAlgorithm())
                        .bind("uses", after.uses().bits())
                        .bind("extended", CertificateRows.spaced(after.uses().extended()))
                        .bind("due", RenewalTiming.start(id, after).toEpochMilli())
                        .bind("before", before.serial())
                        .bind("issuedBy", issuedBy.text())
                        .execute()
                == 1;
    }

    static boolean dropCandidate(Handle handle, CertificateId id, String version) {
        return handle.execute(
                        "DELETE FROM certificate_candidate WHERE certificate_id = ? AND version = ?",
                        id.toString(),
                        version)
                == 1;
    }

    static boolean dropCandidate(Handle handle, CertificateId id) {
        return handle.execute(
                        "DELETE FROM certificate_candidate WHERE certificate_id = ?", id.toString())
                == 1;
    }

    /// What is served: the candidate while there is one.
    static Optional<Material> candidate(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT version, chain, sealed_key FROM certificate_candidate WHERE certificate_id = :id")
                .bind("id", id.toString())
                .map((rs, _) -> new Material(id, rs.getString(1), rs.getBytes(2), rs.getBytes(3)))
                .findOne();
    }

    static Optional<String> candidateSerial(Handle handle, CertificateId id) {
        return candidate(handle, id)
                .map(candidate -> X509.serial(X509.parse(candidate.chain()).getFirst()));
    }

    /// Ends what is under way for a certificate that is revoked.
    static void giveUp(Handle handle, CertificateId id, Instant now) {
        handle.execute("DELETE FROM certificate_candidate WHERE certificate_id = ?", id.toString());
        lookNoMore(handle, id);
        handle.execute(
                """
                UPDATE certificate_renewal SET status = 'FAILED', reason = 'The certificate was revoked.',
                    updated_at = ?, asked = 0
                WHERE certificate_id = ? AND status IN ('PENDING_AUTO_RENEWAL', 'PENDING_VALIDATION')
                """,
                now.toEpochMilli(),
                id.toString());
    }

    /// Keeps of a certificate about to be deleted only that there was one.
    static void forget(Handle handle, String id) {
        handle.execute("DELETE FROM certificate_candidate WHERE certificate_id = ?", id);
        handle.execute("DELETE FROM certificate_renewal WHERE certificate_id = ?", id);
        handle.execute(
                """
                INSERT INTO certificate_gone (certificate_id, account, region, origin, created_at)
                SELECT id, account, region, origin, created_at FROM certificate WHERE id = ?
                """,
                id);
    }

    /// The same for every name.
    static List<Proof.Status> all(Certificate certificate, Proof.Status status) {
        return Collections.nCopies(certificate.names().size(), status);
    }

    static String words(List<Proof.Status> names) {
        return String.join(",", names.stream().map(Proof.Status::name).toList());
    }

    static List<Proof.Status> names(String words) {
        return words.isEmpty()
                ? List.of()
                : List.of(words.split(",", -1)).stream().map(Proof.Status::valueOf).toList();
    }
}
