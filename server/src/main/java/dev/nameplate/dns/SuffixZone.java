package dev.nameplate.dns;

import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The zone of our own names. It has no rows: what it answers follows from the settings and from which distributions exist.
///
/// - `_….proof.<suffix>`: the target of every validation CNAME exists, so that a CNAME to it does not look broken; it shows what
///   authorities are to find there.
/// - `d….cdn.<suffix>`: the edge's addresses, if there is such a distribution.
/// - `pki.<suffix>` and `validation.<suffix>`: the edge's addresses.
/// - the name servers' own names.
final class SuffixZone implements NameView.Source {
    private static final String PROOF_TEXT =
            "This name is the target of a validation record. The CNAME that points here proves control of its own name.";

    /// What is shown to an authority comes and goes within seconds, and a resolver between us must not miss it.
    private static final long PROOF_TTL = 1;

    private final DnsSettings settings;
    private final Predicate<String> distributionExists;
    private final ProofTexts proofTexts;
    private final String suffix;
    private final Record soa;
    private final List<Record> nameServers;

    /// @param distributionExists asked with the full name `d….cdn.<suffix>`, lower case, without trailing dot
    SuffixZone(DnsSettings settings, Predicate<String> distributionExists, ProofTexts proofTexts) {
        this.settings = settings;
        this.distributionExists = distributionExists;
        this.proofTexts = proofTexts;
        this.suffix = settings.suffix().ascii();
        Name apex = OwnerName.toDns(suffix);
        this.soa = RecordText.record(apex, "SOA", settings.startOfAuthority());
        this.nameServers =
                settings.nameServers().stream()
                        .map(server -> RecordText.record(apex, "NS", server.ascii()))
                        .toList();
    }

    @Override
    public NameView view(OwnerName name, Name asked) {
        String text = name.text();
        if (text.equals(suffix)) {
            return new NameView.Node(soa, Map.of(Type.SOA, List.of(soa), Type.NS, nameServers));
        }
        if (settings.nameServers().stream().anyMatch(server -> server.ascii().equals(text))) {
            return new NameView.Node(soa, addresses(asked, settings.serverAddresses()));
        }
        // A leading underscore tells validation targets from the names that merely lie between them
        // and proof.<suffix>.
        if (name.isWithin(settings.proof())) {
            return text.startsWith("_")
                    ? new NameView.Node(soa, Map.of(Type.TXT, proof(text, asked)))
                    : new NameView.Node(soa, Map.of());
        }
        if (text.equals(settings.cdn()) || isAboveNameServer(text)) {
            return new NameView.Node(soa, Map.of());
        }
        if (settings.pages().contains(text) || isDistribution(text)) {
            return new NameView.Node(soa, addresses(asked, settings.edgeAddresses()));
        }
        return new NameView.Missing(soa);
    }

    private List<Record> proof(String target, Name owner) {
        List<String> texts = proofTexts.at(target);
        return (texts.isEmpty() ? List.of(PROOF_TEXT) : texts)
                .stream()
                        .<Record>map(text ->
                                new TXTRecord(owner, DClass.IN, PROOF_TTL, TxtStrings.of(text)))
                        .toList();
    }

    private boolean isDistribution(String name) {
        return name.endsWith("." + settings.cdn())
                && name.indexOf('.') == name.length() - settings.cdn().length() - 1
                && distributionExists.test(name);
    }

    private boolean isAboveNameServer(String name) {
        return settings.nameServers().stream()
                .anyMatch(server -> server.ascii().endsWith("." + name));
    }

    private static Map<Integer, List<Record>> addresses(Name owner, List<InetAddress> addresses) {
        var records = new HashMap<Integer, List<Record>>();
        for (InetAddress address : addresses) {
            Record record =
                    address instanceof Inet4Address
                            ? new ARecord(owner, DClass.IN, RecordText.TTL, address)
                            : new AAAARecord(owner, DClass.IN, RecordText.TTL, address);
            records.computeIfAbsent(record.getType(), _ -> new ArrayList<>()).add(record);
        }
        return records;
    }
}
