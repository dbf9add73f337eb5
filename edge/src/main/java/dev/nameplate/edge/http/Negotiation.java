package dev.nameplate.edge.http;

import dev.nameplate.edge.config.EdgeEvents.HandshakeFailure;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/// Waits for the TLS handshake and then puts the agreed protocol's handlers in its own place.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Negotiation extends ChannelInboundHandlerAdapter {
    private final Viewer.Shared shared;
    private String serverName = "";

    Negotiation(Viewer.Shared shared) {
        this.shared = shared;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SniCompletionEvent sni && sni.hostname() != null) {
            serverName = sni.hostname();
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                handshakeDone(ctx);
            } else {
                shared.events().handshakeFailed(serverName, HandshakeFailure.CLIENT);
                ConnectionErrors.log(ctx.channel(), handshake.cause());
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void handshakeDone(ChannelHandlerContext ctx) {
        shared.events().handshakeSucceeded(serverName);
        Viewer viewer = Viewer.of(ctx.channel(), true, serverName, shared);
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
            Http2Viewer.addTo(viewer);
        } else {
            Viewers.addHttp1(viewer);
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionErrors.log(ctx.channel(), cause);
        ctx.close();
    }
}
