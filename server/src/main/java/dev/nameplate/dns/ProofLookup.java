package dev.nameplate.dns;

import dev.nameplate.names.DomainName;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Looks at what authoritative DNS says now. Never answers from a cache. Blocking; bounded in time.
public interface ProofLookup {

    /// Whether the wanted CNAME is shown.
    Sighting look(CnameRecord wanted);

    /// Whether the name's web servers show what is wanted, on every address that answers. Vantage
    /// points are DNS resolvers and cannot confirm it.
    Sighting look(HttpRecord wanted);

    /// The CAA records that govern `name` (RFC 8659 section 3: the closest ancestor that has any). For a name in a zone
    /// hosted here the climb ends at that zone's apex.
    ///
    /// @param issuerNames the names a record may carry to permit the issuer
    CaaVerdict caa(DomainName name, List<String> issuerNames);

    /// The same for the names of one certificate: what several of them lead to is asked once.
    default Function<DomainName, CaaVerdict> caa(List<String> issuerNames) {
        return name -> caa(name, issuerNames);
    }

    /// What was seen.
    sealed interface Sighting {
        Finding finding();

        /// The record is there; chains of CNAMEs up to five were followed.
        record Found(Finding finding) implements Sighting {
            public Found(List<String> servers) {
                this(Finding.of(Cause.NONE, "The record is there.", servers));
            }
        }

        /// The servers answered, and the record is not (yet) there, or is another one.
        record Absent(Finding finding) implements Sighting {}

        /// Nobody could be asked, or the answers were broken (lame delegation, SERVFAIL, timeout).
        record Unreachable(Finding finding) implements Sighting {}
    }

    sealed interface CaaVerdict {
        /// No CAA record anywhere, or one that names us.
        ///
        /// @param at where the governing records stand
        record Allowed(Optional<DomainName> at, String records) implements CaaVerdict {
            public Allowed() {
                this(Optional.empty(), "");
            }
        }

        /// The name's owner forbids us to issue.
        record Forbidden(DomainName at, String records) implements CaaVerdict {}

        /// RFC 8659 section 3 and the Baseline Requirements: a failed look is not permission.
        record Unknown(String message) implements CaaVerdict {}
    }
}
