package dev.nameplate.certificate;

import org.jdbi.v3.core.statement.Query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A [Condition] as SQL over `certificate c`. No part of it is ever null, so that its negation is its complement.
final class ConditionSql {
    static final String USED =
            "EXISTS (SELECT 1 FROM certificate_use u WHERE u.certificate_id = c.id)";

    static final String STATUS =
            "CASE WHEN c.state = 'ISSUED' AND c.not_after < :now THEN 'EXPIRED' ELSE c.state END";

    static final String COMMON_NAME =
            """
            LOWER(COALESCE(c.common_name, (SELECT n.name FROM certificate_name n
                                           WHERE n.certificate_id = c.id AND n.position = 0), ''))\
            """;

    static final String RENEWAL_STATUS =
            "COALESCE((SELECT r.status FROM certificate_renewal r WHERE r.certificate_id = c.id), '')";

    /// As ACM has it: ours, in force, and served or handed out.
    static final String RENEWABLE =
            "(c.origin <> 'IMPORTED' AND c.state = 'ISSUED' AND c.not_after >= :now AND (c.exported_at IS NOT NULL OR "
                    + USED
                    + "))";

    private static final String NOTHING = "1 = 0";

    private final List<Object> values = new ArrayList<>();
    private final String text;

    ConditionSql(Condition condition) {
        this.text = sql(condition);
    }

    String text() {
        return text;
    }

    void bind(Query query) {
        for (int i = 0; i < values.size(); i++) {
            query.bind("v" + i, values.get(i));
        }
    }

    private String sql(Condition condition) {
        return switch (condition) {
            case Condition.All all -> joined(all.of(), " AND ", "1 = 1");
            case Condition.Any any -> joined(any.of(), " OR ", NOTHING);
            case Condition.Not not -> "NOT " + sql(not.of());
            case Condition.Is is -> "(c.id = " + value(is.id().toString()) + ")";
            case Condition.InRegion in -> "(c.region = " + value(in.region().name()) + ")";
            case Condition.InState in -> "(c.state = " + value(in.word()) + ")";
            case Condition.InStatus in -> "(" + STATUS + " = " + value(in.status().name()) + ")";
            case Condition.From from -> "(c.origin = " + value(from.origin().name()) + ")";
            case Condition.Keyed keyed ->
                    any(
                            keyed.algorithms().stream()
                                    .map(algorithm ->
                                            "c.key_algorithm = " + value(algorithm.name()))
                                    .toList());
            case Condition.HasNames _ ->
                    "EXISTS (SELECT 1 FROM certificate_name n WHERE n.certificate_id = c.id)";
            case Condition.CommonName name -> "(" + matches(COMMON_NAME, name.text()) + ")";
            case Condition.Name name ->
                    "c.id IN (SELECT n.certificate_id FROM certificate_name n WHERE "
                            + matches("n.name", name.text())
                            + ")";
            case Condition.Serial serial ->
                    "COALESCE(c.serial = " + value(serial.serial()) + ", FALSE)";
            case Condition.NotBefore before -> within("c.not_before", before.range());
            case Condition.NotAfter after -> within("c.not_after", after.range());
            case Condition.KeyUse use -> "((c.key_usage & " + (1 << use.bit()) + ") <> 0)";
            case Condition.ExtendedUse use ->
                    "(c.extended_key_usage LIKE " + value("% " + use.oid() + " %") + ")";
            case Condition.ExtendedUseBesides besides -> {
                String rest = "c.extended_key_usage";
                for (String known : besides.known()) {
                    rest = "REPLACE(" + rest + ", " + value(" " + known + " ") + ", '')";
                }
                yield "(" + rest + " <> '')";
            }
            case Condition.NoExtendedUse _ ->
                    "(c.serial IS NOT NULL AND c.extended_key_usage = '')";
            case Condition.Used _ -> USED;
            case Condition.Exported _ -> "(c.exported_at IS NOT NULL)";
            case Condition.Exportable _ -> "(c.exportable = 1)";
            case Condition.ProvenBy by ->
                    "(c.origin <> 'IMPORTED' AND c.validation = "
                            + value(by.validation().name())
                            + ")";
            case Condition.Renewing renewing ->
                    "(" + RENEWAL_STATUS + " = " + value(renewing.status().name()) + ")";
        };
    }

    private String joined(List<Condition> of, String word, String ofNone) {
        return of.isEmpty()
                ? "(" + ofNone + ")"
                : of.stream().map(this::sql).collect(Collectors.joining(word, "(", ")"));
    }

    private static String any(List<String> of) {
        return of.isEmpty() ? "(" + NOTHING + ")" : "(" + String.join(" OR ", of) + ")";
    }

    private String matches(String expression, Condition.Text wanted) {
        String text = wanted.value().toLowerCase(Locale.ROOT);
        if (wanted.whole()) {
            return expression + " = " + value(text);
        }
        String escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
        return expression + " LIKE " + value("%" + escaped + "%") + " ESCAPE '!'";
    }

    private String within(String column, Condition.Range range) {
        List<String> parts = new ArrayList<>();
        parts.add(column + " IS NOT NULL");
        bound(column + " >= ", range.from()).ifPresent(parts::add);
        bound(column + " <= ", range.to()).ifPresent(parts::add);
        return "COALESCE(" + String.join(" AND ", parts) + ", FALSE)";
    }

    private Optional<String> bound(String comparison, Optional<Instant> at) {
        return at.map(time -> comparison + value(time.toEpochMilli()));
    }

    private String value(Object value) {
        values.add(value);
        return ":v" + (values.size() - 1);
    }
}
