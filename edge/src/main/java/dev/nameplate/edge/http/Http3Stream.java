package dev.nameplate.edge.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicStreamChannel;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// One request of an HTTP/3 connection as its frames come in.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http3Stream extends Http3RequestStreamInboundHandler {
    private final Http3Viewer connection;
    private final Viewer viewer;
    private final QuicStreamChannel stream;
    private @Nullable Http3Exchange exchange;

    Http3Stream(Http3Viewer connection, Viewer viewer, QuicStreamChannel stream) {
        this.connection = connection;
        this.viewer = viewer;
        this.stream = stream;
    }

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
        Http3Exchange known = exchange;
        if (known != null) {
            known.receiveTrailers(FieldExchange.trailers(frame.headers()));
            return;
        }
        Optional<RequestHead> head =
                frame.headers().size() > Viewers.MAX_FIELDS
                        ? Optional.empty()
                        : RequestHead.of(frame.headers());
        if (head.isEmpty()) {
            refuse();
            return;
        }
        boolean hasBody =
                head.get().webSocket()
                        || frame.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1) > 0
                        || (!frame.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                                && mayHaveBody(head.get().method()));
        Http3Exchange begun =
                new Http3Exchange(viewer, stream, head.get(), frame.headers(), hasBody);
        exchange = begun;
        connection.opened(this);
        viewer.shared().handler().handle(begun);
        if (!begun.isOver()) {
            begun.bodyWantedChanged();
        }
    }

    /// The end of a stream tells whether there is a body, and may come later than the request must be answered.
    private static boolean mayHaveBody(HttpMethod method) {
        return !method.equals(HttpMethod.GET)
                && !method.equals(HttpMethod.HEAD)
                && !method.equals(HttpMethod.OPTIONS);
    }

    private void refuse() {
        connection.spend(FrameBudget.RESET);
        stream.shutdown(Http3ErrorCode.H3_MESSAGE_ERROR.code(), stream.newPromise());
    }

    @Override
    protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
        Http3Exchange known = exchange;
        if (known == null) {
            frame.release();
        } else if (known.bodyEnded()) {
            frame.release();
            refuse(); // a body where none was announced
        } else {
            if (!frame.content().isReadable()) {
                connection.spend(FrameBudget.EMPTY_DATA);
            }
            known.receive(frame.content(), false);
        }
    }

    @Override
    protected void channelInputClosed(ChannelHandlerContext ctx) {
        if (exchange != null && !exchange.bodyEnded()) {
            exchange.receive(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Http3Exchange known = exchange;
        connection.closed(this);
        if (known == null || !known.isOver()) {
            connection.spend(FrameBudget.RESET);
        }
        if (known != null) {
            known.gone();
        }
    }

    /// What was handed over whole is left to the connection's own timeout: how much of it waits cannot be seen.
    void look() {
        Http3Exchange known = exchange;
        if (known != null
                && known.standsStill(
                        !known.isOver() && !stream.isWritable(), known.bytesOut(), true)) {
            known.cutOff();
            known.gone();
        }
    }

    /// A visitor's reset or bad frame; Netty would log each as an error.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionErrors.log(ctx.channel(), cause);
        ctx.close();
    }
}
