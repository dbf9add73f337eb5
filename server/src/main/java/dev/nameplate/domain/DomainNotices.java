package dev.nameplate.domain;

import dev.nameplate.db.Write;

/// Tells an account what happened to its names, beside keeping it.
@FunctionalInterface
public interface DomainNotices {
    /// Called in the transaction in which it happens.
    void tell(Write write, DomainEvent event);
}
