package dev.nameplate.notification;

import java.util.Optional;
import java.util.stream.Stream;

/// What can happen. The words are what receivers see and subscribe to: they never change.
public enum EventType {
    /// An entry of a job waits for DNS records that the owners of its names have to set.
    RECORDS_NEEDED("records.needed"),
    /// An entry's certificate is issued, or imported.
    ISSUED("certificate.issued"),
    /// The edge was seen serving an entry's names.
    SERVED("entry.served"),
    /// An entry was given up.
    FAILED("entry.failed"),
    /// No entry of a job has anything left to do.
    JOB_DONE("job.done"),
    /// A certificate approaches its end and no renewal has saved it yet.
    EXPIRING("certificate.expiring"),
    /// A revoked certificate is still served.
    REVOKED_IN_USE("certificate.revoked-in-use"),
    /// A second certificate, kept ready, took a certificate's place.
    SPARE_SWITCHED("certificate.spare-switched"),
    /// A certificate that is to have a second one ready has been without it for a day.
    SPARE_MISSING("certificate.spare-missing"),
    /// A certificate cannot be renewed because the record that proves a name is gone.
    DNS_BROKEN("dns.broken"),
    /// Another holder has shown by DNS that a name is theirs.
    NAME_TAKEN("name.taken-over"),
    /// Sent on demand, to see whether a receiver is reached.
    TEST("test");

    private final String word;

    EventType(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<EventType> of(String word) {
        return Stream.of(values()).filter(type -> type.word.equals(word)).findFirst();
    }
}
