package dev.nameplate.dns;

import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

import java.util.List;
import java.util.Map;

/// What the zones hosted here say about one name (RFC 1034 section 4.3.2, RFC 4592).
sealed interface NameView {

    /// No zone hosted here holds the name.
    record NotOurs() implements NameView {}

    /// The name lies at or below a cut: the zone's owner has delegated it.
    record Referral(List<Record> nameServers, List<Record> glue) implements NameView {}

    /// The name exists, with the records of each type; with none if there are only names below it.
    ///
    /// @param aliases for A or AAAA, the name of ours whose addresses are answered in its place
    record Node(Record soa, Map<Integer, List<Record>> records, Map<Integer, Name> aliases)
            implements NameView {
        Node(Record soa, Map<Integer, List<Record>> records) {
            this(soa, records, Map.of());
        }

        List<Record> ofType(int type) {
            return records.getOrDefault(type, List.of());
        }
    }

    /// The zone holds neither the name nor a wildcard for it.
    record Missing(Record soa) implements NameView {}

    /// Where views come from.
    @FunctionalInterface
    interface Source {
        /// @param name the same as `asked`, in the store's form
        NameView view(OwnerName name, Name asked);
    }
}
