package dev.nameplate.certificate;

import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.Optional;

/// What one name of a certificate must show, and how far it is.
///
/// @param record the standing CNAME: a pure function of account and base name
/// @param lastLook when and what was last seen, in words
/// @param nextLook when the DNS is asked again; empty once decided
/// @param file what is looked for instead of the record, where the name is proven over HTTP
public record Proof(
        DomainName name,
        CnameRecord record,
        Status status,
        Automatic automatic,
        Optional<Look> lastLook,
        Optional<Instant> nextLook,
        Optional<HttpRecord> file) {

    /// Proven by DNS.
    public Proof(
            DomainName name,
            CnameRecord record,
            Status status,
            Automatic automatic,
            Optional<Look> lastLook,
            Optional<Instant> nextLook) {
        this(name, record, status, automatic, lastLook, nextLook, Optional.empty());
    }

    public enum Status {
        PENDING,
        SUCCESS,
        FAILED
    }

    /// Whether we write the record ourselves.
    public enum Automatic {
        /// No zone of the account hosts the name.
        NONE,
        /// Written to the account's hosted zone.
        SUCCEEDED
    }

    public record Look(Instant at, String seen) {}
}
