package dev.nameplate.edge.http;

import io.netty.buffer.ByteBuf;

/// A large stored body on its way out, in slices that share its memory.
final class StoredBody {
    /// One TLS record's worth is small enough to be copied beside its headers and large enough for streaming.
    static final int SLICE = 16 * 1024;

    private final ByteBuf rest;

    /// Takes over one reference.
    StoredBody(ByteBuf rest) {
        this.rest = rest;
    }

    boolean hasMore() {
        return rest.isReadable();
    }

    ByteBuf next() {
        return rest.readRetainedSlice(Math.min(SLICE, rest.readableBytes()));
    }

    void release() {
        rest.release();
    }
}
