package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.List;
import java.util.Optional;

/// Where the body of an answer too large for memory goes while it passes by. Called on one event loop; ends with [#keep]
/// or [#drop].
public interface BodySink {
    /// A piece of the body; the caller keeps its reference.
    ///
    /// @return false when the answer cannot be kept any more, and nothing needs to be added
    boolean add(ByteBuf data);

    /// The body is complete. See [CacheStore#put].
    ///
    /// @param headers end-to-end headers only, without `Content-Length` and `Age`; taken over
    void keep(
            CacheKey key,
            List<String> vary,
            RequestHeaders forwarded,
            int status,
            HttpHeaders headers,
            long storedAtMillis,
            Freshness freshness,
            Optional<Uncompressed> uncompressed,
            long generation);

    void drop();
}
