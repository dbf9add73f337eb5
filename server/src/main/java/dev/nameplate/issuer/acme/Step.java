package dev.nameplate.issuer.acme;

import dev.nameplate.challenge.Challenge;
import dev.nameplate.names.DomainName;

import java.util.List;

/// What a step came to.
///
/// @param show in the transaction that stores it
/// @param unproven names that the authority did not see proven
record Step(OrderRow next, List<Challenge> show, List<DomainName> unproven) {
    Step {
        show = List.copyOf(show);
        unproven = List.copyOf(unproven);
    }

    static Step to(OrderRow next) {
        return new Step(next, List.of(), List.of());
    }
}
