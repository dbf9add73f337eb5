package dev.nameplate.domain;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Entry;

import java.util.Optional;

/// Moves an alias from whoever has it, in one transaction. That its owner wants it is the caller's to know.
@FunctionalInterface
public interface NameMoves {
    /// @param taker whose certificate is ready. Its distribution has it; its tenant is made with the first name
    /// @return who lost it; empty if nobody else had it
    /// @throws NotMovable if it cannot be moved now; the transaction must not commit then
    Optional<Loser> move(Write write, Entry taker, DomainName name);

    /// @param holder the distribution, or the tenant and its distribution, in words
    record Loser(AccountId account, String holder) {}

    /// The message says why.
    final class NotMovable extends RuntimeException {
        public NotMovable(String message) {
            super(message);
        }
    }
}
