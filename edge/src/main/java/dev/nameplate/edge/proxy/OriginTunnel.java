package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.ReferenceCountUtil;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection to an origin that has left HTTP: bytes both ways, at the pace of the slower side. It never goes back
/// to the pool.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class OriginTunnel extends ChannelInboundHandlerAdapter implements OriginStream {
    private static final Logger LOG = LoggerFactory.getLogger(OriginTunnel.class);

    private final Channel channel;
    private final OriginCall call;

    private final Runnable onClose;

    private OriginTunnel(Channel channel, OriginCall call, Runnable onClose) {
        this.channel = channel;
        this.call = call;
        this.onClose = onClose;
    }

    /// Takes the place of the connection's HTTP handlers; what they have read already comes here.
    ///
    /// @param onClose gives the connection's place in its lane back
    static void begin(
            ChannelHandlerContext ctx, OriginCall call, HttpHeaders headers, Runnable onClose) {
        OriginTunnel tunnel = new OriginTunnel(ctx.channel(), call, onClose);
        ctx.pipeline().replace(ctx.handler(), "tunnel", tunnel);
        call.upgraded(tunnel, headers);
        call.bodyWanted(tunnel.channel.isWritable());
        ctx.pipeline().remove(HttpClientCodec.class);
    }

    @Override
    public void body(ByteBuf data, boolean last) {
        if (last) {
            channel.writeAndFlush(data).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        channel.writeAndFlush(data, channel.voidPromise());
        if (!channel.isWritable()) {
            call.bodyWanted(false);
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        // Only HTTP has them.
    }

    @Override
    public void pause(boolean pause) {
        channel.config().setAutoRead(!pause);
    }

    @Override
    public void cancel() {
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf data) {
            call.data(data, false);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        call.rest();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        call.bodyWanted(channel.isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        onClose.run();
        call.data(Unpooled.EMPTY_BUFFER, true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("tunnel {} broken: {}", channel, cause.toString());
        ctx.close();
    }
}
