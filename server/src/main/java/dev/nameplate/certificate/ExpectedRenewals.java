package dev.nameplate.certificate;

import dev.nameplate.certificate.IssuanceForecast.Wanted;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The certificates of a condition by the issuer that their next material comes from, for forecasts.
final class ExpectedRenewals {
    /// @param due when its renewal begins
    record Expected(
            String id,
            AccountId account,
            String serial,
            Instant due,
            Instant notBefore,
            Instant notAfter,
            List<DomainName> names) {
        Wanted wanted(Instant earliest) {
            return new Wanted(names, true, earliest, notAfter);
        }
    }

    private ExpectedRenewals() {}

    /// Those that do not come from our own authority, which limits nothing; in the order of their ids.
    ///
    /// @param condition on the table certificate
    static Map<IssuerName, List<Expected>> read(
            Handle handle, String condition, Consumer<Query> bindings) {
        record Named(Expected expected, IssuerName issuer, DomainName name) {}
        Map<IssuerName, List<Expected>> all = new LinkedHashMap<>();
        try (Query query =
                handle.createQuery(
                        """
                        SELECT c.id, c.account, c.serial, c.renew_due, c.not_before, c.not_after, c.issuers,
                            c.issuer_turn, n.name FROM (
                            SELECT * FROM certificate WHERE issuers <> 'embedded' AND %s) c
                        JOIN certificate_name n ON n.certificate_id = c.id ORDER BY c.id, n.position
                        """
                                .formatted(condition))) {
            bindings.accept(query);
            query.map((rs, _) ->
                            new Named(
                                    new Expected(
                                            rs.getString(1),
                                            new AccountId(rs.getString(2)),
                                            rs.getString(3),
                                            Instant.ofEpochMilli(rs.getLong(4)),
                                            Instant.ofEpochMilli(rs.getLong(5)),
                                            Instant.ofEpochMilli(rs.getLong(6)),
                                            new ArrayList<>()),
                                    IssuerChoice.parse(rs.getString(7), rs.getInt(8)).current(),
                                    new DomainName(rs.getString(9))))
                    .forEach(each -> {
                        List<Expected> theirs =
                                all.computeIfAbsent(each.issuer(), _ -> new ArrayList<>());
                        if (theirs.isEmpty()
                                || !theirs.getLast().id().equals(each.expected().id())) {
                            theirs.add(each.expected());
                        }
                        theirs.getLast().names().add(each.name());
                    });
        }
        return all;
    }
}
