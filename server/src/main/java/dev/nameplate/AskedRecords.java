package dev.nameplate;

import dev.nameplate.api.saas.RecordCheck;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.TextLookup;

import java.util.Locale;
import java.util.Optional;

/// What authoritative DNS answers now, for who asks how a domain stands.
record AskedRecords(ProofLookup names, TextLookup texts) implements RecordCheck {
    @Override
    public Seen look(Wanted record) {
        if (record.type().equals("TXT")) {
            boolean shown =
                    texts.shows(
                            record.name().substring(0, record.name().length() - 1), record.value());
            return new Seen(
                    shown,
                    shown
                            ? "The record is there."
                            : "Not every authoritative server shows the record.",
                    shown ? "" : "Set the TXT record, and leave others at the name as they are.",
                    Optional.empty());
        }
        ProofLookup.Sighting sighting =
                names.look(
                        new CnameRecord(
                                record.name().toLowerCase(Locale.ROOT),
                                record.value().toLowerCase(Locale.ROOT)));
        Finding finding = sighting.finding();
        return new Seen(
                switch (sighting) {
                    case ProofLookup.Sighting.Found _ -> true;
                    case ProofLookup.Sighting.Absent _, ProofLookup.Sighting.Unreachable _ -> false;
                },
                finding.words(),
                finding.remedy(),
                finding.seen());
    }
}
