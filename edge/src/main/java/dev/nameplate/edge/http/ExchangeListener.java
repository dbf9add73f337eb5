package dev.nameplate.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// What happens to an exchange while it is being answered. Called on its event loop.
public interface ExchangeListener {
    /// A piece of the request body, for the listener to release.
    void requestData(ByteBuf data, boolean last);

    /// The fields after the request body, just before its last piece.
    default void requestTrailers(HttpHeaders trailers) {}

    /// [Exchange#writable] is true again.
    void writable();

    /// The visitor has left; nothing can be sent any more.
    void viewerGone();
}
