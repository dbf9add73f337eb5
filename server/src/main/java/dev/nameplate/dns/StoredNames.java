package dev.nameplate.dns;

import dev.nameplate.db.Database;

import org.jdbi.v3.core.Handle;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads from the store what the zones say about a name: a few indexed reads, however large the zone.
final class StoredNames implements NameView.Source {
    private final Database database;

    StoredNames(Database database) {
        this.database = database;
    }

    @Override
    public NameView view(OwnerName name, Name asked) {
        List<String> fromNameUp = name.selfAndAncestors();
        return database.read(handle -> {
            Map<String, List<EntryRows.Hosted>> found =
                    EntryRows.hosted(handle, name.text(), fromNameUp, withWildcards(fromNameUp))
                            .stream()
                            .collect(Collectors.groupingBy(EntryRows.Hosted::apex));
            return found.entrySet().stream()
                    .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                    .map(entry -> view(handle, entry.getKey(), entry.getValue(), name, asked))
                    .orElseGet(NameView.NotOurs::new);
        });
    }

    /// The names that decide what is answered: those from the asked one up, and a wildcard beside each.
    private static List<String> withWildcards(List<String> fromNameUp) {
        var names = new ArrayList<>(fromNameUp);
        fromNameUp.subList(1, fromNameUp.size()).forEach(ancestor -> names.add("*." + ancestor));
        return names;
    }

    private static NameView view(
            Handle handle, String apex, List<EntryRows.Hosted> found, OwnerName name, Name asked) {
        String id = found.getFirst().zone();
        List<String> fromNameToApex =
                name.selfAndAncestors().stream()
                        .takeWhile(n -> n.length() >= apex.length())
                        .toList();
        List<String> ancestors = fromNameToApex.subList(1, fromNameToApex.size());
        Map<String, List<ZoneEntry>> entries =
                found.stream()
                        .map(EntryRows.Hosted::entry)
                        .collect(Collectors.groupingBy(ZoneEntry::name));
        Record soa = soa(entries.getOrDefault(apex, List.of()), apex);

        Optional<String> cut = cut(fromNameToApex, apex, entries);
        if (cut.isPresent()) {
            return referral(handle, id, cut.get(), entries.getOrDefault(cut.get(), List.of()));
        }
        List<ZoneEntry> own = entries.getOrDefault(name.text(), List.of());
        if (!own.isEmpty() || name.text().equals(apex) || EntryRows.anyBelow(handle, id, name)) {
            return node(soa, own, asked);
        }
        for (String ancestor : ancestors) {
            if (entries.containsKey(ancestor)
                    || ancestor.equals(apex)
                    || EntryRows.anyBelow(handle, id, new OwnerName(ancestor))) {
                List<ZoneEntry> wildcard = entries.getOrDefault("*." + ancestor, List.of());
                return wildcard.isEmpty() ? new NameView.Missing(soa) : node(soa, wildcard, asked);
            }
        }
        return new NameView.Missing(soa);
    }

    private static Record soa(List<ZoneEntry> atApex, String apex) {
        return atApex.stream()
                .filter(entry -> entry.type().equals("SOA"))
                .findFirst()
                .map(entry -> RecordText.record(OwnerName.toDns(apex), "SOA", entry.target()))
                .orElseThrow(() -> new IllegalStateException("the zone " + apex + " has no SOA"));
    }

    /// The highest name below the apex that is delegated: what lies below it is not this zone's to say.
    private static Optional<String> cut(
            List<String> fromNameToApex, String apex, Map<String, List<ZoneEntry>> entries) {
        return fromNameToApex.reversed().stream()
                .filter(name -> !name.equals(apex))
                .filter(name ->
                        entries.getOrDefault(name, List.of()).stream()
                                .anyMatch(entry -> entry.type().equals("NS")))
                .findFirst();
    }

    private static NameView referral(
            Handle handle, String zone, String cut, List<ZoneEntry> atCut) {
        Name owner = OwnerName.toDns(cut);
        List<ZoneEntry> servers =
                atCut.stream().filter(entry -> entry.type().equals("NS")).toList();
        List<String> names = servers.stream().map(ZoneEntry::target).distinct().toList();
        List<Record> glue =
                EntryRows.at(handle, zone, names).stream()
                        .filter(entry -> !entry.alias())
                        .filter(entry -> entry.type().equals("A") || entry.type().equals("AAAA"))
                        .map(entry -> record(entry, OwnerName.toDns(entry.name())))
                        .toList();
        return new NameView.Referral(
                servers.stream().map(entry -> record(entry, owner)).toList(), glue);
    }

    private static NameView node(Record soa, List<ZoneEntry> entries, Name owner) {
        var records = new HashMap<Integer, List<Record>>();
        var aliases = new HashMap<Integer, Name>();
        for (ZoneEntry entry : entries) {
            int type = Type.value(entry.type());
            if (entry.alias()) {
                aliases.put(type, OwnerName.toDns(entry.target()));
            } else {
                records.computeIfAbsent(type, _ -> new ArrayList<>()).add(record(entry, owner));
            }
        }
        return new NameView.Node(soa, records, aliases);
    }

    private static Record record(ZoneEntry entry, Name owner) {
        return RecordText.record(owner, entry.type(), entry.target());
    }
}
