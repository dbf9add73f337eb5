package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;

/// What a call runs on: a whole HTTP/1.1 connection for as long as it takes, or one stream of an HTTP/2 connection.
sealed interface OriginStream permits Http1Origin, Http2OriginStream {
    /// A piece of the request body, taken over.
    void body(ByteBuf data, boolean last);

    /// Stops or resumes the answer.
    void pause(boolean paused);

    /// Gives up on the call, which hears nothing more.
    void cancel();
}
