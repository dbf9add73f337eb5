package dev.nameplate.edge.compress;

import io.netty.buffer.ByteBuf;

/// Compresses one body, piece by piece. For one thread at a time; to be closed.
public interface ContentEncoder extends AutoCloseable {
    /// @param data read to its end; the caller keeps its reference
    /// @param last whether the body ends with it
    /// @return what is ready, perhaps nothing; the caller's to release
    /// @throws IllegalStateException when the encoder failed
    ByteBuf encode(ByteBuf data, boolean last);

    @Override
    void close();
}
