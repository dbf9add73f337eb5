package dev.nameplate.edge.warm;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.net.Transport;
import dev.nameplate.edge.tls.SelfSigned;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What stands on the stage: one site with a certificate that nobody trusts, and an origin of one page.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends its connection
final class Props implements AutoCloseable {
    static final String HOST = "warm-up.invalid";
    static final String KEPT = "/kept";
    static final String FRESH = "/fresh";
    private static final String ORIGIN = "origin";
    private static final byte[] PAGE = new byte[1024];

    static {
        Arrays.fill(PAGE, (byte) ' ');
    }

    private final EventLoopGroup loop;
    private final ServedCertificate certificate;
    private final Site site;

    private Props(EventLoopGroup loop, int port, ServedCertificate certificate) {
        this.loop = loop;
        this.certificate = certificate;
        Behavior passed =
                Behavior.of(FRESH, ORIGIN).toBuilder()
                        .caching(
                                Caching.off(
                                        new RequestParts(
                                                Selection.ALL, Selection.ALL, Selection.ALL)))
                        .build();
        Behavior kept =
                Behavior.of(Behavior.EVERY_PATH, ORIGIN).toBuilder()
                        .caching(Caching.standard(RequestParts.NONE))
                        .build();
        this.site =
                Site.of(
                        "warm-up",
                        1,
                        Map.of(
                                ORIGIN,
                                Origin.own(
                                        ORIGIN,
                                        InetAddress.getLoopbackAddress().getHostAddress(),
                                        port,
                                        "")),
                        List.of(passed, kept));
    }

    static Props set(Transport transport, InstantSource clock) {
        EventLoopGroup loop = transport.newEventLoops(1);
        try {
            Channel listener =
                    new ServerBootstrap()
                            .group(loop)
                            .channel(transport.server())
                            .childHandler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel channel) {
                                            channel.pipeline()
                                                    .addLast(new HttpServerCodec(), new OnePage());
                                        }
                                    })
                            .bind(InetAddress.getLoopbackAddress(), 0)
                            .syncUninterruptibly()
                            .channel();
            return new Props(
                    loop,
                    ((InetSocketAddress) listener.localAddress()).getPort(),
                    SelfSigned.certificate(HOST, clock.instant()));
        } catch (GeneralSecurityException e) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IllegalStateException("no certificate for the warm-up", e);
        } catch (RuntimeException e) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    EdgeSource source() {
        return new EdgeSource() {
            @Override
            public Optional<ServedCertificate> certificate(String serverName) {
                return serverName.equals(HOST)
                        ? Optional.of(
                                new ServedCertificate(
                                        HOST,
                                        certificate.chain(),
                                        certificate.privateKeyPkcs8().clone()))
                        : Optional.empty();
            }

            @Override
            public Optional<Site> site(String host) {
                return host.equals(HOST) ? Optional.of(site) : Optional.empty();
            }
        };
    }

    @Override
    public void close() {
        certificate.wipe();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class OnePage extends SimpleChannelInboundHandler<HttpObject> {
        private String cacheControl = "";

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message instanceof HttpRequest request) {
                cacheControl = request.uri().equals(KEPT) ? "max-age=86400" : "no-store";
            }
            if (message instanceof LastHttpContent) {
                ByteBuf page = Unpooled.wrappedBuffer(PAGE);
                FullHttpResponse answer =
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, page);
                answer.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                        .set(HttpHeaderNames.CONTENT_LENGTH, PAGE.length)
                        .set(HttpHeaderNames.ETAG, "\"1\"")
                        .set(HttpHeaderNames.CACHE_CONTROL, cacheControl);
                ctx.writeAndFlush(answer);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
