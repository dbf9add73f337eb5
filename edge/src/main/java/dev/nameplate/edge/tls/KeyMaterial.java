package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.OcspStaple;

import io.netty.handler.ssl.SslContext;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What a name is served with: its credentials (chain, private key, staple) in native memory, and the context of its policy.
///
/// The cache holds one reference and each handshake about to begin another, so an eviction never frees what a
/// handshake is reading. A connection, once given a credential, holds its own native reference.
final class KeyMaterial extends AbstractReferenceCounted {
    private final SslContext context;
    private final long[] credentials;
    private final NativeTls.Unstapled unstapled;
    private final int bytes;
    private final long staplesEnd;
    private final AtomicLong refreshFrom;

    /// @param credentials native pointers, the preferred first, each with its staple if it has one
    KeyMaterial(
            SslContext context,
            long[] credentials,
            NativeTls.Unstapled unstapled,
            int bytes,
            List<OcspStaple> staples) {
        this.context = context;
        this.credentials = credentials;
        this.unstapled = unstapled;
        this.bytes = bytes;
        this.staplesEnd =
                staples.stream()
                        .filter(staple -> staple.response().length > 0)
                        .mapToLong(staple -> staple.end().toEpochMilli())
                        .min()
                        .orElse(Long.MAX_VALUE);
        this.refreshFrom =
                new AtomicLong(
                        staples.stream()
                                .mapToLong(staple -> staple.refreshFrom().toEpochMilli())
                                .min()
                                .orElse(Long.MAX_VALUE));
    }

    SslContext context() {
        return context;
    }

    int bytes() {
        return bytes;
    }

    /// What counts at `now`: a staple that has ended is not sent.
    long[] credentials(Instant now) {
        return now.toEpochMilli() < staplesEnd ? credentials : unstapled.credentials();
    }

    /// True once when a staple wants refreshing, and again after `pause` as long as that was in vain.
    boolean beginsRefresh(Instant now, Duration pause) {
        long from = refreshFrom.get();
        return now.toEpochMilli() >= from
                && refreshFrom.compareAndSet(from, now.plus(pause).toEpochMilli());
    }

    /// Takes a reference, unless the material is already freed.
    boolean tryRetain() {
        try {
            retain();
            return true;
        } catch (IllegalReferenceCountException _) {
            return false;
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one array for both where nothing is stapled
    protected void deallocate() {
        NativeTls.free(credentials);
        unstapled.free();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
