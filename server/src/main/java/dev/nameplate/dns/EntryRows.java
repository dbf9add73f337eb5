package dev.nameplate.dns;

import dev.nameplate.db.PlainQuery;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The rows of `dns_entry`. Knows no rule of the zone.
final class EntryRows {
    private static final String COLUMNS = "id, name, type, target, alias, automatic";

    private static final Comparator<ZoneEntry> ORDER =
            Comparator.comparing(ZoneEntry::name)
                    .thenComparing(ZoneEntry::type)
                    .thenComparing(ZoneEntry::target);

    private EntryRows() {}

    /// In DNS order: the apex first, a name before those below it.
    static List<ZoneEntry> all(Handle handle, String zone) {
        return handle.createQuery(
                        "SELECT "
                                + COLUMNS
                                + " FROM dns_entry WHERE zone = :zone ORDER BY place, type, target")
                .bind("zone", zone)
                .map(EntryRows::read)
                .list();
    }

    /// Sorted here and not by SQL: asked to sort by place, SQLite walks the whole zone in the order of that index.
    static List<ZoneEntry> at(Handle handle, String zone, Collection<String> names) {
        return handle
                .createQuery(
                        "SELECT "
                                + COLUMNS
                                + " FROM dns_entry WHERE zone = :zone AND name IN (<names>)")
                .bind("zone", zone)
                .bindList("names", names)
                .map(EntryRows::read)
                .stream()
                .sorted(ORDER)
                .toList();
    }

    /// An entry with the zone it is in. Every zone has entries at its apex.
    record Hosted(String zone, String apex, ZoneEntry entry) {}

    /// Of all zones with one of these apexes, the entries with one of these names; of the apex itself only the SOA, unless
    /// it is what was asked for.
    static List<Hosted> hosted(
            Handle handle, String asked, Collection<String> apexes, Collection<String> names) {
        List<Object> parameters = new ArrayList<>(apexes);
        parameters.addAll(names);
        parameters.add(asked);
        return PlainQuery.list(
                        handle,
                        "SELECT z.id, z.name, e.id, e.name, e.type, e.target, e.alias, e.automatic"
                                + " FROM dns_zone z JOIN dns_entry e ON e.zone = z.id WHERE z.name IN ("
                                + PlainQuery.marks(apexes.size())
                                + ") AND e.name IN ("
                                + PlainQuery.marks(names.size())
                                + ") AND (e.name <> z.name OR e.type = 'SOA' OR e.name = ?)",
                        parameters,
                        EntryRows::readHosted)
                .stream()
                .sorted(Comparator.comparing(Hosted::entry, ORDER))
                .toList();
    }

    private static Hosted readHosted(ResultSet row) throws SQLException {
        return new Hosted(
                row.getString(1),
                row.getString(2),
                new ZoneEntry(
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getInt(7) == 1,
                        row.getInt(8) == 1));
    }

    static Optional<ZoneEntry> byId(Handle handle, String zone, String id) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM dns_entry WHERE zone = :zone AND id = :id")
                .bind("zone", zone)
                .bind("id", id)
                .map(EntryRows::read)
                .findOne();
    }

    static boolean anyBelow(Handle handle, String zone, OwnerName name) {
        return !PlainQuery.list(
                        handle,
                        "SELECT 1 FROM dns_entry WHERE zone = ? AND place > ? AND ? > place LIMIT 1",
                        List.of(zone, name.place(), name.placeAfterDescendants()),
                        row -> row.getInt(1))
                .isEmpty();
    }

    static void insert(Handle handle, String zone, ZoneEntry entry) {
        handle.createUpdate(
                        """
                        INSERT INTO dns_entry (zone, id, name, place, type, target, alias, automatic)
                        VALUES (:zone, :id, :name, :place, :type, :target, :alias, :automatic)
                        """)
                .bind("zone", zone)
                .bind("id", entry.id())
                .bind("name", entry.name())
                .bind("place", new OwnerName(entry.name()).place())
                .bind("type", entry.type())
                .bind("target", entry.target())
                .bind("alias", entry.alias() ? 1 : 0)
                .bind("automatic", entry.automatic() ? 1 : 0)
                .execute();
    }

    static void delete(Handle handle, String zone, String id) {
        handle.createUpdate("DELETE FROM dns_entry WHERE zone = :zone AND id = :id")
                .bind("zone", zone)
                .bind("id", id)
                .execute();
    }

    static void deleteAll(Handle handle, String zone) {
        handle.createUpdate("DELETE FROM dns_entry WHERE zone = :zone")
                .bind("zone", zone)
                .execute();
    }

    private static ZoneEntry read(ResultSet row, StatementContext context) throws SQLException {
        return new ZoneEntry(
                row.getString("id"),
                row.getString("name"),
                row.getString("type"),
                row.getString("target"),
                row.getInt("alias") == 1,
                row.getInt("automatic") == 1);
    }
}
