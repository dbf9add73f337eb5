package dev.nameplate.vault;

import dev.nameplate.db.Database;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Every sealed value of a store, whichever feature it belongs to.
public final class SealedStore implements RootKeeper {
    private static final SealedColumn ROOT =
            new SealedColumn("vault_root", List.of("one"), "sealed", "vault/derivation-root/{one}");

    private final Database database;
    private final List<SealedColumn> columns;

    /// @param columns of all features; the vault adds its own
    public SealedStore(Database database, List<SealedColumn> columns) {
        this.database = database;
        this.columns = Stream.concat(Stream.of(ROOT), columns.stream()).toList();
    }

    public List<SealedColumn> columns() {
        return columns;
    }

    @Override
    public Optional<byte[]> find() {
        return database.read(SealedStore::root);
    }

    @Override
    public byte[] keep(byte[] sealed) {
        return database.write(write -> {
            write.handle()
                    .execute(
                            "INSERT INTO vault_root (one, sealed) VALUES (1, ?) ON CONFLICT (one) DO NOTHING",
                            (Object) sealed);
            return root(write.handle()).orElseThrow();
        });
    }

    private static Optional<byte[]> root(Handle handle) {
        return handle.createQuery("SELECT sealed FROM vault_root")
                .map((row, _) -> row.getBytes(1))
                .findOne();
    }

    @Override
    public Optional<Sample> sample() {
        return database.read(handle ->
                columns.stream()
                        .flatMap(column ->
                                rows(handle, column, Optional.empty(), Optional.empty(), 1).stream()
                                        .map(row ->
                                                new Sample(
                                                        row.sealed(), column.contextOf(row.key()))))
                        .findFirst());
    }

    /// A value in its place.
    ///
    /// @param key of its row
    record Row(Object[] key, byte[] sealed) {}

    /// The next values that do not begin with `prefix`, in the order of the key.
    List<Row> othersThan(byte[] prefix, SealedColumn column, Optional<Row> after, int limit) {
        return database.read(handle -> rows(handle, column, after, Optional.of(prefix), limit));
    }

    private static List<Row> rows(
            Handle handle,
            SealedColumn column,
            Optional<Row> after,
            Optional<byte[]> notBeginning,
            int limit) {
        String keys = String.join(", ", column.keys());
        List<String> conditions = new ArrayList<>();
        conditions.add(column.column() + " IS NOT NULL");
        if (notBeginning.isPresent()) {
            conditions.add("substr(" + column.column() + ", 1, " + Vault.PREFIX + ") <> :prefix");
        }
        if (after.isPresent()) {
            conditions.add("(" + keys + ") > (" + afterParameters(column) + ")");
        }
        int width = column.keys().size();
        try (Query query =
                handle.createQuery(
                        "SELECT %s, %s FROM %s WHERE %s ORDER BY %s LIMIT %d"
                                .formatted(
                                        keys,
                                        column.column(),
                                        column.table(),
                                        String.join(" AND ", conditions),
                                        keys,
                                        limit))) {
            notBeginning.ifPresent(prefix -> query.bind("prefix", prefix));
            after.ifPresent(row -> {
                for (int i = 0; i < width; i++) {
                    query.bind("after" + i, row.key()[i]);
                }
            });
            return query.map(
                            (row, _) -> {
                                Object[] key = new Object[width];
                                for (int i = 0; i < width; i++) {
                                    key[i] = row.getObject(i + 1);
                                }
                                return new Row(key, row.getBytes(width + 1));
                            })
                    .list();
        }
    }

    /// Replaces values that are still what they were; one that was changed meanwhile is left alone.
    void replace(SealedColumn column, List<Row> before, List<byte[]> after) {
        database.write(write -> {
            PreparedBatch batch =
                    write.handle()
                            .prepareBatch(
                                    "UPDATE %s SET %s = :new WHERE %s AND %s = :old"
                                            .formatted(
                                                    column.table(),
                                                    column.column(),
                                                    equalities(column),
                                                    column.column()));
            for (int i = 0; i < before.size(); i++) {
                batch.bind("new", after.get(i)).bind("old", before.get(i).sealed());
                for (int k = 0; k < column.keys().size(); k++) {
                    batch.bind("key" + k, before.get(i).key()[k]);
                }
                batch.add();
            }
            return Arrays.stream(batch.execute()).sum();
        });
    }

    /// How many values there are under each key; those of version 1, which name none, under the empty word.
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (SealedColumn column : columns) {
            database.read(handle -> {
                handle.createQuery(
                                "SELECT substr(%1$s, 1, 1), CASE WHEN substr(%1$s, 1, 1) = :one THEN NULL ELSE substr(%1$s, 2, %2$d) END AS named, COUNT(*) FROM %3$s WHERE %1$s IS NOT NULL GROUP BY 1, 2"
                                        .formatted(column.column(), KeyId.LENGTH, column.table()))
                        .bind("one", new byte[] {Vault.VERSION_1})
                        .map((row, _) ->
                                Map.entry(
                                        Optional.ofNullable(row.getBytes(2))
                                                .map(id -> KeyId.of(id).hex())
                                                .orElse(""),
                                        row.getLong(3)))
                        .forEach(each -> counts.merge(each.getKey(), each.getValue(), Long::sum));
                return counts;
            });
        }
        return counts;
    }

    private static String equalities(SealedColumn column) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < column.keys().size(); i++) {
            parts.add(column.keys().get(i) + " = :key" + i);
        }
        return String.join(" AND ", parts);
    }

    private static String afterParameters(SealedColumn column) {
        return IntStream.range(0, column.keys().size())
                .mapToObj(i -> ":after" + i)
                .collect(Collectors.joining(", "));
    }
}
