package dev.nameplate.edge.tls;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/// A certificate chain and its private key in native memory.
///
/// The cache holds one reference and each handshake about to begin another, so an eviction never frees what a
/// handshake is reading. A connection, once given the material, holds its own native references.
final class KeyMaterial extends AbstractReferenceCounted {
    private final long chain;
    private final long key;
    private final int bytes;

    KeyMaterial(long chain, long key, int bytes) {
        this.chain = chain;
        this.key = key;
        this.bytes = bytes;
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
