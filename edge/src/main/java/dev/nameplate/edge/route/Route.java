package dev.nameplate.edge.route;

import dev.nameplate.edge.cache.KeyPolicy;
import dev.nameplate.edge.cache.Parts;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.rules.HeaderPolicy;
import dev.nameplate.edge.signed.SignedAccess;

import java.util.Set;

/// A behaviour, made ready to be applied to requests.
public final class Route {
    private final PathPattern pattern;
    private final Behavior behavior;
    private final Origin origin;
    private final KeyPolicy keys;
    private final Parts inKey;
    private final Parts forwarded;
    private final HeaderPolicy headerPolicy;

    Route(Behavior behavior, Origin origin) {
        this.pattern = new PathPattern(behavior.pathPattern());
        this.behavior = behavior;
        this.origin = origin;
        Set<String> hidden = behavior.trustedKeys().isPresent() ? SignedAccess.COOKIES : Set.of();
        this.inKey = Parts.anyOf(hidden, behavior.caching().key());
        this.keys = new KeyPolicy(behavior.caching(), inKey);
        this.forwarded = Parts.anyOf(hidden, behavior.caching().key(), behavior.forwarding());
        this.headerPolicy = HeaderPolicy.of(behavior.responseHeaders());
    }

    boolean matches(String path) {
        return pattern.matches(path);
    }

    public Behavior behavior() {
        return behavior;
    }

    public Origin origin() {
        return origin;
    }

    public KeyPolicy keys() {
        return keys;
    }

    /// What tells requests apart in the cache.
    public Parts inKey() {
        return inKey;
    }

    /// What the origin sees: what is in the key, and what the behaviour forwards besides.
    public Parts forwarded() {
        return forwarded;
    }

    /// What is done to the headers of answers.
    public HeaderPolicy headerPolicy() {
        return headerPolicy;
    }
}
