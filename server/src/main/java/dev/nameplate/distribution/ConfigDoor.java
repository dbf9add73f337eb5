package dev.nameplate.distribution;

import dev.nameplate.db.Write;
import dev.nameplate.names.DomainName;

/// How the door that made a distribution accepts one of its documents. Each kind of distribution has one, so that what is not
/// its own API (a roll-back) passes the same checks as what is, and leaves the same traces.
public interface ConfigDoor {
    /// Accepts `document` as the next version, as if it were sent now as an update: what was allowed once may name a
    /// certificate that has ended or a policy that is gone.
    ///
    /// @param existing as read in this transaction
    /// @throws Refused with the door's own words; nothing is changed then if the caller lets it pass out of the transaction
    Distribution accept(Write write, Distribution existing, String document, Provenance provenance);

    /// `document`, which may be an older one or another distribution's, as it would be for `target`: what belongs to a
    /// distribution rather than to how it serves, such as its caller reference, is the target's.
    ///
    /// @param document of the same kind as the target
    String fitted(String document, Distribution target, Names names);

    /// Takes an alias away, for whoever takes it next in this transaction; the certificate goes with the last one, because what is
    /// not in use is not renewed. Nothing is judged anew: the loser's configuration is none of the winner's affair.
    ///
    /// @param holder as read in this transaction
    void giveUp(Write write, Distribution holder, DomainName alias);

    /// Whose aliases and certificate a document says that was made to fit another distribution.
    enum Names {
        TARGETS,
        DOCUMENTS
    }

    final class Refused extends RuntimeException {
        public Refused(String message) {
            super(message);
        }
    }
}
