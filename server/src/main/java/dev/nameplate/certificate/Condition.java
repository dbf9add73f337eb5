package dev.nameplate.certificate;

import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What certificates are looked for in the [Catalogue].
public sealed interface Condition {
    /// Every one; all of them where `of` is empty.
    record All(List<Condition> of) implements Condition {
        public All {
            of = List.copyOf(of);
        }
    }

    /// At least one; none where `of` is empty.
    record Any(List<Condition> of) implements Condition {
        public Any {
            of = List.copyOf(of);
        }
    }

    record Not(Condition of) implements Condition {}

    record Is(CertificateId id) implements Condition {}

    record InRegion(Region region) implements Condition {}

    record InStatus(Status status) implements Condition {}

    /// As it is stored: an issued one stays ISSUED past its end.
    ///
    /// @param word such as `PENDING`; another is true of none
    record InState(String word) implements Condition {}

    record From(Origin origin) implements Condition {}

    record Keyed(Set<KeyAlgorithm> algorithms) implements Condition {
        public Keyed {
            algorithms = Set.copyOf(algorithms);
        }
    }

    /// Has a DNS name at all, which an import for addresses only has not.
    record HasNames() implements Condition {}

    /// The subject's common name, or the first name before there is a subject.
    record CommonName(Text text) implements Condition {}

    /// Any one of its names.
    record Name(Text text) implements Condition {}

    /// As in [State.Issued#serial].
    record Serial(String serial) implements Condition {}

    record NotBefore(Range range) implements Condition {}

    record NotAfter(Range range) implements Condition {}

    /// @param bit of RFC 5280's KeyUsage
    record KeyUse(int bit) implements Condition {}

    record ExtendedUse(String oid) implements Condition {}

    /// Has an extended use that is none of `known`.
    record ExtendedUseBesides(Set<String> known) implements Condition {
        public ExtendedUseBesides {
            known = Set.copyOf(known);
        }
    }

    /// Is issued and names no extended use.
    record NoExtendedUse() implements Condition {}

    /// Something serves it.
    record Used() implements Condition {}

    record Exported() implements Condition {}

    record Exportable() implements Condition {}

    /// Never true of an import, which proves nothing.
    record ProvenBy(Validation validation) implements Condition {}

    record Renewing(Renewal.Status status) implements Condition {}

    /// A [State] as it is seen at a moment.
    enum Status {
        PENDING,
        ISSUED,
        EXPIRED,
        REVOKED,
        FAILED,
        TIMED_OUT
    }

    /// @param whole must be equal, else contained; case does not matter
    record Text(String value, boolean whole) {}

    /// Both ends are part of it.
    record Range(Optional<Instant> from, Optional<Instant> to) {}
}
