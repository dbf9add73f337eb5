package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.OcspStaple;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A certificate chain and its private key in native memory, with the staple that goes with them.
///
/// The cache holds one reference and each handshake about to begin another, so an eviction never frees what a
/// handshake is reading. A connection, once given the material, holds its own native references.
final class KeyMaterial extends AbstractReferenceCounted {
    private final long chain;
    private final long key;
    private final int bytes;
    private final Optional<OcspStaple> staple;
    private final AtomicLong refreshFrom;

    KeyMaterial(long chain, long key, int bytes, Optional<OcspStaple> staple) {
        this.chain = chain;
        this.key = key;
        this.bytes = bytes;
        this.staple = staple;
        this.refreshFrom =
                new AtomicLong(
                        staple.map(OcspStaple::refreshFrom)
                                .map(Instant::toEpochMilli)
                                .orElse(Long.MAX_VALUE));
    }

    long chain() {
        return chain;
    }

    long key() {
        return key;
    }

    int bytes() {
        return bytes;
    }

    /// What may be sent at `now`.
    Optional<byte[]> staple(Instant now) {
        return staple.filter(each -> each.counts(now)).map(OcspStaple::response);
    }

    /// True once when the staple wants refreshing, and again after `pause` as long as that was in vain.
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
        } catch (io.netty.util.IllegalReferenceCountException _) {
            return false;
        }
    }

    @Override
    protected void deallocate() {
        NativeTls.free(this);
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
