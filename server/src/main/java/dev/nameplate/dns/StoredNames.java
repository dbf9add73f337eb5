package dev.nameplate.dns;

import dev.nameplate.db.Database;

import org.jdbi.v3.core.Handle;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads from the store what the zones say about a name: a few indexed reads, however large the zone.
final class StoredNames implements NameView.Source {
    private final Database database;
    private final Zones zones;

    StoredNames(Database database, Zones zones) {
        this.database = database;
        this.zones = zones;
    }

    @Override
    public NameView view(OwnerName name, Name asked) {
        return database.read(handle -> {
            Optional<Zone> zone = zones.closest(handle, name);
            return zone.isPresent()
                    ? view(handle, zone.get(), name, asked)
                    : new NameView.NotOurs();
        });
    }

    private NameView view(Handle handle, Zone zone, OwnerName name, Name asked) {
        String id = zone.id().toString();
        String apex = zone.name().ascii();
        List<String> fromNameToApex =
                name.selfAndAncestors().stream()
                        .takeWhile(n -> n.length() >= apex.length())
                        .toList();
        List<String> ancestors = fromNameToApex.subList(1, fromNameToApex.size());
        var candidates = new LinkedHashSet<>(fromNameToApex);
        ancestors.forEach(ancestor -> candidates.add("*." + ancestor));
        Map<String, List<ZoneEntry>> entries =
                EntryRows.at(handle, id, candidates).stream()
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
