package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// What a call runs on: a whole HTTP/1.1 connection for as long as it takes, one stream of an HTTP/2 connection,
/// or a connection that has left HTTP.
sealed interface OriginStream permits Http1Origin, Http2OriginStream, OriginTunnel {
    /// A piece of the request body, taken over.
    void body(ByteBuf data, boolean last);

    /// Fields to follow the last piece of the body, told before it.
    void trailers(HttpHeaders trailers);

    /// Stops or resumes the answer.
    void pause(boolean paused);

    /// Gives up on the call, which hears nothing more.
    void cancel();
}
