package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// What comes back from an origin. Called on the event loop of the call: [#head], then [#data] up to the last piece;
/// or [#failed] at any time, after which nothing more comes.
public interface OriginListener {
    /// Whether the origin takes pieces of the request body now. Not called when the request has none.
    void bodyWanted(boolean wanted);

    void head(int status, HttpHeaders headers);

    /// A piece of the body, for the listener to release. The last one may be empty.
    void data(ByteBuf data, boolean last);

    /// Nothing more is at hand; time to flush.
    void pause();

    void failed(OriginFailure failure);
}
