package dev.nameplate.edge.route;

import dev.nameplate.edge.cache.KeyPolicy;
import dev.nameplate.edge.cache.Parts;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.rules.HeaderPolicy;
import dev.nameplate.edge.signed.SignedAccess;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A behaviour, made ready to be applied to requests.
public final class Route {
    private final PathPattern pattern;
    private final Behavior behavior;
    private final Origin origin;
    private final Optional<Origin> second;
    private final Set<Integer> failoverStatuses;
    private final KeyPolicy keys;
    private final Parts inKey;
    private final Parts forwarded;
    private final HeaderPolicy headerPolicy;
    private final List<String> visitorFacts;

    /// @param hiddenCookies of the edge's own: neither in the key nor for origins
    Route(Behavior behavior, Site site, Set<String> hiddenCookies) {
        this.pattern = new PathPattern(behavior.pathPattern());
        this.behavior = behavior;
        this.origin = site.originOf(behavior);
        Optional<OriginGroup> group = site.groupOf(behavior);
        this.second = group.map(two -> site.origins().get(two.secondaryId()));
        this.failoverStatuses = group.map(OriginGroup::failoverStatuses).orElse(Set.of());
        Set<String> hidden = new HashSet<>(hiddenCookies);
        if (behavior.trustedKeys().isPresent()) {
            hidden.addAll(SignedAccess.COOKIES);
        }
        this.inKey = Parts.anyOf(hidden, behavior.caching().key());
        this.keys = new KeyPolicy(behavior.caching(), inKey);
        this.forwarded = Parts.anyOf(hidden, behavior.caching().key(), behavior.forwarding());
        this.visitorFacts =
                forwarded.listedHeaders().stream()
                        .filter(name -> name.startsWith("cloudfront-"))
                        .toList();
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

    /// Who is asked where [#origin] fails.
    public Optional<Origin> second() {
        return second;
    }

    /// Answers of [#origin] that count as failure.
    public Set<Integer> failoverStatuses() {
        return failoverStatuses;
    }

    public KeyPolicy keys() {
        return keys;
    }

    /// What tells requests apart in the cache.
    public Parts inKey() {
        return inKey;
    }

    /// Which content codings are told apart in the key. Where there are any, the visitor's `Accept-Encoding` is seen as
    /// these, and by the origin too.
    public Set<ContentCoding> codings() {
        return behavior.caching().codings();
    }

    /// Whether answers are compressed here.
    public boolean compresses() {
        return behavior.compress() && !codings().isEmpty();
    }

    /// What the origin sees: what is in the key, and what the behaviour forwards besides.
    public Parts forwarded() {
        return forwarded;
    }

    /// The `cloudfront-` headers that the origin asks for.
    public List<String> visitorFacts() {
        return visitorFacts;
    }

    /// What is done to the headers of answers.
    public HeaderPolicy headerPolicy() {
        return headerPolicy;
    }
}
