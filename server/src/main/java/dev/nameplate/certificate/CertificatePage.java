package dev.nameplate.certificate;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Some certificates of an account, oldest first over all its Regions.
///
/// @param next where the following page starts; empty on the last
public record CertificatePage(List<Certificate> certificates, Optional<Position> next) {
    public CertificatePage {
        certificates = List.copyOf(certificates);
    }

    /// Just behind a certificate. Stays valid when that one is deleted.
    public record Position(Instant createdAt, CertificateId id) {}

    /// @param state a word of the column, such as `PENDING`
    /// @param name one of the certificate's names, as it is written in it
    public record Filter(
            Optional<Region> region, Optional<String> state, Optional<DomainName> name) {}

    public static CertificatePage read(
            Handle handle, AccountId account, Filter filter, Optional<Position> after, int limit) {
        StringBuilder where = new StringBuilder("p.account = :account");
        filter.region().ifPresent(_ -> where.append(" AND p.region = :region"));
        filter.state().ifPresent(_ -> where.append(" AND p.state = :state"));
        filter.name()
                .ifPresent(_ ->
                        where.append(
                                " AND p.id IN (SELECT certificate_id FROM certificate_name WHERE name = :name)"));
        after.ifPresent(_ ->
                where.append(" AND (p.created_at > :at OR (p.created_at = :at AND p.id > :id))"));
        List<Certificate> found =
                CertificateRows.select(
                        handle,
                        "c.id IN (SELECT p.id FROM certificate p WHERE "
                                + where
                                + " ORDER BY p.created_at, p.id LIMIT :limit)",
                        "ORDER BY c.created_at, c.id",
                        query -> bind(query, account, filter, after, limit + 1));
        if (found.size() <= limit) {
            return new CertificatePage(found, Optional.empty());
        }
        List<Certificate> page = found.subList(0, limit);
        return new CertificatePage(
                page, Optional.of(new Position(page.getLast().createdAt(), page.getLast().id())));
    }

    private static void bind(
            Query query, AccountId account, Filter filter, Optional<Position> after, int limit) {
        query.bind("account", account.value()).bind("limit", limit);
        filter.region().ifPresent(region -> query.bind("region", region.name()));
        filter.state().ifPresent(state -> query.bind("state", state));
        filter.name().ifPresent(name -> query.bind("name", name.ascii()));
        after.ifPresent(position ->
                query.bind("at", position.createdAt().toEpochMilli())
                        .bind("id", position.id().toString()));
    }
}
