package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/// What comes back from an origin. Called on the event loop of the call: [#head], then [#data] up to the last piece;
/// or [#failed] at any time, after which nothing more comes.
public interface OriginListener {
    /// Whether the origin takes pieces of the request body now. Not called when the request has none.
    void bodyWanted(boolean wanted);

    void head(int status, HttpHeaders headers);

    /// An interim answer (1xx) before [#head].
    default void informational(int status, HttpHeaders headers) {}

    /// In place of [#head]: the origin has changed to the protocol that [OriginRequest#upgrade] asked for. Pieces of
    /// body are bytes of that protocol from here on, both ways.
    default void upgraded(HttpHeaders headers) {
        throw new IllegalStateException("no upgrade was asked for");
    }

    /// The fields after the body, just before its last piece.
    default void trailers(HttpHeaders trailers) {}

    /// A piece of the body, for the listener to release. The last one may be empty.
    void data(ByteBuf data, boolean last);

    /// Nothing more is at hand; time to flush.
    void pause();

    void failed(OriginFailure failure);
}
