package dev.nameplate.edge.net;

import io.netty.util.internal.PlatformDependent;

import java.util.Optional;

/// What lies outside the heap: cached bodies, and whatever is on its way in or out.
public final class DirectMemory {
    /// For what is on its way: some thousand connections with a few buffers each.
    private static final long UNDER_WAY = 64L << 20;

    private DirectMemory() {}

    /// Why a cache of this size would end in failed requests, and what helps; empty when it fits.
    public static Optional<String> objection(long cacheBytes) {
        return objection(cacheBytes, PlatformDependent.maxDirectMemory());
    }

    static Optional<String> objection(long cacheBytes, long allowed) {
        return cacheBytes + UNDER_WAY <= allowed
                ? Optional.empty()
                : Optional.of(
                        "the edge's cache may grow to %d MB, but only %d MB are allowed outside the heap, %d MB of which are for what is on its way; make the cache smaller, or start Java with -XX:MaxDirectMemorySize=%dm"
                                .formatted(
                                        cacheBytes >> 20,
                                        allowed >> 20,
                                        UNDER_WAY >> 20,
                                        ((cacheBytes + UNDER_WAY) >> 20) + 1));
    }
}
