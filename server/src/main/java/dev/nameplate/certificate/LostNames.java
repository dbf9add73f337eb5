package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The SQL of names that an account's certificates have and the account lost. A certificate requested afterwards is not
/// concerned: it proves its names anew.
final class LostNames {
    private LostNames() {}

    static void lose(Handle handle, AccountId account, DomainName name, Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO certificate_lost_name (certificate_id, name, at)
                        SELECT c.id, n.name, :now FROM certificate c
                        JOIN certificate_name n ON n.certificate_id = c.id
                        WHERE c.account = :account AND n.name = :name
                        ON CONFLICT (certificate_id, name) DO NOTHING
                        """)
                .bind("account", account.value())
                .bind("name", name.ascii())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /// One of each certificate's, in words that say what to do.
    static Map<CertificateId, String> of(Handle handle, Collection<CertificateId> ids) {
        Map<CertificateId, String> lost = new HashMap<>();
        if (!ids.isEmpty()) {
            List<String> texts = ids.stream().map(CertificateId::toString).toList();
            handle.createQuery(
                            "SELECT certificate_id, name FROM certificate_lost_name WHERE certificate_id IN (<ids>)")
                    .bindList("ids", texts)
                    .map((row, _) ->
                            Map.entry(
                                    new CertificateId(
                                            UUID.fromString(row.getString("certificate_id"))),
                                    row.getString("name")))
                    .forEach(each ->
                            lost.put(
                                    each.getKey(),
                                    "the owner of "
                                            + each.getValue()
                                            + " moved it to another account, so it is not renewed; request a certificate without that name"));
        }
        return lost;
    }

    static void forget(Handle handle, String certificate) {
        handle.execute("DELETE FROM certificate_lost_name WHERE certificate_id = ?", certificate);
    }
}
