package dev.nameplate.certificate;

/// What the [Catalogue] sorts by. What a certificate does not have comes before everything that others have.
public enum SortKey {
    ID("c.id", false),
    CREATED_AT("c.created_at", true),
    ISSUED_AT(decided("c.origin <> 'IMPORTED'"), true),
    IMPORTED_AT(decided("c.origin = 'IMPORTED'"), true),
    REVOKED_AT("COALESCE(c.revoked_at, -1)", true),
    NOT_BEFORE("COALESCE(c.not_before, -1)", true),
    NOT_AFTER("COALESCE(c.not_after, -1)", true),
    STATUS(ConditionSql.STATUS, false),
    COMMON_NAME(ConditionSql.COMMON_NAME, false),
    KEY_ALGORITHM("c.key_algorithm", false),
    IMPORTED(flag("c.origin = 'IMPORTED'"), true),
    VALIDATION("CASE WHEN c.origin = 'IMPORTED' THEN '' ELSE c.validation END", false),
    PROVEN_OVER_HTTP(flag("c.origin <> 'IMPORTED' AND c.validation = 'HTTP'"), true),
    USED(flag(ConditionSql.USED), true),
    EXPORTED(flag("c.exported_at IS NOT NULL"), true),
    EXPORTABLE("c.exportable", true),
    RENEWAL_STATUS(ConditionSql.RENEWAL_STATUS, false),
    RENEWABLE(flag(ConditionSql.RENEWABLE), true);

    private final String expression;
    private final boolean number;

    SortKey(String expression, boolean number) {
        this.expression = expression;
        this.number = number;
    }

    /// Whether the values of its positions are whole numbers.
    public boolean isNumber() {
        return number;
    }

    /// Over `certificate c`, never null; may need `:now`.
    String expression() {
        return expression;
    }

    /// A value of the expression, as SQL wants it.
    Object value(String text) {
        if (number) {
            return Long.parseLong(text);
        }
        return text;
    }

    private static String flag(String condition) {
        return "CASE WHEN " + condition + " THEN 1 ELSE 0 END";
    }

    private static String decided(String condition) {
        return "CASE WHEN c.serial IS NOT NULL AND " + condition + " THEN c.decided_at ELSE -1 END";
    }
}
