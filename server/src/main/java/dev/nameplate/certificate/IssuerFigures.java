package dev.nameplate.certificate;

import org.jdbi.v3.core.Handle;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// How many certificates of all accounts have to do with each issuer; goes through an index with an entry for each, so
/// for what an operator asks now and then.
///
/// @param signed issued ones whose leaf it signed
/// @param named pending and issued ones that are to come from it, now or at their next renewal
/// @param alone those of them for which no other issuer is named
public record IssuerFigures(long signed, long named, long alone) {
    public static final IssuerFigures NONE = new IssuerFigures(0, 0, 0);

    /// Read out of the index `certificate_by_issuer` alone.
    static final String COUNT =
            """
            SELECT issuers, issued_by, state, COUNT(*) AS many FROM certificate
            WHERE origin <> 'IMPORTED' AND state IN ('PENDING', 'ISSUED')
            GROUP BY issuers, issued_by, state
            """;

    private IssuerFigures and(IssuerFigures more) {
        return new IssuerFigures(signed + more.signed, named + more.named, alone + more.alone);
    }

    public static Map<IssuerName, IssuerFigures> read(Handle handle) {
        Map<IssuerName, IssuerFigures> all = new HashMap<>();
        handle.createQuery(COUNT)
                .map((rs, _) -> {
                    long many = rs.getLong("many");
                    String[] named = rs.getString("issuers").split(" ");
                    Stream.of(named)
                            .forEach(name ->
                                    all.merge(
                                            new IssuerName(name),
                                            new IssuerFigures(
                                                    0, many, named.length == 1 ? many : 0),
                                            IssuerFigures::and));
                    if (rs.getString("state").equals("ISSUED")) {
                        all.merge(
                                Optional.ofNullable(rs.getString("issued_by"))
                                        .map(IssuerName::new)
                                        .orElse(IssuerName.EMBEDDED),
                                new IssuerFigures(many, 0, 0),
                                IssuerFigures::and);
                    }
                    return many;
                })
                .list();
        return all;
    }
}
