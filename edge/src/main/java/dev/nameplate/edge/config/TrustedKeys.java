package dev.nameplate.edge.config;

import java.security.PublicKey;
import java.util.Map;

/// Public keys by the id that a signed URL or cookie names as its `Key-Pair-Id`. A request without a valid signature of one of
/// them is answered 403.
public record TrustedKeys(Map<String, PublicKey> keys) {
    public TrustedKeys {
        keys = Map.copyOf(keys);
    }
}
