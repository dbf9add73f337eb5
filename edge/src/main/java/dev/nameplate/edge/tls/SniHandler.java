package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeEvents.HandshakeFailure;
import dev.nameplate.edge.tls.CertificateCache.Slot;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

import javax.net.ssl.SSLEngine;

/// Reads the server name from the ClientHello and puts an [SslHandler] with that name's certificate in its own place,
/// or refuses the handshake.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class SniHandler extends AbstractSniHandler<Slot> {
    /// A fatal alert 112, unrecognized_name (RFC 6066 §3), as a plaintext TLS record.
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private static final Slot NO_NAME = new Slot.Refused(HandshakeFailure.NO_SERVER_NAME);

    private final SslContext context;
    private final CertificateCache certificates;
    private final EdgeEvents events;
    private final long handshakeMillis;

    SniHandler(
            SslContext context,
            CertificateCache certificates,
            EdgeEvents events,
            long handshakeMillis) {
        super(handshakeMillis);
        this.context = context;
        this.certificates = certificates;
        this.events = events;
        this.handshakeMillis = handshakeMillis;
    }

    @Override
    protected Future<Slot> lookup(ChannelHandlerContext ctx, @Nullable String serverName) {
        if (serverName == null) {
            return ctx.executor().newSucceededFuture(NO_NAME);
        }
        Optional<Slot> hot = certificates.inMemory(serverName);
        if (hot.isPresent()) {
            return ctx.executor().newSucceededFuture(hot.get());
        }
        Promise<Slot> promise = ctx.executor().newPromise();
        certificates
                .load(serverName)
                .whenComplete((slot, failure) -> {
                    if (failure == null) {
                        promise.setSuccess(slot);
                    } else {
                        promise.setFailure(failure);
                    }
                });
        return promise;
    }

    @Override
    protected void onLookupComplete(
            ChannelHandlerContext ctx, @Nullable String serverName, Future<Slot> future)
            throws Exception {
        if (!future.isSuccess()) {
            ctx.close();
            throw new IllegalStateException("no certificate for " + serverName, future.cause());
        }
        switch (future.getNow()) {
            case Slot.Refused(var reason) -> {
                events.handshakeFailed(serverName == null ? "" : serverName, reason);
                ctx.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME))
                        .addListener(ChannelFutureListener.CLOSE);
            }
            case Slot.Usable(var material) -> {
                try {
                    if (!ctx.isRemoved()) { // the visitor may have left while the certificate was
                        // loaded
                        ctx.pipeline().replace(this, "tls", newHandler(ctx, material));
                    }
                } finally {
                    material.release();
                }
            }
        }
    }

    private SslHandler newHandler(ChannelHandlerContext ctx, KeyMaterial material)
            throws Exception {
        SSLEngine engine = context.newEngine(ctx.alloc());
        try {
            NativeTls.apply(engine, material);
            certificates.staple(material).ifPresent(each -> NativeTls.staple(engine, each));
        } catch (Exception e) {
            ReferenceCountUtil.release(engine);
            throw e;
        }
        SslHandler ssl = new SslHandler(engine);
        ssl.setHandshakeTimeoutMillis(handshakeMillis);
        return ssl;
    }
}
