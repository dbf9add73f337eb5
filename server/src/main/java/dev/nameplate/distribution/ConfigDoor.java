package dev.nameplate.distribution;

import org.jdbi.v3.core.Handle;

/// How the door that made a distribution judges one of its documents. Each kind of distribution has one, so that what is not
/// its own API (a roll-back) passes the same checks as what is.
@FunctionalInterface
public interface ConfigDoor {
    /// Checks `document` as if it were sent now as an update: what was allowed once may name a certificate that has ended or a
    /// policy that is gone.
    ///
    /// @param existing as read in this transaction
    /// @throws Refused with the door's own words
    Checked check(Handle handle, Distribution existing, String document);

    /// @param document complete, as the door stores it
    record Checked(ServedConfig config, String document) {}

    final class Refused extends RuntimeException {
        public Refused(String message) {
            super(message);
        }
    }
}
