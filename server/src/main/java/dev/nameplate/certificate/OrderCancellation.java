package dev.nameplate.certificate;

import dev.nameplate.db.Write;

/// Has the issuers forget an order that nobody waits for any more, whoever has it: an authority is asked nothing more for it, and
/// what it reserved is free again.
@FunctionalInterface
public interface OrderCancellation {
    /// Every issuer signs at once.
    OrderCancellation NONE = (_, _) -> {};

    void cancel(Write write, OrderId id);
}
