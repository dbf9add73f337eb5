package dev.nameplate.issuer.ca;

import dev.nameplate.db.Database;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Where everything is written down before it is signed. A [Recorded] comes from here alone, after the commit, and no key
/// signs a certificate without one.
record Ledger(Database database) {

    Recorded record(List<IssuanceRows.Issuance> rows) {
        if (!rows.isEmpty()) {
            database.write(write -> IssuanceRows.record(write.handle(), rows));
        }
        Set<BigInteger> serials = new HashSet<>();
        rows.forEach(row -> serials.add(new BigInteger(row.serial(), 16)));
        return new Recorded(serials);
    }

    /// Serial numbers whose rows are durable.
    static final class Recorded {
        private final Set<BigInteger> serials;

        private Recorded(Set<BigInteger> serials) {
            this.serials = serials;
        }

        boolean has(BigInteger serial) {
            return serials.contains(serial);
        }
    }
}
