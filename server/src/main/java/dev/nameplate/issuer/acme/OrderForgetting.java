package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.OrderCancellation;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Write;

/// Forgets orders at ACME authorities: the row with its key, what is shown for it, and what it reserved of a budget. Those of an
/// authority that is gone from the settings as well. A call that is under way is answered to nobody.
public record OrderForgetting(Challenges challenges, Pacing pacing) implements OrderCancellation {
    @Override
    public void cancel(Write write, OrderId id) {
        OrderRows.find(write.handle(), id).ifPresent(row -> forget(write, row));
    }

    void forget(Write write, OrderRow row) {
        if (OrderRows.delete(write.handle(), row.issuer(), row.id())) {
            challenges.hide(write, row.owner());
            if (!row.progress().state().decided()) {
                pacing.withdrawn(write, row.asking());
            }
        }
    }
}
