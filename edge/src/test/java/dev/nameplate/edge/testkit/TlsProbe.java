package dev.nameplate.edge.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// One handshake by BoringSSL's client, which speaks versions, groups and ciphers that Java's does not.
public final class TlsProbe {
    /// What was agreed.
    public record Seen(
            String protocol,
            String cipher,
            String group,
            String alpn,
            X509Certificate leaf,
            boolean closedAfterwards) {}

    private TlsProbe() {}

    /// @param change versions and ciphers that are offered
    /// @throws IOException with the alert's name where the handshake is refused
    public static Seen of(
            InetSocketAddress address,
            String serverName,
            List<String> groups,
            List<String> alpn,
            UnaryOperator<SslContextBuilder> change)
            throws IOException {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        @Nullable SslContext context = null;
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.OPENSSL_REFCNT)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null);
            if (!groups.isEmpty()) {
                builder.option(OpenSslContextOption.GROUPS, groups.toArray(String[]::new));
            }
            if (!alpn.isEmpty()) {
                builder.applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                alpn));
            }
            SslContext made = change.apply(builder).build();
            context = made;
            List<SslHandler> handlers = new ArrayList<>();
            Channel channel =
                    new Bootstrap()
                            .group(loops)
                            .channel(NioSocketChannel.class)
                            .handler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel each) {
                                            handlers.add(
                                                    made.newHandler(each.alloc(), serverName, 443));
                                            each.pipeline().addLast(handlers.getFirst());
                                        }
                                    })
                            .connect(address)
                            .syncUninterruptibly()
                            .channel();
            SslHandler tls = handlers.getFirst();
            if (!tls.handshakeFuture().awaitUninterruptibly(10, TimeUnit.SECONDS)) {
                throw new IOException("no handshake within 10 s");
            }
            if (!tls.handshakeFuture().isSuccess()) {
                throw new IOException(
                        tls.handshakeFuture().cause().getMessage(), tls.handshakeFuture().cause());
            }
            var engine = (ReferenceCountedOpenSslEngine) tls.engine();
            Seen seen =
                    channel.eventLoop()
                            .submit(() ->
                                    new Seen(
                                            engine.getSession().getProtocol(),
                                            engine.getSession().getCipherSuite(),
                                            SSL.getGroupName(engine.sslPointer()),
                                            String.valueOf(tls.applicationProtocol()),
                                            (X509Certificate)
                                                    engine.getSession().getPeerCertificates()[0],
                                            false))
                            .syncUninterruptibly()
                            .getNow();
            boolean closed =
                    alpn.equals(List.of("acme-tls/1"))
                            && channel.closeFuture().awaitUninterruptibly(10, TimeUnit.SECONDS);
            channel.close().syncUninterruptibly();
            return new Seen(
                    seen.protocol(), seen.cipher(), seen.group(), seen.alpn(), seen.leaf(), closed);
        } catch (javax.net.ssl.SSLException e) {
            throw new IOException(e);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            ReferenceCountUtil.release(context);
        }
    }
}
