package dev.nameplate.certificate;

import dev.nameplate.pki.X509;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/// What lists of certificates need of each, asked for all at once.
final class Batches {
    /// Both engines bound the parameters of a statement.
    private static final int PARAMETERS = 500;

    private Batches() {}

    static Map<CertificateId, Set<String>> usedBy(Handle handle, Collection<CertificateId> ids) {
        Map<CertificateId, Set<String>> users = new HashMap<>();
        inParts(
                ids,
                part -> {
                    try (Query query =
                            handle.createQuery(
                                    "SELECT certificate_id, resource FROM certificate_use"
                                            + " WHERE certificate_id IN (<ids>) ORDER BY resource")) {
                        query.bindList("ids", part)
                                .map((rs, _) -> Map.entry(id(rs.getString(1)), rs.getString(2)))
                                .forEach(use ->
                                        users.computeIfAbsent(
                                                        use.getKey(), _ -> new LinkedHashSet<>())
                                                .add(use.getValue()));
                    }
                });
        return users;
    }

    static Map<CertificateId, X509Certificate> leaves(
            Handle handle, Collection<CertificateId> ids, Quarantine quarantine) {
        Map<CertificateId, X509Certificate> leaves = new HashMap<>();
        inParts(
                ids,
                part -> {
                    try (Query query =
                            handle.createQuery(
                                    "SELECT certificate_id, chain FROM certificate_material"
                                            + " WHERE certificate_id IN (<ids>)")) {
                        query.bindList("ids", part)
                                .map((rs, _) -> Map.entry(id(rs.getString(1)), rs.getBytes(2)))
                                .forEach(found ->
                                        leaf(found.getKey(), found.getValue(), leaves, quarantine));
                    }
                });
        return leaves;
    }

    private static void leaf(
            CertificateId id,
            byte[] chain,
            Map<CertificateId, X509Certificate> leaves,
            Quarantine quarantine) {
        try {
            leaves.put(id, X509.decode(X509.split(chain).getFirst()));
        } catch (CertificateException | RuntimeException e) {
            // One that cannot be read is left out, and harms no other.
            quarantine.report(id.toString(), "its chain does not parse: " + e.getMessage());
        }
    }

    private static CertificateId id(String text) {
        return new CertificateId(UUID.fromString(text));
    }

    private static void inParts(Collection<CertificateId> ids, Consumer<List<String>> question) {
        List<String> all = ids.stream().map(CertificateId::toString).toList();
        for (int from = 0; from < all.size(); from += PARAMETERS) {
            question.accept(
                    new ArrayList<>(all.subList(from, Math.min(all.size(), from + PARAMETERS))));
        }
    }
}
