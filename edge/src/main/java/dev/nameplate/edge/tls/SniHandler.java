package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeEvents.HandshakeFailure;
import dev.nameplate.edge.net.Addresses;
import dev.nameplate.edge.net.MissLimit;
import dev.nameplate.edge.tls.CertificateCache.Slot;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLEngine;

/// Reads the ClientHello and puts an [SslHandler] with the credentials of the server it names in its own place, or refuses the
/// handshake.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class SniHandler extends SslClientHelloHandler<Slot> {
    /// What BoringSSL takes at most; Netty's own bound is 16 MB.
    private static final int MAX_CLIENT_HELLO = 16_384;

    /// A fatal alert 112, unrecognized_name (RFC 6066 §3), as a plaintext TLS record.
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    /// Alert 80, internal_error: the name may well be known.
    private static final byte[] INTERNAL_ERROR = {21, 3, 3, 0, 2, 2, 80};

    private static final Slot NO_NAME = new Slot.Refused(HandshakeFailure.NO_SERVER_NAME);
    private static final Slot LIMITED = new Slot.Refused(HandshakeFailure.LIMITED);

    /// What all connections share.
    ///
    /// @param defaultServerName stands for the name a visitor does not say
    record Shared(
            CertificateCache certificates,
            MissLimit misses,
            EdgeEvents events,
            Optional<String> defaultServerName,
            FastThreadLocal<Handshakes> underWay) {}

    private final Shared shared;
    private final Handshakes underWay;
    private final Handshakes.Entry handshake;
    private ClientHello hello = ClientHello.UNREADABLE;
    private boolean handedOver;

    /// Is called on the connection's event loop.
    SniHandler(Channel channel, Shared shared) {
        super(MAX_CLIENT_HELLO);
        this.shared = shared;
        this.underWay = shared.underWay().get();
        this.handshake = underWay.begin(channel, channel.eventLoop());
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        if (!handedOver) {
            underWay.end(handshake);
        }
        super.handlerRemoved0(ctx);
    }

    @Override
    protected Future<Slot> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) {
        if (clientHello != null) {
            hello = ClientHello.read(clientHello);
        }
        if (hello.serverName().isEmpty() && shared.defaultServerName().isPresent()) {
            hello = new ClientHello(shared.defaultServerName().get(), false, hello.tls13());
        }
        if (hello.serverName().isEmpty()) {
            return ctx.executor().newSucceededFuture(NO_NAME);
        }
        if (!hello.challenge()) {
            Optional<Slot> hot = shared.certificates().inMemory(hello.serverName());
            if (hot.isPresent()) {
                return ctx.executor().newSucceededFuture(hot.get());
            }
        }
        if (!shared.misses().admits(Addresses.counted(ctx.channel().remoteAddress()))) {
            return ctx.executor().newSucceededFuture(LIMITED);
        }
        return onLoop(
                ctx,
                hello.challenge()
                        ? shared.certificates().challenge(hello.serverName())
                        : shared.certificates()
                                .load(
                                        hello.serverName(),
                                        Addresses.of(ctx.channel().remoteAddress())));
    }

    private static Future<Slot> onLoop(ChannelHandlerContext ctx, CompletableFuture<Slot> load) {
        Promise<Slot> promise = ctx.executor().newPromise();
        load.whenComplete((slot, failure) -> {
            if (failure == null) {
                promise.setSuccess(slot);
            } else {
                promise.setFailure(failure);
            }
        });
        return promise;
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Slot> future)
            throws Exception {
        try {
            complete(ctx, future);
        } finally {
            ctx.fireUserEventTriggered(
                    future.isSuccess()
                            ? new SniCompletionEvent(hello.serverName())
                            : new SniCompletionEvent(hello.serverName(), future.cause()));
        }
    }

    private void complete(ChannelHandlerContext ctx, Future<Slot> future) throws Exception {
        if (!future.isSuccess()) {
            ctx.close();
            throw new IllegalStateException(
                    "no certificate for " + hello.serverName(), future.cause());
        }
        switch (future.getNow()) {
            case Slot.Refused(var reason) -> {
                shared.events().handshakeFailed(hello.serverName(), reason);
                ctx.writeAndFlush(Unpooled.wrappedBuffer(alert(reason)))
                        .addListener(ChannelFutureListener.CLOSE);
            }
            case Slot.Usable(var material) -> {
                try {
                    // The visitor may have left while the certificate was loaded.
                    if (!ctx.isRemoved()) {
                        handOver(ctx, material);
                    }
                } finally {
                    material.release();
                }
            }
        }
    }

    private static byte[] alert(HandshakeFailure reason) {
        return switch (reason) {
            case LIMITED -> INTERNAL_ERROR;
            case NO_SERVER_NAME, UNKNOWN_NAME, BAD_CERTIFICATE, SOURCE_FAILED, CLIENT ->
                    UNRECOGNIZED_NAME;
        };
    }

    private void handOver(ChannelHandlerContext ctx, KeyMaterial material) throws Exception {
        if (hello.challenge()) {
            ctx.pipeline().addAfter(ctx.name(), "challenge", new Shown());
        }
        SslHandler ssl = newHandler(material.context().newEngine(ctx.alloc()), material);
        handedOver = true;
        ctx.pipeline().replace(this, "tls", ssl);
        ssl.handshakeFuture().addListener(_ -> underWay.end(handshake));
    }

    private SslHandler newHandler(SSLEngine engine, KeyMaterial material) throws Exception {
        Optional<RsaSigner.Turn> signing = Optional.empty();
        try {
            signing = shared.certificates().apply(material, engine, hello.tls13());
            if (!hello.tls13() || !shared.certificates().hasTicketKeys()) {
                // Up to TLS 1.2 a session belongs to the server name it was made for (RFC 6066
                // §3), and BoringSSL does not compare them; in TLS 1.3 each handshake names its
                // server anew (RFC 8446 §4.2.11).
                NativeTls.withoutTickets(engine);
            }
        } catch (Exception e) {
            signing.ifPresent(RsaSigner.Turn::end);
            ReferenceCountUtil.release(engine);
            throw e;
        }
        SslHandler ssl = new SslHandler(engine);
        if (signing.isPresent()) {
            RsaSigner.Turn turn = signing.get();
            ssl.handshakeFuture().addListener(_ -> turn.end());
        }
        ssl.setHandshakeTimeoutMillis(0); // Handshakes keeps the time
        return ssl;
    }

    /// Hangs up once the challenge's certificate was seen (RFC 8737 section 3): nothing is served behind such a handshake.
    private static final class Shown extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                ctx.close();
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
