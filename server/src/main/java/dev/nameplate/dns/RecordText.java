package dev.nameplate.dns;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Between an entry's type and target as people write them and the DNS record they stand for.
final class RecordText {
    /// Lightsail fixes it and does not show it.
    static final long TTL = 60;

    private static final List<String> TYPES =
            List.of("A", "AAAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT");

    private static final int MAX_TARGET = 4096;

    private RecordText() {}

    static String type(String written) {
        String type = written.toUpperCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw new Zones.InvalidEntry(
                    "'"
                            + written
                            + "' is not a type of domain entry; the types are "
                            + String.join(", ", TYPES));
        }
        return type;
    }

    /// The target as it is kept: trimmed, without the trailing dot of a name.
    static String target(String type, String written) {
        if (written.length() > MAX_TARGET) {
            throw new Zones.InvalidEntry("a target has at most " + MAX_TARGET + " characters");
        }
        if (type.equals("TXT")) {
            return written;
        }
        if (written.chars().anyMatch(c -> c < ' ' || c > '~' || "\\;()\"".indexOf(c) >= 0)) {
            throw new Zones.InvalidEntry(
                    "the target '"
                            + written
                            + "' of a "
                            + type
                            + " entry has forbidden characters");
        }
        String target = written.strip().replaceAll(" +", " ");
        boolean endsInName = !type.equals("SOA") && !target.endsWith(" .");
        return endsInName ? OwnerName.withoutTrailingDot(target) : target;
    }

    static boolean sameTarget(String type, String one, String other) {
        return type.equals("TXT") ? one.equals(other) : one.equalsIgnoreCase(other);
    }

    /// @throws Zones.InvalidEntry if `target` does not fit `type`
    static Record record(Name owner, String type, String target) {
        try {
            if (type.equals("TXT")) {
                return new TXTRecord(owner, DClass.IN, TTL, TxtStrings.of(target));
            }
            int number = Type.value(type);
            return Record.fromString(owner, number, DClass.IN, TTL, target, Name.root);
        } catch (IOException | IllegalArgumentException e) {
            throw new Zones.InvalidEntry(
                    "'" + target + "' is not a target of a " + type + " entry" + example(type));
        }
    }

    private static String example(String type) {
        return switch (type) {
            case "A" -> ", such as 192.0.2.7";
            case "AAAA" -> ", such as 2001:db8::7";
            case "MX" -> ", such as 10 mail.example.com";
            case "SRV" -> ", such as 1 10 5060 sip.example.com (priority weight port host)";
            case "CNAME", "NS" -> ", such as host.example.com";
            case "TXT" -> ", such as \"one string\" \"and another\"";
            default -> "";
        };
    }
}
