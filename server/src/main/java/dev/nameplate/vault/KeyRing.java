package dev.nameplate.vault;

import java.util.List;
import java.util.Optional;

/// The master keys there are. The first seals; every one opens.
///
/// @param keys not empty, no key twice
record KeyRing(List<MasterKey> keys) {
    KeyRing {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no master key");
        }
    }

    MasterKey primary() {
        return keys.getFirst();
    }

    /// The one that was there before all others.
    MasterKey oldest() {
        return keys.getLast();
    }

    Optional<MasterKey> find(KeyId id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }
}
