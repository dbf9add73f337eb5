package dev.nameplate.vault;

import java.util.List;

/// A column of the store that holds sealed values. Each feature that seals names its columns as such; a rotation walks them all,
/// and a column of bytes that is in no list fails a test.
///
/// @param keys the table's primary key
/// @param context the context its values are sealed under, with a key's name in braces where its value stands
public record SealedColumn(String table, List<String> keys, String column, String context) {
    public SealedColumn {
        keys = List.copyOf(keys);
        for (String key : keys) {
            if (!context.contains("{" + key + "}")) {
                throw new IllegalArgumentException(
                        "the context of " + table + "." + column + " does not bind " + key);
            }
        }
    }

    /// The context of the value in one row.
    ///
    /// @param values the row's key
    public String contextOf(Object... values) {
        if (values.length != keys.size()) {
            throw new IllegalArgumentException(table + " has the key " + keys);
        }
        String result = context;
        for (int i = 0; i < values.length; i++) {
            result = result.replace("{" + keys.get(i) + "}", String.valueOf(values[i]));
        }
        return result;
    }
}
