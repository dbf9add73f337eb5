package dev.nameplate.dns;

import org.xbill.DNS.CAARecord;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Whether a set of CAA records permits an issuer (RFC 8659 section 4). Pure.
final class CaaRules {
    private static final int CRITICAL = 0x80;
    private static final Set<String> UNDERSTOOD = Set.of("issue", "issuewild", "iodef");

    private CaaRules() {}

    static boolean permits(List<CAARecord> records, boolean wildcard, List<String> issuerNames) {
        boolean unknownCritical =
                records.stream()
                        .anyMatch(record ->
                                (record.getFlags() & CRITICAL) != 0
                                        && !UNDERSTOOD.contains(tag(record)));
        if (unknownCritical) {
            return false;
        }
        List<CAARecord> governing = List.of();
        if (wildcard) {
            governing = withTag(records, "issuewild");
        }
        if (governing.isEmpty()) {
            governing = withTag(records, "issue");
        }
        return governing.isEmpty()
                || governing.stream()
                        .map(CaaRules::issuer)
                        .anyMatch(
                                issuer -> issuerNames.stream().anyMatch(issuer::equalsIgnoreCase));
    }

    private static List<CAARecord> withTag(List<CAARecord> records, String tag) {
        return records.stream().filter(record -> tag(record).equals(tag)).toList();
    }

    private static String tag(CAARecord record) {
        return record.getTag().toLowerCase(Locale.ROOT);
    }

    /// The issuer's name before any parameters; empty forbids everyone.
    private static String issuer(CAARecord record) {
        String value = record.getValue();
        int parameters = value.indexOf(';');
        return (parameters < 0 ? value : value.substring(0, parameters)).strip();
    }
}
