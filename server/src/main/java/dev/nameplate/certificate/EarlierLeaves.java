package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Leaves that no certificate has any more and whose time is not over: those that were replaced, and all of deleted certificates.
/// Whoever has such a leaf's key can still pass it off.
///
/// @param own of our own authority
public record EarlierLeaves(Certificates certificates, Signatures own) {
    /// @param serial as in [State.Issued#serial]
    /// @param keyDigest as of [IssuedLeaves#keyDigest]
    public record Leaf(
            CertificateId id,
            IssuerName issuer,
            String serial,
            Instant issuedAt,
            String keyDigest) {}

    /// @param next where the next page begins; empty after the last
    public record Page(List<Leaf> leaves, Optional<String> next) {}

    /// @param after of the page before; empty at first
    /// @param limit certificates whose leaves are read
    public Page page(Handle handle, AccountId account, Instant now, String after, int limit) {
        List<CertificateId> ids = ids(handle, account, now, after, limit);
        if (ids.isEmpty()) {
            return new Page(List.of(), Optional.empty());
        }
        Map<CertificateId, Certificate> kept = new HashMap<>();
        certificates.find(handle, account, ids).forEach(each -> kept.put(each.id(), each));
        Map<CertificateId, Spare> spares =
                SpareRows.find(handle, ids.stream().map(CertificateId::toString).toList());
        List<Leaf> leaves = new ArrayList<>(IssuedLeaves.earlier(handle, ids, now));
        own.standing(handle, ids, now).stream()
                .filter(signature ->
                        isEarlier(
                                signature,
                                Optional.ofNullable(kept.get(signature.certificate())),
                                Optional.ofNullable(spares.get(signature.certificate()))))
                .map(signature ->
                        new Leaf(
                                signature.certificate(),
                                IssuerName.EMBEDDED,
                                signature.serial(),
                                signature.at(),
                                signature.keyDigest()))
                .forEach(leaves::add);
        return new Page(
                leaves,
                ids.size() < limit ? Optional.empty() : Optional.of(ids.getLast().toString()));
    }

    /// What was signed after the leaf that a certificate has is being tried out, or about to be.
    private static boolean isEarlier(
            Signatures.Signature signature, Optional<Certificate> kept, Optional<Spare> spare) {
        if (kept.isEmpty()) {
            return true;
        }
        boolean isSpare =
                spare.flatMap(Spare::ready)
                        .filter(ready -> ready.serial().equals(signature.serial()))
                        .isPresent();
        return !isSpare
                && issued(kept.get().state())
                        .filter(has -> !has.serial().equals(signature.serial()))
                        .filter(has -> signature.at().isBefore(has.issuedAt()))
                        .isPresent();
    }

    private static Optional<State.Issued> issued(State state) {
        return switch (state) {
            case State.Issued issued -> Optional.of(issued);
            case State.Revoked(State.Issued issued, _, _) -> Optional.of(issued);
            case State.Pending _, State.Failed _, State.TimedOut _ -> Optional.empty();
        };
    }

    private static List<CertificateId> ids(
            Handle handle, AccountId account, Instant now, String after, int limit) {
        return handle.createQuery(
                        """
                        SELECT id FROM certificate
                        WHERE account = :account AND origin <> 'IMPORTED' AND id > :after
                        UNION
                        SELECT certificate_id FROM deleted_certificate
                        WHERE account = :account AND until_at > :now AND certificate_id > :after
                        ORDER BY id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind("now", now.toEpochMilli())
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, _) -> new CertificateId(UUID.fromString(rs.getString(1))))
                .list();
    }
}
